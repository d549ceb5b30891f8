"""HR files for tests: `make_file(row, row)` with short rows; columns are those of the first row."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils import timezone

from accounts.importing import imports, saved_mappings
from accounts.models import PeopleImport, SavedMapping


def make_row(hr_id: str, **cells: str) -> dict[str, str]:
    row = {
        "hr_id": hr_id,
        "email": f"{hr_id.lower()}@northlight.example",
        "given_name": "Mia",
        "family_name": "Lind",
        "region": "FI",
    }
    return row | cells


def make_file(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def plan_file(
    data: bytes | dict[str, str], *more: dict[str, str], at: Any, **options: Any
) -> PeopleImport:
    """The stored plan of a file, given as bytes or as rows."""
    body = data if isinstance(data, bytes) else make_file(data, *more)
    return imports.make_plan(
        io.BytesIO(body),
        file_name="hr.csv",
        size=len(body),
        actor="system:test",
        at=at,
        choices=imports.ImportChoices(**options),
    )


def import_file(
    data: bytes | dict[str, str],
    *more: dict[str, str],
    at: Any,
    accept_warnings: bool = False,
    **options: Any,
) -> PeopleImport:
    upload = plan_file(data, *more, at=at, **options)
    assert not upload.plan["problems"], upload.plan["problems"]
    return imports.apply_plan(
        upload,
        digest=upload.plan["digest"],
        actor="system:test",
        at=at,
        accept_warnings=accept_warnings,
    )


def make_mapping(data: bytes | None = None, name: str = "payroll") -> SavedMapping:
    """A mapping that a sample has begun and nobody has saved."""
    body = data or make_file(make_row("E1"))
    return saved_mappings.start_mapping(
        name, io.BytesIO(body), actor="system:test", at=timezone.now()
    )
