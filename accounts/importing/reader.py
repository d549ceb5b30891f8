"""Turn the bytes of an HR file into rows of text: encodings, delimiters and limits. People come in later steps."""

from __future__ import annotations

import codecs
import csv
import difflib
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.importing.cells import is_invisible, name_character
from accounts.importing.columns import COLUMNS_BY_NAME, REQUIRED_COLUMNS
from accounts.importing.problems import PeopleFileProblem

MAX_ROWS = 200_000
MAX_CELL = 1_000
SEPARATOR_LINE = re.compile("sep=.?\\Z", re.IGNORECASE)
DELIMITERS = ",;\t"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BINARY_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")


@dataclass(slots=True)
class PeopleTable:
    """The file as text. `rows` holds (row number, {column: cell}); a table with `problems` must not be used."""

    sha256: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[PeopleFileProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, text: str, row: int | None = None, column: str | None = None) -> PeopleTable:
        self.problems.append(PeopleFileProblem(row, column, text))
        return self


def read_table(source: BinaryIO, *, size: int | None, max_bytes: int) -> PeopleTable:
    """Read a file of `size` bytes (None: unknown). A file larger than `max_bytes` becomes a problem, unread."""
    table = PeopleTable()
    if size is not None and size > max_bytes:
        return table.refuse(_too_large(size, max_bytes))
    data = source.read(max_bytes + 1)
    if len(data) > max_bytes:
        return table.refuse(_too_large(None, max_bytes))
    table.sha256 = hashlib.sha256(data).hexdigest()
    if not data.strip():
        return table.refuse(_("The file is empty."))
    if data.startswith(BINARY_SIGNATURES):
        return table.refuse(
            _("This is not a text file. Save the spreadsheet as CSV UTF-8 and use that.")
        )
    text = _decode(data, table)
    if text is not None and not text.strip():
        return table.refuse(_("The file is empty."))
    if text is not None:
        _parse(text, table)
    return table


def _too_large(size: int | None, max_bytes: int) -> str:
    limit = max_bytes / 1024 / 1024
    if size is None:
        return _("The file is larger than %(limit).0f MB. Split it.") % {"limit": limit}
    return _("The file has %(size).0f MB; the limit is %(limit).0f MB. Split it.") % {
        "size": size / 1024 / 1024,
        "limit": limit,
    }


def _decode(data: bytes, table: PeopleTable) -> str | None:
    marked = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    encoding = marked or ("utf-16-le" if _unmarked_utf_16(data) else "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # Excel in western Europe and the Americas writes Windows-1252 without saying so.
        if encoding == "utf-8":
            return _windows(data, table)
        _broken(data, error, table)
        return None


def _unmarked_utf_16(data: bytes) -> bool:
    """Whether this is Latin text in UTF-16 without a byte order mark: every second byte is then zero."""
    low, high = data[0:200:2], data[1:200:2]
    return low.count(0) == 0 and high.count(0) > len(high) / 2


def _windows(data: bytes, table: PeopleTable) -> str | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        _broken(data, error, table)
        return None
    table.warnings.append(
        _(
            "The file is not UTF-8 and was read as Windows-1252. Look at names with accents before you apply it."
        )
    )
    return text


def _broken(data: bytes, error: UnicodeDecodeError, table: PeopleTable) -> None:
    row = data.count(b"\n", 0, error.start) + 1
    table.refuse(
        _("Some bytes are not text in any encoding we read. Save the file as CSV UTF-8."), row
    )


def _delimiter(header: str) -> str:
    """The most frequent of comma, semicolon and tab in the header. Only the header is counted: cells may hold any."""
    return max(DELIMITERS, key=header.count)


def _parse(text: str, table: PeopleTable) -> None:
    header = text.lstrip("\r\n").splitlines()[0]
    if SEPARATOR_LINE.match(header.strip()):
        said = {"line": header.strip()[:20]}
        table.refuse(_("“%(line)s” is a line for Excel, not the header. Delete it.") % said, 1)
        return
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header), strict=True)
    rows = _numbered(cells, table)
    _head(next(rows, (1, [])), table)
    if table.problems:
        return
    for number, row in rows:
        if len(table.rows) >= MAX_ROWS:
            table.refuse(
                _("The file has more than %(limit)d rows. Split it.") % {"limit": MAX_ROWS}, number
            )
            return
        _row(number, row, table)
    if not table.rows and not table.problems:
        table.refuse(_("The file has a header and no people."))


def _numbered(cells: Iterator[list[str]], table: PeopleTable) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers. An unclosed quote ends the reading with a problem."""
    number = 0
    while True:
        number += 1
        try:
            row = next(cells)
        except StopIteration:
            return
        except csv.Error:
            table.refuse(
                _(
                    "A quotation mark is opened and not closed, or the cell is too long. Correct the row."
                ),
                number,
            )
            return
        if any(cell.strip() for cell in row):
            yield number, row


def _head(numbered: tuple[int, list[str]], table: PeopleTable) -> None:
    row, cells = numbered
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name, times in Counter(names).items():
        if name not in COLUMNS_BY_NAME:
            table.refuse(_unknown(name), row, name or _("(no name)"))
        elif times > 1:
            table.refuse(
                _("This column stands in the file %(times)d times.") % {"times": times}, row, name
            )
    for name in REQUIRED_COLUMNS:
        if name not in names:
            table.refuse(_("This column is missing. The file needs it."), row, name)
    table.columns = names


def _unknown(name: str) -> str:
    if hidden := next((character for character in name if is_invisible(character)), None):
        text = _("The name holds an invisible character: %(name)s. Remove it.")
        return text % {"name": name_character(hidden)}
    near = difflib.get_close_matches(name, COLUMNS_BY_NAME, n=1)
    if near:
        return _("Postworthy does not know this column. Did you mean %(near)s?") % {"near": near[0]}
    return _("Postworthy does not know this column. Remove it or correct its name.")


def _is_header(row: dict[str, str], *, first: bool) -> bool:
    """Whether the cells are names of columns: their codes anywhere in the file, or labels right below the header."""
    if "@" in row["email"]:
        return False
    told = [cell.strip().casefold() for cell in row.values()]
    if row["hr_id"].strip().casefold() in COLUMNS_BY_NAME:
        return True
    labels = row["hr_id"].strip() and row["email"].strip() and len(told) > 1
    return bool(first and labels and not any(re.search("[0-9]", cell) for cell in told))


def _row(number: int, cells: list[str], table: PeopleTable) -> None:
    width = len(table.columns)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        text = _("The row has %(cells)d cells, the header has %(columns)d.")
        table.refuse(text % {"cells": len(cells), "columns": width}, number)
        return
    row = dict(zip(table.columns, cells, strict=False))
    if _is_header(row, first=not table.rows):
        table.refuse(_("This is a second header row. Remove it."), number)
        return
    for name, cell in row.items():
        if "\0" in cell:
            table.refuse(_("The cell holds a NUL character. Remove it."), number, name)
        elif len(cell) > MAX_CELL:
            table.refuse(
                _("The cell is longer than %(limit)d characters.") % {"limit": MAX_CELL},
                number,
                name,
            )
    table.rows.append((number, row))
