from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from home.operations import daily


class Command(BaseCommand):
    help = (
        "Close accounts of leavers, publish what is scheduled, close attempts whose time is up, issue missed"
        " awards, remind, send waiting messages, clear what is past its time and seal the ledger. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be done.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(
                "Nothing is changed. This would be done now; what one step makes for a later one, such as"
                " reminders to be sent, is not in the later count:"
            )
        failed = 0
        for report in daily.run_steps(timezone.now(), dry_run=options["dry_run"]):
            if report.failure:
                failed += 1
                self.stderr.write(f"FAILED  {report.name}: {report.failure}")
            else:
                self.stdout.write(f"{report.number:>6}  {report.name}")
        if failed:
            raise CommandError(
                f"{failed} of {len(daily.STEPS)} steps failed. Mend them and run daily again."
            )
