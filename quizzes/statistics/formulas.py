"""The arithmetic of test statistics, formula by formula.

Sources are named at each function. Sums that start large use `math.fsum`; what is centred
first may be added plainly, since its rounding then stays far below a mark's decimals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import compress
from operator import mul

Z95 = 1.959963984540054
# Marks carry at most 12 decimals, so a variance below this is a rounding error.
NO_SPREAD = 1e-18
BAND = 0.27


def wilson_interval(mean: float, count: int, z: float = Z95) -> tuple[float, float] | None:
    """Return Wilson's score interval for a proportion, None without observations."""
    if not count:
        return None
    mean = min(max(mean, 0.0), 1.0)
    shrink = 1 + z * z / count
    centre = (mean + z * z / (2 * count)) / shrink
    half = z * math.sqrt(mean * (1 - mean) / count + z * z / (4 * count * count)) / shrink
    return max(centre - half, 0.0), min(centre + half, 1.0)


def point_biserial(totals: Sequence[float], picked: Sequence[int]) -> float | None:
    """Return (mean of choosers − mean of others) ÷ sd · √(p(1 − p)), population sd.

    None when everybody or nobody chose, or when all totals are alike.
    """
    return point_biserial_given(totals, picked, *mean_and_deviation(totals))


def point_biserial_given(
    totals: Sequence[float], picked: Sequence[int], mean: float, deviation: float
) -> float | None:
    """Return the same for totals whose mean and population deviation are known."""
    size, chosen = len(totals), picked.count(1)
    if not 0 < chosen < size or not deviation:
        return None
    mine = math.fsum(compress(totals, picked))
    others = (mean * size - mine) / (size - chosen)
    p = chosen / size
    return (mine / chosen - others) / deviation * math.sqrt(p * (1 - p))


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and population standard deviation, zeros without values."""
    if not values:
        return 0.0, 0.0
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(clamp_variance(sum_of_squares(values, mean) / len(values)))


def split_bands(totals: Sequence[float]) -> tuple[bytearray, bytearray, bytearray]:
    """Return who is in the bottom 27 %, the middle and the top 27 %; ties go up.

    The shares are Canvas' (after Kelley, J. Ed. Psych. 30, 1939). Each answer is a 1 or 0
    per attempt, in the order of `totals`.
    """
    ranked = sorted(totals, reverse=True)
    size = len(ranked)
    count = max(1, round(BAND * size))
    top = ranked[min(count, size) - 1] if size else 0.0
    middle = ranked[size - count - 1] if size > count else top
    is_top = bytearray(total >= top for total in totals)
    is_middle = bytearray(middle <= total < top for total in totals)
    is_bottom = bytearray(total < min(middle, top) for total in totals)
    return is_bottom, is_middle, is_top


def median(values: Sequence[float]) -> float | None:
    """Return the middle value, or the mean of the two in the middle."""
    ranked = sorted(values)
    half, odd = divmod(len(ranked), 2)
    if not ranked:
        return None
    return ranked[half] if odd else (ranked[half - 1] + ranked[half]) / 2


def internal_consistency(variances: Sequence[float | None], k2: float) -> float | None:
    """Return 100 · p ÷ (p − 1) · (1 − Σ var(x) ÷ k2), k2 the variance of totals.

    This is Moodle's CIC, Cronbach's alpha (Psychometrika 16, 1951) in percent. None with
    fewer than two items, an item without a variance, or totals all alike.
    """
    known = [variance for variance in variances if variance is not None]
    count = len(variances)
    if count < 2 or len(known) < count or not k2:
        return None
    return 100 * count / (count - 1) * (1 - math.fsum(known) / k2)


def skewness_and_kurtosis(
    totals: Sequence[float], mean: float, k2: float
) -> tuple[float | None, float | None]:
    """Return skewness k3 ÷ k2^1.5 and kurtosis k4 ÷ k2² (Fisher's k-statistics, Moodle)."""
    size = len(totals)
    if size < 3 or not k2:
        return None, None
    squares = [(total - mean) ** 2 for total in totals]
    m2 = math.fsum(squares) / size
    m3 = math.fsum((total - mean) ** 3 for total in totals) / size
    m4 = sum(map(mul, squares, squares)) / size
    k3 = size * size * m3 / ((size - 1) * (size - 2))
    if size < 4:
        return k3 / k2**1.5, None
    k4 = size * size * ((size + 1) * m4 - 3 * (size - 1) * m2 * m2)
    k4 /= (size - 1) * (size - 2) * (size - 3)
    return k3 / k2**1.5, k4 / k2**2


def sum_of_squares(values: Sequence[float], mean: float) -> float:
    """Return Σ (value − mean)². Centred first, plain addition is exact enough."""
    off = [value - mean for value in values]
    return float(sum(map(mul, off, off)))


def clamp_variance(variance: float) -> float:
    """Return `variance`, with what is only rounding brought to 0."""
    return variance if variance > NO_SPREAD else 0.0


def sample_variance(column: Sequence[float]) -> float | None:
    """Return the S − 1 variance, None with holes or fewer than two entries."""
    size = len(column)
    if size < 2 or has_holes(column):
        return None
    return clamp_variance(sum_of_squares(column, math.fsum(column) / size) / (size - 1))


def has_holes(column: Sequence[float]) -> bool:
    """Tell whether some attempt was not asked this item (NaN)."""
    return math.isnan(sum(column))
