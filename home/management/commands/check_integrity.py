from __future__ import annotations

from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.models import Award
from home.operations import integrity
from ledger import heads
from ledger.models import Entry


class Command(BaseCommand):
    help = (
        "Check that the ledger is whole, that every fact is as the ledger tells, and that passes, completions and"
        " awards prove each other. Names every break, one a line, and ends with status 1 if there is one. Changes"
        " nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="PLACE:HASH",
            help="A head that seal has printed: nothing up to it was cut since. May be given more than once.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            expected = [heads.read_head(text) for text in options["expect"]]
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        first, count = "", 0
        breaks = chain(heads.find_lost_heads(expected), integrity.find_breaks(timezone.now()))
        for count, found in enumerate(breaks, start=1):  # noqa: B007
            first = first or found
            self.stdout.write(found)
        if count:
            raise CommandError(f"{count} broken. The first: {first}")
        sealed = Entry.objects.filter(place__isnull=False).count()
        self.stdout.write(
            f"Nothing is broken: {sealed} sealed ledger entries, {Award.objects.count()} awards."
        )
