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
        " Names the first break and ends with status 1. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        first = next(integrity.find_breaks(timezone.now()), None)
        if first:
            raise CommandError(first)
        sealed = Entry.objects.filter(place__isnull=False).count()
        self.stdout.write(
            f"Nothing is broken: {sealed} sealed ledger entries, {Award.objects.count()} awards."
        )
