"""Exports of the status table, streamed while the rows are read, and an ExportRun for each.

A profile says what stands in the file and how (`reports.exporting.profiles`). Cells that a spreadsheet would run as a
formula (ASVS 1.2.10) are listed on the ExportRun where the profile leaves them as they are, because a stray quote
would break an identifier; so are rows that the reading system has no word for.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.spreadsheets import FORMULA_STARTS, escape_formula
from ledger import entries
from reports.exporting import sql_rows
from reports.exporting.profiles import (
    ExportProfile,
    FileKind,
    RowLeftOutError,
    RowNotAskedError,
    StatusCells,
)
from reports.exporting.writers import BATCH, write_rows
from reports.models import ExportRun
from reports.status_columns import NAMES
from reports.status_rows import StatusQuery, read_status_rows

MAX_HITS = 1_000
PEOPLE = "people"
NOT_ASKED = "nothing to report"


class ExportTooLargeError(ValueError):
    """The reading system takes fewer rows in one file. The message says what to do."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """What is exported: rows of named texts, `hr_id` among them, and the largest number of rows that there may be.

    `status` is the question of the status table, which the database may write by itself.
    """

    as_of: datetime
    known_at: datetime
    count_rows: Callable[[], int]
    read_rows: Callable[[], Iterator[StatusCells]]
    status: StatusQuery | None = None


@dataclass(slots=True)
class _Told:
    """What is noted while the rows of one export are written."""

    rows: int = 0
    hits: list[list[str]] = field(default_factory=list)
    left_out: list[list[str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def note_left_out(self, row: list[str]) -> None:
        if len(self.left_out) < MAX_HITS:
            self.left_out.append(row)

    def note_hits(self, hr_id: str, cells: Iterable[tuple[str, str]]) -> None:
        found = [[hr_id, header] for header, cell in cells if cell.startswith(FORMULA_STARTS)]
        self.hits += found[: MAX_HITS - len(self.hits)]


def shows_scores(profile: str) -> bool:
    """Whether files of this profile say what somebody scored: only if the organisation has said so."""
    return profile in settings.EXPORT_SCORE_PROFILES


def is_safe_for_spreadsheets(profile: ExportProfile) -> bool:
    """Whether a spreadsheet that opens a file of this profile runs none of its cells."""
    return profile.guarded or profile.kind == FileKind.WORKBOOK


def describe_export(run: ExportRun, name: str) -> dict[str, Any]:
    """The manifest of a finished export, by which its reader sees that the file is whole."""
    return {
        "name": name,
        "schema": run.schema,
        "profile": run.profile,
        "columns": run.columns,
        "filters": run.filters,
        "as_of": run.as_of.isoformat(),
        "known_at": run.known_at.isoformat(),
        "requested_by": run.requested_by,
        "rows": run.rows,
        "left_out": run.left_out,
        "formula_cells": run.hits,
        "sha256": run.sha256,
        "generated_at": run.finished_at.isoformat() if run.finished_at else None,
    }


def count_rows(question: StatusQuery) -> int:
    """The largest number of rows that the export may have."""
    return question.people.order_by().count() * len(question.programmes)


def status_table(question: StatusQuery) -> ExportTable:
    """The table `hr-status/1` of these people."""
    return ExportTable(
        as_of=question.as_of,
        known_at=question.known_at,
        count_rows=lambda: count_rows(question),
        read_rows=lambda: (dict(zip(NAMES, row, strict=True)) for row in _read_rows(question)),
        status=question,
    )


def start_export(
    table: ExportTable,
    profile: ExportProfile,
    *,
    filters: dict[str, Any],
    actor: str,
    at: datetime,
) -> ExportRun:
    """Create the ExportRun of an export, before its first byte.

    Raises ExportTooLargeError for more rows than the reader of this profile takes in one file.
    """
    most = profile.rows
    if most is not None and (rows := table.count_rows()) > most:
        text = _(
            "%(rows)d rows are more than the %(most)d that this system takes in one file. Use fewer filters."
        )
        raise ExportTooLargeError(text % {"rows": rows, "most": most})
    return ExportRun.objects.create(
        schema=profile.schema,
        profile=profile.name,
        columns=list(profile.headers),
        filters=filters,
        as_of=table.as_of,
        known_at=table.known_at,
        requested_by=actor,
        started_at=at,
    )


def stream_export(run: ExportRun, table: ExportTable, profile: ExportProfile) -> Iterator[bytes]:
    """The bytes of the file. After the last chunk the run has its row count, SHA-256 and end."""
    digest, told = hashlib.sha256(), _Told()
    for piece in _make_pieces(profile, table, told):
        digest.update(piece)
        yield piece
    _finish(run, told, digest.hexdigest())


def preview_rows(table: ExportTable, profile: ExportProfile, most: int) -> list[list[str]]:
    """The first rows of the file, as they would stand in it; nothing is recorded."""
    rows = itertools.islice(_shaped_rows(profile, table, _Told()), most)
    guard = escape_formula if profile.guarded else str
    return [[guard(cell) for cell in row] for row in rows]


def _make_pieces(profile: ExportProfile, table: ExportTable, told: _Told) -> Iterator[bytes]:
    if table.status is not None and profile.is_whole_table and sql_rows.can_copy_rows():
        return _copied_pieces(profile, table.status, told)
    # Only a workbook needs to know beforehand how many sheets it has.
    most = table.count_rows() if profile.kind == FileKind.WORKBOOK else 0
    return write_rows(profile, _shaped_rows(profile, table, told), most=most)


def _copied_pieces(profile: ExportProfile, question: StatusQuery, told: _Told) -> Iterator[bytes]:
    """The table as the database writes it. Rows that may hold a formula are read once more, to name their cells."""
    shape = sql_rows.CopyShape(quoted=profile.quoted, guarded=profile.guarded)
    risky: dict[str, None] = {}
    yield b"".join(write_rows(profile, [], most=0))
    lines = sql_rows.copy_lines(question, shape)
    while batch := list(itertools.islice(lines, BATCH)):
        told.rows += len(batch)
        for line in batch:
            if sql_rows.may_hold_formula(line, shape) and len(risky) < MAX_HITS:
                risky[sql_rows.person_of_line(line)] = None
        yield b"\r\n".join([*batch, b""])
    if risky:
        people = replace(question, people=User.objects.filter(uuid__in=risky))
        for row in sql_rows.read_sql_rows(people):
            told.note_hits(row[NAMES.index("hr_id")], zip(NAMES, row, strict=True))


def _read_rows(question: StatusQuery) -> Iterator[list[str]]:
    return (
        sql_rows.read_sql_rows(question) if sql_rows.can_copy_rows() else read_status_rows(question)
    )


def _shaped_rows(profile: ExportProfile, table: ExportTable, told: _Told) -> Iterator[list[str]]:
    for said in table.read_rows():
        try:
            row = profile.shape_row(said)
        except RowNotAskedError:
            told.reasons[NOT_ASKED] += 1
            continue
        except RowLeftOutError as reason:
            told.reasons[str(reason)] += 1
            told.note_left_out([said["hr_id"], said.get("programme_code", ""), str(reason)])
            continue
        told.rows += 1
        if any(cell.startswith(FORMULA_STARTS) for cell in row):
            told.note_hits(said["hr_id"], zip(profile.headers, row, strict=True))
        yield row


@transaction.atomic
def _finish(run: ExportRun, told: _Told, sha256: str) -> None:
    run.rows, run.sha256, run.hits = told.rows, sha256, told.hits
    run.left_out = {"counts": dict(told.reasons), "rows": told.left_out}
    run.finished_at = timezone.now()
    run.save(update_fields=["rows", "sha256", "hits", "left_out", "finished_at"])
    entries.append_entry(
        kind="status.exported",
        subject=f"export:{run.uuid}",
        actor=run.requested_by,
        at=run.started_at,
        data={
            "rows": told.rows,
            "left_out": sum(told.reasons.values()),
            "sha256": sha256,
            "schema": run.schema,
            "profile": run.profile,
            "columns": len(run.columns),
        },
    )
