"""From the bytes of a CSV file that people send to rows of text, in the columns that we know."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.importing.file_kinds import find_file_kind
from accounts.importing.reader import WORKBOOK_SIGNATURE
from accounts.spreadsheets import FORMULA_STARTS

MOST_ROWS = 2_000
MOST_BYTES = 1_000_000
MOST_LETTERS = 1_000
DELIMITERS = ",;\t|"
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Our name of a column that a file calls so; None for one that is not known.
NameColumn = Callable[[str], str | None]
# Groups of names: a file has to have one column of each.
Needed = Sequence[tuple[str, ...]]


class TableFileError(Exception):
    """A file that cannot be read as a table: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """`number` is the line on which the row begins, as editors count."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class FileTable:
    """`unused`: headers of the file that name nothing that we keep."""

    rows: list[TableRow] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def decode_csv(data: bytes) -> str:
    """The text of the file: UTF-8, UTF-16 with its mark, or Windows' Western European. Raises TableFileError."""
    if len(data) > MOST_BYTES:
        raise TableFileError(_("The file is larger than 1 MB. Split it."))
    if kind := find_file_kind(data):
        text = _("This is %(kind)s. Save the spreadsheet as CSV UTF-8 and use that.")
        raise TableFileError(text % {"kind": kind})
    if data.startswith(WORKBOOK_SIGNATURE):
        raise TableFileError(_("This is no CSV file. Save the table as CSV and choose that file."))
    try:
        text = data.decode("utf-16" if data.startswith(WIDE) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise TableFileError(_("This is no CSV file: it holds zero bytes. Save it as CSV again."))
    return text


def read_csv(text: str, name_column: NameColumn, needed: Needed) -> FileTable:
    """The rows with our names of the columns, of which each group of `needed` has one. Raises TableFileError."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True)
    try:
        headers = next(lines, [])
        names = _name_columns(headers, name_column, needed)
        table = FileTable(
            unused=[header for header, name in zip(headers, names, strict=True) if not name]
        )
        begun = lines.line_num + 1
        for cells in lines:
            if any(cell.strip() for cell in cells):
                table.rows.append(_read_row(begun, names, cells))
            begun = lines.line_num + 1
    except csv.Error as wrong:
        raise TableFileError(
            _("Line %(line)s cannot be read as CSV: %(why)s.")
            % {"line": lines.line_num, "why": wrong}
        ) from wrong
    if not table.rows:
        raise TableFileError(_("The file has no rows below its header."))
    if len(table.rows) > MOST_ROWS:
        raise TableFileError(_("The file has more than 2,000 rows. Split it."))
    return table


def _find_delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def _name_columns(headers: list[str], name_column: NameColumn, needed: Needed) -> list[str | None]:
    names = [name_column(header) for header in headers]
    known = [name for name in names if name]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise TableFileError(
            _("Two columns say the same: %(columns)s. Keep one of them.")
            % {"columns": ", ".join(twice)}
        )
    for group in needed:
        if not set(group) & set(known):
            raise TableFileError(
                _("No column is called %(names)s. The first line has to name the columns.")
                % {"names": _(" or ").join(group)}
            )
    return names


def _read_row(number: int, names: list[str | None], cells: list[str]) -> TableRow:
    if len(cells) > len(names):
        raise TableFileError(
            _("Line %(line)s has more cells than the header: %(cells)s instead of %(names)s.")
            % {"line": number, "cells": len(cells), "names": len(names)}
        )
    found = {name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name}
    if long := sorted(name for name, cell in found.items() if len(cell) > MOST_LETTERS):
        raise TableFileError(
            _("Line %(line)s: %(columns)s is longer than 1,000 letters.")
            % {"line": number, "columns": ", ".join(long)}
        )
    return TableRow(number, found)


def _plain(cell: str) -> str:
    """Without the apostrophe by which our own file keeps a spreadsheet from running a cell.

    Lines end as a form's do not: a plan that comes back by a form reads as the file did.
    """
    said = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return said[1:] if said.startswith("'") and said[1:].startswith(FORMULA_STARTS) else said
