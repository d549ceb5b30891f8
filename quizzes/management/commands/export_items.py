from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes import importing
from quizzes.models import ItemBank


class Command(BaseCommand):
    help = "Write the published items of a bank as JSON that import_items reads. See docs/items.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bank", required=True, help="code of the bank")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = ItemBank.objects.filter(code=options["bank"]).first()
        if bank is None:
            raise CommandError(f"There is no bank with the code {options['bank']}.")
        self.stdout.write(importing.export(bank), ending="")
