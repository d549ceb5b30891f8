from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from quizzes import importing
from quizzes.models import ItemBank


class Command(BaseCommand):
    help = "Import items from a JSON or TOML file into a bank: all of them, or none. See docs/items.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--bank", required=True, help="code of the bank; made if there is none")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = ItemBank.objects.filter(code=options["bank"]).first()
        bank = bank or ItemBank(code=options["bank"], title=options["bank"])
        path: Path = options["file"]
        try:
            rows = importing.read(path.read_text(encoding="utf-8"), toml=path.suffix == ".toml")
            plan = importing.plan(bank, rows)
            for change in plan.changes:
                self.stdout.write(f"{change.action:10}{change.item.code}")
            self.stdout.write(
                f"{plan.count(importing.NEW)} new, {plan.count(importing.CHANGED)} changed, "
                f"{plan.count(importing.UNCHANGED)} unchanged, {len(plan.faults)} faults"
            )
            if plan.faults:
                raise importing.Refused(plan.faults)
            if not options["dry_run"]:
                importing.apply(plan, actor=None)
        except (importing.Refused, OSError, UnicodeDecodeError) as fault:
            faults = getattr(fault, "faults", None) or [fault]
            raise CommandError("Nothing was imported.\n" + "\n".join(map(str, faults))) from fault
