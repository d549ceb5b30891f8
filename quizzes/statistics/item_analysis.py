"""Item and quiz statistics: how well a quiz measures, question by question.

Formulas and names follow Moodle (``core_question\\statistics\\questions\\calculator``,
``quiz_statistics\\calculator``): classical test theory with S − 1 variances. The
point-biserial correlation and the score bands follow Canvas' quiz statistics: population
deviation, bands of 27, 46 and 27 %. S = attempts, x = marks on an item, T = totals,
o = T − x (o = T for items drawn at random, as Moodle has it).

Undefined is None, never 0. Below `least` attempts only counts, mean, median, facility and
its interval are returned: with few attempts the other numbers are mostly chance.

Input is columns, so that 100,000 attempts × 40 items take seconds and little memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import add, mul, sub

from quizzes.statistics import advice, intervals
from quizzes.statistics.formulas import (
    NO_SPREAD,
    clamp_variance,
    has_holes,
    internal_consistency,
    mean_and_deviation,
    median,
    point_biserial_given,
    sample_variance,
    skewness_and_kurtosis,
    split_bands,
    wilson_interval,
)
from quizzes.statistics.results import (
    ItemStatistics,
    OptionStatistics,
    QuizAnalysis,
    QuizStatistics,
)

__all__ = ["ItemColumn", "QuizAnalysis", "analyse_quiz"]

LEAST_ATTEMPTS = 30


@dataclass(frozen=True)
class ItemColumn:
    """One item's marks, an entry per attempt; NaN where an attempt was not asked it.

    Use ``array("d")`` for `marks` and ``bytearray`` for `picks`, which hold for each
    option a 1 per attempt that chose it. `key` names the right options, `labels` their
    words, `drawn` marks an item drawn at random, `guess` is the fraction that blind
    guessing earns (`Kind.guess`).
    """

    id: str
    max_mark: float
    marks: Sequence[float]
    picks: Mapping[str, Sequence[int]] = field(default_factory=dict)
    key: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    drawn: bool = False
    guess: float | None = None


@dataclass(frozen=True)
class _Spread:
    """Second moments of one item, S − 1 in the divisor."""

    variance: float
    other_variance: float
    covariance: float
    covariance_max: float
    covariance_total: float


@dataclass(frozen=True)
class _Asked:
    """An item's column cut down to the attempts that were asked it."""

    marks: Sequence[float]
    totals: Sequence[float]
    bands: tuple[Sequence[int], ...]
    picks: Mapping[str, Sequence[int]]
    mean: float
    deviation: float


def analyse_quiz(
    items: Sequence[ItemColumn],
    *,
    slots: Sequence[Sequence[float]] | None = None,
    least: int = LEAST_ATTEMPTS,
) -> QuizAnalysis:
    """Return the statistics of a quiz and its items.

    `slots` are the marks by place in the quiz (a column per place), needed for the
    coefficient of internal consistency when items are drawn at random and an item's own
    column has holes; without them it is None there. All columns must be equally long.
    """
    totals = _totals([item.marks for item in items])
    everybody = _Asked((), totals, split_bands(totals), {}, *mean_and_deviation(totals))
    asked = [_asked(item, everybody) for item in items]
    spreads = [_spread(item, part, least) for item, part in zip(items, asked, strict=True)]
    weights = _weights(spreads)
    rows = zip(items, asked, spreads, weights, strict=True)
    return QuizAnalysis(
        quiz=_quiz(everybody, _variances(items, spreads, slots), least),
        items=tuple(_item(*row, least=least) for row in rows),
    )


def _totals(columns: Sequence[Sequence[float]]) -> list[float]:
    totals = [0.0] * (len(columns[0]) if columns else 0)
    for column in columns:
        if len(column) != len(totals):
            raise ValueError("All columns must have one entry per attempt.")
        totals = list(map(add, totals, _filled(column)))
    return totals


def _filled(column: Sequence[float]) -> Iterable[float]:
    return [0.0 if mark != mark else mark for mark in column] if has_holes(column) else column


def _asked(item: ItemColumn, everybody: _Asked) -> _Asked:
    if not has_holes(item.marks):
        return replace(everybody, marks=item.marks, picks=item.picks)
    mask = bytearray(mark == mark for mark in item.marks)
    totals = list(compress(everybody.totals, mask))
    return _Asked(
        list(compress(item.marks, mask)),
        totals,
        tuple(bytearray(compress(band, mask)) for band in everybody.bands),
        {key: bytearray(compress(picked, mask)) for key, picked in item.picks.items()},
        *mean_and_deviation(totals),
    )


def _spread(item: ItemColumn, asked: _Asked, least: int) -> _Spread | None:
    size = len(asked.marks)
    if size < max(least, 2):
        return None
    marks = asked.marks
    others = asked.totals if item.drawn else list(map(sub, asked.totals, marks))
    mean, other_mean = math.fsum(marks) / size, math.fsum(others) / size
    x, o = [mark - mean for mark in marks], [other - other_mean for other in others]
    freedom = size - 1
    variance = clamp_variance(sum(map(mul, x, x)) / freedom)
    covariance = sum(map(mul, x, o)) / freedom
    x.sort()
    o.sort()
    return _Spread(
        variance=variance,
        other_variance=clamp_variance(sum(map(mul, o, o)) / freedom),
        covariance=covariance,
        covariance_max=sum(map(mul, x, o)) / freedom,
        # cov(x, x + o) = var(x) + cov(x, o): no further pass over the attempts.
        covariance_total=covariance if item.drawn else covariance + variance,
    )


