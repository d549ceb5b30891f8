"""A score in percent: a whole number, rounded down, and rounded nowhere else."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

HUNDRED = Decimal(100)
WHOLE = Decimal(1)
# Thirds have no exact decimal: a shortfall below one part in a thousand million is a rounding error.
ARITHMETIC = Decimal("1e-9")


def reaches_percent(earned: Decimal, total: Decimal, percent: Decimal) -> bool:
    """Whether the exact share of the points reaches `percent`. Multiplied out, so that nothing is divided."""
    return earned * HUNDRED >= total * (percent - ARITHMETIC)


def share_in_percent(earned: Decimal, total: Decimal) -> Decimal:
    """The score as it is stored and told; 0 of nothing. Whoever is told a whole pass mark has reached it."""
    if not total:
        return Decimal(0)
    return (earned * HUNDRED / total + ARITHMETIC).quantize(WHOLE, ROUND_FLOOR)


def tell_percent(percent: Decimal | float | str | None) -> str:
    """A stored score in digits, "71"; '' for none. What was stored with decimals once is told like the rest."""
    return "" if percent is None else str(Decimal(percent).quantize(WHOLE, ROUND_FLOOR))
