"""What a benchmark may cost at most: it ends with 1 when something costs more."""

from __future__ import annotations

from typing import NamedTuple


class Measurement(NamedTuple):
    """What was measured of something, and its budget in the same unit."""

    what: str
    found: float
    budget: float


def find_exceeded(*measured: Measurement) -> list[str]:
    """A sentence for each budget that is exceeded."""
    return [
        f"{one.what}: {one.found:.4g}, budget {one.budget:.4g}"
        for one in measured
        if not one.found <= one.budget  # which is no number either
    ]


def require_budgets(*measured: Measurement) -> None:
    """End the program with 1, and say why, if a budget is exceeded."""
    if exceeded := find_exceeded(*measured):
        raise SystemExit("Above the budget: " + "; ".join(exceeded))
