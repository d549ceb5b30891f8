"""How sure a number is: 95 % confidence intervals, each by a published formula.

Wilson's interval for a facility is `quizzes.statistics.formulas.wilson_interval`. None always means "not defined".
"""

from __future__ import annotations

import math

from quizzes.statistics.formulas import Z95

Interval = tuple[float, float]

HALVINGS = 60
MOST_TERMS = 20_000
TINY = 1e-300
CLOSE = 1e-14


def mean_interval(mean: float, sd: float, size: int) -> Interval | None:
    """Return mean ± 1.96 · sd ÷ √size, the usual interval for 30 attempts or more."""
    if size < 2:
        return None
    half = Z95 * sd / math.sqrt(size)
    return mean - half, mean + half


def correlation_interval(r: float, size: int) -> Interval | None:
    """Return Fisher's interval tanh(artanh r ± 1.96 ÷ √(size − 3)) (Metron 1, 1921).

    None with fewer than four attempts; a correlation of ±1 is its own interval.
    """
    if size < 4:
        return None
    if abs(r) >= 1:
        return math.copysign(1.0, r), math.copysign(1.0, r)
    half = Z95 / math.sqrt(size - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def alpha_interval(alpha: float, size: int, items: int) -> Interval | None:
    """Return Feldt's interval for Cronbach's alpha (Psychometrika 30, 1965).

    1 − (1 − alpha) · F at 97.5 % and at 2.5 %, with size − 1 and (size − 1)(items − 1)
    degrees of freedom (Feldt, Woodruff & Salih, Appl. Psych. Meas. 11, 1987; R's ``cocron``).
    """
    if size < 2 or items < 2:
        return None
    freedom = size - 1, (size - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * f_quantile(p, *freedom) for p in (0.975, 0.025))
    return low, high


def f_quantile(p: float, above: int, below: int) -> float:
    """Return the value that an F variable stays below with probability p, 0 < p < 1."""
    low, high = 0.0, 1.0
    while _beta_share(above, below, high) < p:
        low, high = high, high * 2
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_share(above, below, middle) < p else (low, middle)
    return (low + high) / 2


def _beta_share(above: int, below: int, value: float) -> float:
    """Return P(F < value): the regularised incomplete beta function I(a, b, x)."""
    a, b = above / 2, below / 2
    x = above * value / (above * value + below)
    if x <= 0:
        return 0.0
    # The fraction converges fast on this side; the other follows by symmetry.
    if x < (a + 1) / (a + b + 2):
        return _front(a, b, x) * _fraction(a, b, x) / a
    return 1 - _front(b, a, 1 - x) * _fraction(b, a, 1 - x) / b


def _front(a: float, b: float, x: float) -> float:
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(logs + a * math.log(x) + b * math.log1p(-x)) if 0 < x < 1 else 0.0


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz' method."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart(1 + term * d)
            c = _apart(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return found


def _apart(value: float) -> float:
    return value if abs(value) > TINY else TINY
