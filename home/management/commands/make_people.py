from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.load import make_people
from home.crowd.years import copy_years

MOST = 100_000


class Command(BaseCommand):
    help = (
        "Make many invented people for measuring: the same ones every time, at most 100,000. After `load_demo`"
        " each lives the year of somebody of the demo organisation, in turn: what they learnt, passed and may do."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int)
        parser.add_argument("--dry-run", action="store_true", help="make nobody, only say how many")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["count"]
        if not 0 <= count <= MOST:
            raise CommandError(f"Between 0 and {MOST} people.")
        now = timezone.now()
        with transaction.atomic():
            made = make_people(count, at=now)
            years = copy_years(at=now)
            transaction.set_rollback(options["dry_run"])
        done = "would be made" if options["dry_run"] else "made"
        self.stdout.write(
            f"{made} people {done}, {count} there are; {years.people} lived a year, {years.decisions} decisions."
        )
