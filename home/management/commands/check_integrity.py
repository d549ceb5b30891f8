from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.models import Award
from home.operations import integrity
from ledger.models import Entry


class Command(BaseCommand):
    help = (
        "Check that the ledger is whole and that passes, completions and awards prove each other."
        " Names every break, one a line, and ends with status 1 if there is one. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        first, count = "", 0
        for count, found in enumerate(integrity.find_breaks(timezone.now()), start=1):  # noqa: B007
            first = first or found
            self.stdout.write(found)
        if count:
            raise CommandError(f"{count} broken. The first: {first}")
        sealed = Entry.objects.filter(place__isnull=False).count()
        self.stdout.write(
            f"Nothing is broken: {sealed} sealed ledger entries, {Award.objects.count()} awards."
        )
