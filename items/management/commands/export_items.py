from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from items.banks import item_files
from items.models import ItemBank


class Command(BaseCommand):
    help = (
        "Write the published items of a bank to a file that import_items reads. See docs/items.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bank", required=True, help="code of the bank")
        parser.add_argument("--format", choices=item_files.WRITTEN, default=item_files.JSON)
        parser.add_argument("--out", type=Path, help="the file to write; without it, the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = ItemBank.objects.filter(code=options["bank"]).first()
        if bank is None:
            raise CommandError(f"There is no bank with the code {options['bank']}.")
        writing = item_files.write_item_file(bank, options["format"])
        out: Path | None = options["out"]
        if out is not None:
            out.write_bytes(writing.data)
        elif options["format"] == "qti22":
            raise CommandError("A package cannot be shown on the screen. Name a file with --out.")
        else:
            self.stdout.write(writing.data.decode(), ending="")
        for loss in writing.losses:
            self.stderr.write(f"lost      {loss}")
