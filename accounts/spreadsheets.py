"""What a spreadsheet does with the cells of a file it opens."""

from __future__ import annotations

# What makes it run a cell instead of showing it (ASVS 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def guarded(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
