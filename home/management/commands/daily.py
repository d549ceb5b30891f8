from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from home import daily


class Command(BaseCommand):
    help = (
        "Close accounts of leavers, publish what is scheduled, close attempts whose time is up, issue missed"
        " awards, remind, send waiting messages and seal the ledger. Safe to repeat, at any hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be done.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write("Nothing is changed. This would be done now:")
        for name, number in daily.run(timezone.now(), dry_run=options["dry_run"]):
            self.stdout.write(f"{number:>6}  {name}")
