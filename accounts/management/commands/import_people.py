from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.importing import imports, rejects
from accounts.importing.mappings import MappingRefusedError
from accounts.importing.saved_mappings import find_mapping
from accounts.importing.step_words import spell_changes
from accounts.models import PeopleImport

ACTOR = "system:import_people"
SHOWN = 50


class Command(BaseCommand):
    help = (
        "Bring people in from HR's file (docs/people-import.md): all of it, or nothing if one row has a problem, "
        "unless --skip-rejected. People who are not in the file stay as they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8, UTF-16 or Windows-1252) or XLSX")
        parser.add_argument(
            "--mapping", metavar="NAME", help="the saved mapping that says how the file is written"
        )
        parser.add_argument(
            "--skip-rejected",
            action="store_true",
            help="leave out records that cannot go in and write them with their reasons to a file",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="CSV",
            help="that file; default: the name of the HR file with .rejects.csv behind it",
        )
        parser.add_argument("--dry-run", action="store_true", help="show the plan, change nobody")
        parser.add_argument(
            "--allow-many-leavers",
            action="store_true",
            help="accept a file by which more than 20 people and 5 percent lose the right to be here or to post",
        )
        parser.add_argument(
            "--accept-warnings",
            action="store_true",
            help="apply a plan with warnings; without it exit status 2 and nobody is changed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        choices = self.read_choices(options)
        upload = self.plan(path, choices)
        self.write_rejects(upload, options["rejects"] or path.with_name(f"{path.name}.rejects.csv"))
        if options["dry_run"]:
            self.stdout.write("Dry run: nobody was changed.")
            return
        try:
            imports.apply_plan(
                upload,
                digest=upload.plan["digest"],
                actor=ACTOR,
                at=timezone.now(),
                accept_warnings=options["accept_warnings"],
            )
        except imports.WarningsNotAcceptedError as reason:
            raise CommandError(
                "Nothing was changed: look at the warnings, then correct the file or run it again with"
                " --accept-warnings.",
                returncode=2,
            ) from reason
        except imports.PlanNotAppliedError as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(self.style.SUCCESS("Done."))

    def plan(self, path: Path, choices: imports.ImportChoices) -> PeopleImport:
        """The plan of the file, shown. Raises CommandError for a file with problems."""
        try:
            with path.open("rb") as source:
                upload = imports.make_plan(
                    source,
                    file_name=path.name,
                    size=path.stat().st_size,
                    actor=ACTOR,
                    at=timezone.now(),
                    choices=choices,
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.show(upload)
        if upload.state == PeopleImport.State.REFUSED:
            count = upload.plan["problem_count"]
            others = (
                " or leave such records out with --skip-rejected"
                if upload.plan.get("others")
                else ""
            )
            raise CommandError(
                f"Nothing was changed: {count} problem(s). Correct the file and run it again{others}."
            )
        return upload

    def read_choices(self, options: dict[str, Any]) -> imports.ImportChoices:
        name = options["mapping"] or ""
        try:
            mapping = find_mapping(name) if name else None
        except MappingRefusedError as reason:
            raise CommandError(str(reason), returncode=2) from reason
        return imports.ImportChoices(
            mapping=mapping,
            mapping_name=name,
            allow_many_leavers=options["allow_many_leavers"],
            skip_rejected=options["skip_rejected"],
        )

    def write_rejects(self, upload: PeopleImport, path: Path) -> None:
        """The records that were left out go to a file before anybody is changed."""
        if not upload.rejects:
            return
        try:
            path.write_bytes(rejects.write_rejects(upload.rejects))
        except OSError as error:
            raise CommandError(f"Nothing was changed. {path}: {error.strerror}") from error
        self.stderr.write(f"{len(upload.rejects['rows'])} record(s) left out, with reasons: {path}")

    def show(self, upload: PeopleImport) -> None:
        """The plan as a table, then every problem with its row and column."""
        plan = upload.plan
        for warning in plan["warnings"]:
            self.stderr.write(self.style.WARNING(warning))
        for caution in imports.stored_cautions(upload):
            self.stderr.write(self.style.WARNING(f"Warning: {caution}"))
        for problem in imports.stored_problems(upload):
            self.stderr.write(str(problem))
        self.stdout.write("  ".join(f"{act}: {count}" for act, count in plan["counts"].items()))
        for code, was, name in plan["renamed"]:
            self.stdout.write(f"team {code}: {was} → {name}")
        for step in plan["steps"][:SHOWN]:
            told = () if step["act"] == "create" else spell_changes(step)
            changed = "; ".join(f"{column}: {words}" for column, words in told)
            self.stdout.write(
                f"{step['row']:>6}  {step['act']:<8}  {step['hr_id']:<12}  {step['name'][:40]:<40}  {changed}"
            )
        if len(plan["steps"]) > SHOWN:
            self.stdout.write(f"        and {len(plan['steps']) - SHOWN} more")
