"""Make the bytes of an export from its rows: CSV and JSON Lines while the rows are read, a workbook in a file first.

Of three writers of workbooks that keep no row, rustpy-xlsxwriter took the least time (benchmarks/README.md). It
writes text only where it is given text, so that no cell is a formula, a link or a number.
"""

from __future__ import annotations

import csv
import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from rustpy_xlsxwriter import Format, write_worksheets

from accounts.spreadsheets import escape_formula
from reports.exporting.profiles import ExportProfile, FileKind
from reports.status_columns import NUMBER, YES_NO

UTF8_MARK = b"\xef\xbb\xbf"
BATCH = 500
# A sheet has 1,048,576 rows with its header.
SHEET_ROWS = 1_048_575
SHEET = "people"
PIECE = 64 * 1024
TRUTH = {"Y": True, "N": False}


class _Lines(list[str]):
    """The file object of the csv writer: a list of lines that is emptied batch by batch."""

    write = list.append


def write_rows(profile: ExportProfile, rows: Iterable[list[str]], *, most: int) -> Iterator[bytes]:
    """The file in pieces. `most` is the largest number of rows that may come: a workbook needs its sheets first."""
    if profile.kind == FileKind.WORKBOOK:
        return _workbook(profile.headers, rows, most)
    lines = (
        _json_lines(profile, rows) if profile.kind == FileKind.JSON_LINES else _csv(profile, rows)
    )
    return _in_batches(lines, UTF8_MARK if profile.marked else b"", profile.encoding)


def _in_batches(lines: Iterable[str], pending: bytes, encoding: str) -> Iterator[bytes]:
    lines = iter(lines)
    while batch := list(itertools.islice(lines, BATCH)):
        yield pending + "".join(batch).encode(encoding)
        pending = b""
    if pending:
        yield pending


def _csv(profile: ExportProfile, rows: Iterable[list[str]]) -> Iterator[str]:
    lines = _Lines()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if profile.quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(lines, delimiter=profile.delimiter, quoting=quoting, lineterminator="\r\n")
    for row in itertools.chain([list(profile.headers)], rows):
        writer.writerow([escape_formula(cell) for cell in row] if profile.guarded else row)
        yield lines.pop()


def _json_lines(profile: ExportProfile, rows: Iterable[list[str]]) -> Iterator[str]:
    kinds = list(zip(profile.headers, profile.column_types, strict=True))
    for row in rows:
        said = {
            name: _json_value(kind, cell) for (name, kind), cell in zip(kinds, row, strict=True)
        }
        told = {"schema": profile.schema} | said
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _json_value(kind: str, cell: str) -> Any:
    if not cell:
        return None
    if kind == YES_NO:
        return TRUTH.get(cell, cell)
    return json.loads(cell) if kind == NUMBER else cell


def _workbook(headers: Sequence[str], rows: Iterable[list[str]], most: int) -> Iterator[bytes]:
    """A workbook with as many sheets as the rows need; what is too much for one goes on in the next.

    The header is written with the first row: an export without people has an empty one.
    """
    text, found = Format().set_num_format("@"), iter(rows)
    left = itertools.chain([next(found, [""] * len(headers))], found)
    titles = [SHEET, *(f"{SHEET}_part{number}" for number in range(2, _count_sheets(most) + 1))]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        write_worksheets(
            [(title, _records(headers, left)) for title in titles],
            made.name,
            freeze_panes={"general": {"row": 1, "col": 0}},
            column_formats={title: [text] * len(headers) for title in titles},
        )
        while piece := made.read(PIECE):
            yield piece


def _count_sheets(most: int) -> int:
    return max(1, -(-most // SHEET_ROWS))


def _records(headers: Sequence[str], rows: Iterator[list[str]]) -> Iterator[dict[str, str]]:
    for row in itertools.islice(rows, SHEET_ROWS):
        yield dict(zip(headers, row, strict=True))
