"""CSV files of the status table, streamed while the rows are read, and an ExportRun for each.

The people profile is for spreadsheets: a UTF-8 mark, every cell quoted, and `'` before cells that a spreadsheet
would run as a formula (ASVS 1.2.10). The machine profile leaves every cell as it is and lists such cells on the
ExportRun instead, because a stray quote would break an identifier.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.spreadsheets import FORMULA_STARTS, escape_formula
from ledger import entries
from reports.models import ExportRun
from reports.status_columns import NAMES, SCHEMA
from reports.status_rows import StatusQuery, read_status_rows

MAX_HITS = 1_000
BATCH = 500
UTF8_MARK = b"\xef\xbb\xbf"
HR_ID = NAMES.index("hr_id")


class ExportProfile(StrEnum):
    """Who reads the file: people in a spreadsheet, or a machine."""

    PEOPLE = "people"
    MACHINE = "machine"


class _Lines(list[str]):
    """The file object of the csv writer: a list of lines that is emptied batch by batch."""

    write = list.append


def start_export(
    question: StatusQuery, *, profile: str, filters: dict[str, Any], actor: str, at: datetime
) -> ExportRun:
    """Create the ExportRun of an export, before its first byte."""
    return ExportRun.objects.create(
        schema=SCHEMA,
        profile=ExportProfile(profile),
        filters=filters,
        as_of=question.as_of,
        known_at=question.known_at,
        requested_by=actor,
        started_at=at,
    )


def stream_export(run: ExportRun, question: StatusQuery) -> Iterator[bytes]:
    """The bytes of the file. After the last chunk the run has its row count, SHA-256 and end."""
    digest, hits, count = hashlib.sha256(), [], 0
    people = run.profile == ExportProfile.PEOPLE
    lines = _Lines()
    writer = csv.writer(
        lines, quoting=csv.QUOTE_ALL if people else csv.QUOTE_MINIMAL, lineterminator="\r\n"
    )
    writer.writerow(NAMES)
    pending = UTF8_MARK if people else b""
    for row in read_status_rows(question):
        count += 1
        if any(cell.startswith(FORMULA_STARTS) for cell in row):
            hits += [
                [row[HR_ID], name]
                for name, cell in zip(NAMES, row, strict=True)
                if cell.startswith(FORMULA_STARTS)
            ]
        writer.writerow([escape_formula(cell) for cell in row] if people else row)
        if len(lines) >= BATCH:
            pending += "".join(lines).encode()
            lines.clear()
            digest.update(pending)
            yield pending
            pending = b""
    pending += "".join(lines).encode()
    digest.update(pending)
    yield pending
    _finish(run, count, digest.hexdigest(), hits)


@transaction.atomic
def _finish(run: ExportRun, count: int, sha256: str, hits: list[list[str]]) -> None:
    run.rows, run.sha256, run.hits = count, sha256, hits[:MAX_HITS]
    run.finished_at = timezone.now()
    run.save(update_fields=["rows", "sha256", "hits", "finished_at"])
    entries.append_entry(
        kind="status.exported",
        subject=f"export:{run.uuid}",
        actor=run.requested_by,
        at=run.started_at,
        data={"rows": count, "sha256": sha256, "schema": run.schema, "profile": run.profile},
    )
