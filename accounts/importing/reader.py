"""Turn the bytes of an HR file into rows of text: encodings, delimiters and limits. People come in later steps.

With a mapping the file is written as the feed writes it; its rows come out in our own columns.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import hashlib
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.importing import mappings, sheets
from accounts.importing.cells import is_invisible, name_character
from accounts.importing.columns import COLUMNS_BY_NAME, REQUIRED_COLUMNS
from accounts.importing.file_kinds import find_file_kind
from accounts.importing.mappings import FeedMapping, RowTranslator
from accounts.importing.problems import PeopleFileProblem
from accounts.importing.sheets import SheetRefusedError

MAX_ROWS = 200_000
MAX_CELL = 1_000
SEPARATOR_LINE = re.compile("sep=.?\\Z", re.IGNORECASE)
DELIMITERS = ",;\t"
FEED_DELIMITERS = "".join(mappings.DELIMITERS)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLD_WORKBOOK_SIGNATURE = b"\xd0\xcf\x11\xe0"
WORKBOOK_SIGNATURE = b"PK\x03\x04"
Numbered = Iterator[tuple[int, list[str]]]


@dataclass(slots=True)
class PeopleTable:
    """The file as text. `rows` holds (row number, {column: cell}); `broken` are the rows whose problems are their own.

    A table with other problems must not be used. `headers` and `originals` (by row number) are what the file says.
    """

    mapping: FeedMapping | None = None
    sha256: str = ""
    columns: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    originals: dict[int, list[str]] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    problems: list[PeopleFileProblem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    translator: RowTranslator | None = None
    # In a workbook the empty cells at the end of a row are not there.
    short_rows: bool = False

    def refuse(self, text: str, row: int | None = None, column: str | None = None) -> PeopleTable:
        self.problems.append(PeopleFileProblem(row, column, text))
        return self

    def refuse_row(self, text: str, row: int, column: str | None = None) -> None:
        """A problem of this row alone: the others can be used without it."""
        self.broken.add(row)
        self.refuse(text, row, column)

    @property
    def usable(self) -> bool:
        """Whether its rows, apart from broken ones, can be planned."""
        return all(problem.row in self.broken for problem in self.problems)


def read_table(
    source: BinaryIO, *, size: int | None, max_bytes: int, mapping: FeedMapping | None = None
) -> PeopleTable:
    """Read a file of `size` bytes (None: unknown). A file larger than `max_bytes` becomes a problem, unread."""
    table = PeopleTable(mapping)
    if size is not None and size > max_bytes:
        return table.refuse(_too_large(size, max_bytes))
    data = source.read(max_bytes + 1)
    if len(data) > max_bytes:
        return table.refuse(_too_large(None, max_bytes))
    table.sha256 = hashlib.sha256(data).hexdigest()
    if (rows := open_rows(data, table)) is not None:
        try:
            read_rows(rows, table)
        except SheetRefusedError as reason:
            table.refuse(str(reason), reason.row, reason.column)
    return table


def open_rows(data: bytes, table: PeopleTable) -> Numbered | None:
    """The numbered rows of a text file or a workbook that are not empty; None with a problem in `table`."""
    if not data.strip():
        table.refuse(_("The file is empty."))
        return None
    if data.startswith(OLD_WORKBOOK_SIGNATURE):
        table.refuse(
            _(
                "This is an old workbook, or one with a password. Save it as XLSX without a password or as CSV UTF-8."
            )
        )
        return None
    if kind := find_file_kind(data):
        text = _("This is %(kind)s. Save the spreadsheet as CSV UTF-8 and use that.")
        table.refuse(text % {"kind": kind})
        return None
    if data.startswith(WORKBOOK_SIGNATURE):
        return _workbook_rows(data, table)
    decoded = _decode(data, table)
    if decoded is not None and not decoded.strip():
        table.refuse(_("The file is empty."))
        return None
    return None if decoded is None else _text_rows(decoded, table)


def _workbook_rows(data: bytes, table: PeopleTable) -> Numbered | None:
    wanted = table.mapping.sheet if table.mapping else ""
    try:
        sheet = sheets.SheetReader(io.BytesIO(data), wanted)
    except SheetRefusedError as reason:
        table.refuse(str(reason), reason.row, reason.column)
        return None
    if len(sheet.names) > 1 and not wanted:
        text = _("The workbook has %(number)d sheets. “%(name)s” was read.")
        table.warnings.append(text % {"number": len(sheet.names), "name": sheet.name})
    table.short_rows = True
    return (
        (number, cells) for number, cells in sheet.rows() if any(cell.strip() for cell in cells)
    )


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
    said = table.mapping.encoding if table.mapping else ""
    encoding = marked or said or ("utf-16-le" if _unmarked_utf_16(data) else "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # Excel in western Europe and the Americas writes Windows-1252 without saying so.
        if encoding == "utf-8" and not said:
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


def _delimiter(header: str, mapping: FeedMapping | None) -> str:
    """The most frequent delimiter in the header. Only the header is counted: cells may hold any."""
    if mapping and mapping.delimiter:
        return mapping.delimiter
    return max(FEED_DELIMITERS if mapping else DELIMITERS, key=header.count)


def _text_rows(text: str, table: PeopleTable) -> Numbered | None:
    mapping, first = table.mapping, text.lstrip("\r\n").splitlines()[0].strip()
    first = first.strip('"')
    said_by_excel = bool(SEPARATOR_LINE.match(first))
    if said_by_excel and mapping is None:
        said = {"line": first[:20]}
        table.refuse(_("“%(line)s” is a line for Excel, not the header. Delete it.") % said, 1)
        return None
    above = (mapping.lines_above if mapping else 0) + said_by_excel
    lines = [line for line in text.splitlines() if line.strip()]
    header = lines[above] if above < len(lines) else ""
    delimiter = first[4:] if said_by_excel and len(first) > 4 else _delimiter(header, mapping)
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _numbered(cells, table)
    if said_by_excel:
        next(rows, None)
    return rows


def take_rows(rows: Numbered, most: int) -> list[tuple[int, list[str]]]:
    return list(itertools.islice(rows, most))


def read_rows(rows: Numbered, table: PeopleTable) -> None:
    """Read the header and the rows below it into `table`."""
    for _line in range(table.mapping.lines_above if table.mapping else 0):
        next(rows, None)
    first = next(rows, (1, []))
    if table.mapping:
        _head_of_feed(first, table.mapping, table)
    else:
        _head(first, table)
    if table.problems:
        return
    for _line in range(table.mapping.label_rows if table.mapping else 0):
        next(rows, None)
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
    table.columns = table.headers = names


def _head_of_feed(
    numbered: tuple[int, list[str]], mapping: FeedMapping, table: PeopleTable
) -> None:
    row, cells = numbered
    cells = list(cells)
    while cells and not cells[-1].strip():
        cells.pop()
    table.headers, faults = mappings.match_headers(mapping, cells)
    for fault in faults:
        text = (
            _(
                "The mapping does not know this column. Say in the mapping what it is, or that it is ignored."
            )
            if fault.unknown
            else _("This column is missing. The mapping needs it.")
        )
        table.refuse(text, row, fault.header or _("(no name)"))
    for name, times in Counter(name for name in table.headers if mapping.columns.get(name)).items():
        if times > 1:
            text = _("This column stands in the file %(times)d times.") % {"times": times}
            table.refuse(text, row, name)
    table.columns = sorted(mapping.targets)


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
    hr_id, email = row.get("hr_id", "").strip(), row.get("email", "").strip()
    if "@" in email:
        return False
    told = [cell.strip().casefold() for cell in row.values()]
    if hr_id.casefold() in COLUMNS_BY_NAME:
        return True
    labels = hr_id and email and len(told) > 1
    return bool(first and labels and not any(re.search("[0-9]", cell) for cell in told))


def _row(number: int, cells: list[str], table: PeopleTable) -> None:
    width = len(table.headers)
    if table.short_rows:
        cells = cells + [""] * (width - len(cells))
    table.originals[number] = cells
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        text = ngettext(
            "The row has %(cells)d cell, the header has %(columns)d.",
            "The row has %(cells)d cells, the header has %(columns)d.",
            len(cells),
        )
        table.refuse_row(text % {"cells": len(cells), "columns": width}, number)
        return
    _check_cells(number, cells, table)
    if table.mapping:
        translator = table.translator = table.translator or RowTranslator(table.mapping)
        row, faults = translator.translate(dict(zip(table.headers, cells, strict=False)))
        for header, text in faults:
            table.refuse_row(text, number, header)
    else:
        row = dict(zip(table.columns, cells, strict=False))
    if _is_header(row, first=not table.rows):
        table.refuse_row(_("This is a second header row. Remove it."), number)
        return
    table.rows.append((number, row))


def _check_cells(number: int, cells: list[str], table: PeopleTable) -> None:
    for name, cell in zip(table.headers, cells, strict=False):
        if "\0" in cell:
            table.refuse_row(_("The cell holds a NUL character. Remove it."), number, name)
        elif len(cell) > MAX_CELL:
            text = _("The cell is longer than %(limit)d characters.") % {"limit": MAX_CELL}
            table.refuse_row(text, number, name)
