"""CSV for spreadsheets, with cells that they show and do not run as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# A spreadsheet runs a cell that starts with one of these instead of showing it (OWASP ASVS 5.0, 1.2.10).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def escape_formula(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet would run it, else unchanged."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


# At the beginning of a file it tells a spreadsheet that UTF-8 follows.
BYTE_ORDER_MARK = "\ufeff"


def write_line(cells: Iterable[str]) -> str:
    """One line of CSV: every cell in quotes and none that runs, ended as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([escape_formula(cell) for cell in cells])
    return out.getvalue()
