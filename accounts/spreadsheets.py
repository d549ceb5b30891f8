"""Keep spreadsheets from running cells of an exported file as formulas."""

from __future__ import annotations

# A spreadsheet runs a cell that starts with one of these instead of showing it (OWASP ASVS 5.0, 1.2.10).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def escape_formula(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet would run it, else unchanged."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
