from __future__ import annotations

import gc
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.dates import require_plausible_moment
from home.demo.load import PASSWORD, AlreadyLoadedError, load_demo


def _day(text: str) -> date:
    try:
        return require_plausible_moment(datetime.fromisoformat(text).replace(tzinfo=UTC)).date()
    except ValueError as reason:
        raise ArgumentTypeError(str(reason)) from reason


class Command(BaseCommand):
    help = "Load the demo organisation Northlight: people, course, channels and a year of history. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=_day,
            help="The day its history leads up to (YYYY-MM-DD); the same day gives the same organisation.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Load, then undo everything.")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.now().date()
        if today > timezone.now().date():
            raise CommandError(
                "--today cannot lie in the future: nothing is recorded ahead of time."
            )
        # What is loaded stays, as in config/wsgi.py: to look through it for garbage takes a tenth of the time.
        gc.freeze()
        gc.set_threshold(50_000, 10, 50)
        try:
            with transaction.atomic():
                load_demo(today, settings.SITE_NAME)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except AlreadyLoadedError:
            self.stdout.write("The demo organisation is loaded already. Nothing was changed.")
            return
        done = "would be loaded" if options["dry_run"] else "is loaded"
        self.stdout.write(f"Northlight {done}. Everybody's password is {PASSWORD}.")
