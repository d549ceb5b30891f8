"""Read the cells of an XLSX workbook as text. A workbook is an archive from somewhere: its size is checked first.

openpyxl reads row by row and, as defusedxml is installed, refuses XML with entities. Of a formula the value counts
that the spreadsheet program has kept.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from accounts.importing.mappings import EXCEL_DAY_ZERO

# Whatever a broken archive or a broken part makes the readers raise.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, InvalidFileException),
    *(ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError),
)
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_SHEET_ROWS = 100_000
MAX_MEMBERS = 500
MAX_COLUMNS = 200
SMALL = 1024 * 1024
# A spreadsheet keeps fifteen digits of a number.
LARGEST_NUMBER = 10**15
ZEROS = re.compile(r"0{2,30}\Z")
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
# A formula without the value that it had when the file was saved: reading it would silently clear what we know.
EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*?\br="([A-Z]+[0-9]+)")[^>]*(?<!/)>\s*'
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


class SheetRefusedError(ValueError):
    """The workbook cannot be read; the message says what to do. `row` is where, if a cell is the reason."""

    def __init__(self, text: str, row: int | None = None, column: str | None = None) -> None:
        super().__init__(text)
        self.row, self.column = row, column


class SheetReader:
    """The rows of one sheet, as (row number, texts). `names` are all sheets that are shown, `name` the one read."""

    def __init__(self, source: BinaryIO, sheet: str = "") -> None:
        require_harmless_archive(source)
        try:
            self.book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise _unreadable() from error
        self.names = [s.title for s in self.book.worksheets if s.sheet_state == "visible"]
        self.name = _choose_sheet(self.names, sheet)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number in the sheet. Raises SheetRefusedError for a cell that cannot be read."""
        sheet = self.book[self.name]
        sheet.reset_dimensions()
        try:
            for number, cells in enumerate(sheet.iter_rows(), 1):
                if number > MAX_SHEET_ROWS:
                    text = _(
                        "The sheet has more than %(limit)d rows. Save it as CSV UTF-8, or split it."
                    )
                    raise SheetRefusedError(text % {"limit": MAX_SHEET_ROWS}, number)
                yield number, self._texts(number, cells)
        except SheetRefusedError:
            raise
        except BROKEN as error:
            raise _unreadable() from error

    def _texts(self, number: int, cells: Any) -> list[str]:
        if len(cells) > MAX_COLUMNS:
            text = _("The row has more than %(limit)d cells.") % {"limit": MAX_COLUMNS}
            raise SheetRefusedError(text, number)
        return [self._text(cell, number, place) for place, cell in enumerate(cells, 1)]

    def _text(self, cell: Any, number: int, place: int) -> str:
        if cell.value is None:
            return ""
        if cell.data_type == "e":
            text = _("The cell %(cell)s shows the error %(error)s. Correct it in the spreadsheet.")
            said = {"cell": f"{get_column_letter(place)}{number}", "error": cell.value}
            raise SheetRefusedError(text % said, number)
        if isinstance(cell.value, int | float) and abs(cell.value) >= LARGEST_NUMBER:
            text = _(
                "The cell %(cell)s holds a number of more than 15 digits, whose end is lost. Write it as text."
            )
            raise SheetRefusedError(text % {"cell": f"{get_column_letter(place)}{number}"}, number)
        return spell_cell(cell.value, cell.number_format)


def spell_cell(value: Any, number_format: str = "") -> str:
    """The value as text: a date in ISO 8601, a whole number without “.0” and with the zeros its format shows."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if value == time.min and "y" in number_format.lower():  # how the number 0 is read as a day
        return EXCEL_DAY_ZERO.isoformat()
    if isinstance(value, int | float):
        return _spell_number(value, number_format)
    return str(value)


def _spell_number(value: float, number_format: str) -> str:
    if value == int(value):
        whole = str(int(value))
        return whole.zfill(len(number_format)) if ZEROS.match(number_format) else whole
    return format(Decimal(repr(value)), "f")


def _choose_sheet(names: list[str], wanted: str) -> str:
    if not names:
        raise SheetRefusedError(_("The workbook has no sheet that is shown."))
    if not wanted:
        return names[0]
    for name in names:
        if name.casefold() == wanted.casefold():
            return name
    text = _("The workbook has no sheet “%(wanted)s”. It has: %(names)s.")
    raise SheetRefusedError(text % {"wanted": wanted, "names": ", ".join(names[:10])})


def _unreadable() -> SheetRefusedError:
    return SheetRefusedError(
        _(
            "This is no workbook that can be read. Save the spreadsheet as CSV UTF-8 or as XLSX and use that."
        )
    )


def require_harmless_archive(source: BinaryIO) -> None:
    """Raises SheetRefusedError for an archive that unpacks to too much, has too many parts, or hides a formula's value.

    Sizes are those that the archive says and, where a part is read, those that it has.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            _require_small_parts(archive.infolist())
            for part in archive.infolist():
                if SHEET_PART.match(part.filename):
                    _require_kept_values(archive, part)
    except SheetRefusedError:
        raise
    except BROKEN as error:
        raise _unreadable() from error
    finally:
        source.seek(0)


def _require_small_parts(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_MEMBERS or any(part.flag_bits & 1 for part in parts):
        raise _unreadable()
    packed = sum(part.compress_size for part in parts)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * packed):
        text = _(
            "The workbook unpacks to %(size)d MB; the limit is %(limit)d MB. Split it, or save it as CSV UTF-8."
        )
        numbers = {"size": unpacked // 1024**2, "limit": MAX_UNPACKED // 1024**2}
        raise SheetRefusedError(text % numbers)


def _require_kept_values(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read piece by piece; the end of each piece is read again with the next, so that no cell is cut."""
    with archive.open(part) as stream:
        before = b""
        while piece := stream.read(SMALL):
            if found := EMPTY_FORMULA.search(before + piece):
                text = _(
                    "The cell %(cell)s holds a formula without its value. Open the file, save it, use that."
                )
                raise SheetRefusedError(text % {"cell": found[1].decode()})
            before = piece[-4_096:]