def _weights(spreads: Sequence[_Spread | None]) -> list[float | None]:
    """Return each item's share of the quiz's spread in percent, None if negative."""
    covariances = [spread.covariance_total if spread else None for spread in spreads]
    whole = math.fsum(math.sqrt(c) for c in covariances if c is not None and c > 0)
    return [
        100 * math.sqrt(c) / whole if c is not None and c >= 0 and whole else None
        for c in covariances
    ]


def _item(
    item: ItemColumn, asked: _Asked, spread: _Spread | None, weight: float | None, *, least: int
) -> ItemStatistics:
    size = len(asked.marks)
    mean = math.fsum(asked.marks) / size if size else None
    facility = mean / item.max_mark if mean is not None and item.max_mark else None
    found = ItemStatistics(
        id=item.id,
        attempts=size,
        enough=size >= least,
        facility=facility,
        interval=None if facility is None else wilson_interval(facility, size),
        random_guess_score=item.guess,
    )
    if spread is None:
        return replace(found, advice=(advice.advise_too_few(size, least),))
    index = _correlation(spread)
    told = replace(
        found,
        sd=math.sqrt(spread.variance),
        discrimination_index=None if index is None else 100 * index,
        discrimination_interval=_percent(index, size),
        discriminative_efficiency=_ratio(spread.covariance, spread.covariance_max),
        effective_weight=weight,
        negative_covariance=spread.covariance_total < 0,
        bands=_band_facilities(item, asked),
        options=_options(item, asked),
    )
    return replace(told, advice=advice.advise_on_item(told))


def _correlation(spread: _Spread) -> float | None:
    """Return the correlation of marks with the rest, kept within ±1 whatever the rounding."""
    product = spread.variance * spread.other_variance
    if not product:
        return None
    return min(max(spread.covariance / math.sqrt(product), -1.0), 1.0)


def _percent(r: float | None, size: int) -> intervals.Interval | None:
    found = None if r is None else intervals.correlation_interval(r, size)
    return found and (100 * found[0], 100 * found[1])


def _ratio(part: float, whole: float) -> float | None:
    return 100 * part / whole if abs(whole) > NO_SPREAD else None


def _band_facilities(
    item: ItemColumn, asked: _Asked
) -> tuple[float | None, float | None, float | None]:
    bottom, middle, top = (
        math.fsum(compress(asked.marks, band)) / (band.count(1) * item.max_mark)
        if band.count(1) and item.max_mark
        else None
        for band in asked.bands
    )
    return bottom, middle, top


def _options(item: ItemColumn, asked: _Asked) -> tuple[OptionStatistics, ...]:
    size = len(asked.marks)
    return tuple(
        OptionStatistics(
            id=option,
            label=item.labels.get(option, option),
            right=option in item.key,
            chosen=picked.count(1),
            share=picked.count(1) / size,
            point_biserial=point_biserial_given(asked.totals, picked, asked.mean, asked.deviation),
        )
        for option, picked in asked.picks.items()
    )


def _quiz(asked: _Asked, variances: Sequence[float | None], least: int) -> QuizStatistics:
    totals = asked.totals
    size = len(totals)
    found = QuizStatistics(
        attempts=size,
        enough=size >= least,
        mean=asked.mean if size else None,
        median=median(totals),
    )
    if size < max(least, 2):
        return replace(found, advice=(advice.advise_too_few(size, least),))
    k2 = asked.deviation**2 * size / (size - 1)
    sd = math.sqrt(k2)
    cic = internal_consistency(variances, k2)
    # Items that are all alike have a reliability of 100, but for rounding above it.
    error = None if cic is None else 100 * math.sqrt(max(1 - cic / 100, 0.0))
    skewness, kurtosis = skewness_and_kurtosis(totals, asked.mean, k2)
    told = replace(
        found,
        mean_interval=intervals.mean_interval(asked.mean, sd, size),
        sd=sd,
        skewness=skewness,
        kurtosis=kurtosis,
        cic=cic,
        cic_interval=_reliability(cic, size, len(variances)),
        error_ratio=error,
        standard_error=None if error is None else error * sd / 100,
    )
    return replace(told, advice=advice.advise_on_quiz(told))


def _reliability(cic: float | None, size: int, items: int) -> intervals.Interval | None:
    found = None if cic is None else intervals.alpha_interval(cic / 100, size, items)
    return found and (100 * found[0], 100 * found[1])


def _variances(
    items: Sequence[ItemColumn],
    spreads: Sequence[_Spread | None],
    slots: Sequence[Sequence[float]] | None,
) -> list[float | None]:
    """Return the variance of each place in the quiz, None where it is not defined.

    A place worth 0 points (a survey question, a text to read) is left out.
    """
    if slots:
        return [sample_variance(column) for column in slots]
    return [
        spread.variance if spread and not has_holes(item.marks) else None
        for item, spread in zip(items, spreads, strict=True)
        if item.max_mark
    ]
