from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.readers.csv_tables import FileTable, TableFileError, decode_csv
from reports.certificate_files import planning
from reports.certificate_files.columns import read_certificates
from reports.certificate_files.pages import tell_counts
from reports.certificate_files.planning import CertificatesPlan, SomeRowsRefusedError

ACTOR = "system:import_certificates"


class Command(BaseCommand):
    help = (
        "Take in the certificates of an earlier register from a CSV file (docs/certification.md): all of it, or nothing"
        " if one row cannot go in, unless --leave-out-refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV (UTF-8, UTF-16 or Windows-1252)")
        parser.add_argument(
            "--leave-out-refused", action="store_true", help="take in the rows that can go in"
        )
        parser.add_argument("--dry-run", action="store_true", help="show the plan, issue nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at, rows = timezone.now(), self.read(options["file"]).rows
        people = User.objects.people()
        plan = planning.plan_certificates(rows, people, actor=ACTOR, at=at)
        self.show(plan)
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was issued.")
            return
        try:
            planning.apply_certificates(
                rows,
                people,
                actor=ACTOR,
                at=at,
                digest=plan.digest,
                leave_out_refused=options["leave_out_refused"],
            )
        except SomeRowsRefusedError as reason:
            raise CommandError(
                "Nothing was issued: mend the file, or leave such rows out with --leave-out-refused."
            ) from reason
        except planning.StaleCertificatesError as reason:
            raise CommandError("Nothing was issued: somebody was first. Run it again.") from reason
        self.stdout.write(self.style.SUCCESS("Done."))

    def read(self, path: Path) -> FileTable:
        try:
            return read_certificates(decode_csv(path.read_bytes()))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except TableFileError as wrong:
            raise CommandError(str(wrong)) from wrong

    def show(self, plan: CertificatesPlan) -> None:
        """Each row with what comes of it, then for whom what would differ."""
        for row in plan.rows:
            out = self.stderr if row.outcome == "refused" else self.stdout
            out.write(
                f"{row.number:>6}  {row.outcome:<9}  {row.person}  {row.certification}  {row.told}"
            )
        for name, effect in plan.effects:
            for one in effect.standings:
                said = f"{one.before.certification_code}: {one.before.status} → {one.after.status}"
                self.stdout.write(f"{name}  {said}")
            for sign, titles in (("+", effect.regained), ("-", effect.lost)):
                for title in titles:
                    self.stdout.write(f"{name}  {sign} {title}")
        self.stdout.write(f"{tell_counts(plan)}, people who get a mail: {plan.recipients}")
