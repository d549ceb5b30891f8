from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from items.banks import importing, item_files
from items.models import ItemBank


class Command(BaseCommand):
    help = "Import items from a file into a bank; what cannot be used is named. See docs/items.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--bank", required=True, help="code of the bank; made if there is none")
        parser.add_argument(
            "--format", choices=item_files.NAMES, help="seen from the file itself if left out"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = ItemBank.objects.filter(code=options["bank"]).first()
        bank = bank or ItemBank(code=options["bank"], title=options["bank"])
        path: Path = options["file"]
        try:
            found = item_files.read_item_file(
                item_files.read_bytes(path), path.name, options["format"] or ""
            )
            plan, notes = item_files.plan_file(bank, found)
            self._tell(found, plan, notes)
            if plan.faults:
                raise importing.ItemImportRefusedError(plan.faults)
            if not options["dry_run"]:
                importing.apply_plan(plan, actor=None)
        except (importing.ItemImportRefusedError, OSError) as fault:
            faults = getattr(fault, "faults", None) or [fault]
            raise CommandError("Nothing was imported.\n" + "\n".join(map(str, faults))) from fault

    def _tell(
        self,
        found: item_files.ItemFile,
        plan: importing.ItemImportPlan,
        notes: tuple[item_files.FileNote, ...],
    ) -> None:
        for change in plan.changes:
            line = found.lines.get(change.item.code, 0)
            where = f"line {line}" if line else ""
            self.stdout.write(f"{change.action:10}{change.item.code:20}{where}".rstrip())
        for note in notes:
            self.stdout.write(f"{'note':10}{note}")
        self.stdout.write(
            f"{plan.count(importing.NEW)} new, {plan.count(importing.CHANGED)} changed, "
            f"{plan.count(importing.UNCHANGED)} unchanged, {importing.count_problems(plan.faults)} faults"
        )
