"""Hand-computed vectors; the arithmetic stands beside each."""

from __future__ import annotations

import math

import pytest

from quizzes.statistics.formulas import (
    internal_consistency,
    mean_and_deviation,
    median,
    point_biserial,
    sample_variance,
    skewness_and_kurtosis,
    split_bands,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("values", "middle"), [([], None), ([3.0], 3.0), ([5.0, 1.0], 3.0), ([9.0, 1.0, 2.0], 2.0)]
)
def test_median_of_odd_even_and_no_values(values: list[float], middle: float | None) -> None:
    assert median(values) == middle


def test_variance_divides_by_n_minus_one() -> None:
    """Mean 2; squares 1 + 0 + 1 = 2; 2 ÷ (3 − 1) = 1."""
    assert sample_variance([1.0, 2.0, 3.0]) == 1.0
    assert sample_variance([1.0]) is None
    assert sample_variance([1.0, math.nan]) is None


@pytest.mark.parametrize("value", [0.1, 1 / 3, 0.3333333, 1e6 + 0.1])
def test_variance_of_equal_values_is_exactly_zero(value: float) -> None:
    assert sample_variance([value] * 1000) == 0.0
    assert mean_and_deviation([value] * 1000)[1] == 0.0


def test_skewness_and_kurtosis_match_a_hand_calculation() -> None:
    """1, 2, 3, 10: mean 4; deviations −3, −2, −1, 6.

    m2 = 50/4 = 12.5, k2 = 50/3; m3 = (−27 − 8 − 1 + 216)/4 = 45, k3 = 16·45/6 = 120;
    m4 = (81 + 16 + 1 + 1296)/4 = 348.5,
    k4 = 16·(5·348.5 − 9·156.25)/6 = 16·336.25/6 = 2690/3.
    skew = 120 ÷ (50/3)^1.5, kurtosis = (2690/3) ÷ (50/3)² = 3.228.
    """
    skewness, kurtosis = skewness_and_kurtosis([1.0, 2.0, 3.0, 10.0], 4.0, 50 / 3)
    assert skewness == pytest.approx(120 / (50 / 3) ** 1.5)
    assert kurtosis == pytest.approx(3.228)


def test_skewness_needs_three_values_and_kurtosis_four() -> None:
    assert skewness_and_kurtosis([1.0, 2.0], 1.5, 0.5) == (None, None)
    assert skewness_and_kurtosis([1.0, 2.0, 3.0], 2.0, 1.0) == (0.0, None)
    assert skewness_and_kurtosis([2.0] * 9, 2.0, 0.0) == (None, None)


def test_alpha_matches_a_hand_calculation() -> None:
    """Two items 0,1,1,0 and 0,1,0,0 → totals 0,2,1,0.

    Variances 1/3 and 1/4; totals: mean 0.75, squares 2.75, variance 11/12.
    100 · 2 · (1 − (7/12)/(11/12)) = 200 · 4/11.
    """
    assert internal_consistency([1 / 3, 1 / 4], 11 / 12) == pytest.approx(800 / 11)


@pytest.mark.parametrize(
    ("variances", "k2"), [([], 1.0), ([1.0], 1.0), ([1.0, None], 1.0), ([0.0, 0.0], 0.0)]
)
def test_alpha_is_undefined_without_two_items_and_spread(
    variances: list[float | None], k2: float
) -> None:
    assert internal_consistency(variances, k2) is None


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score interval).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_match_published_values(
    successes: int, count: int, low: float, high: float
) -> None:
    found = wilson_interval(successes / count, count)
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_wilson_stays_within_bounds() -> None:
    assert wilson_interval(0.5, 0) is None
    assert wilson_interval(1.0, 5)[1] == 1.0
    assert wilson_interval(1.0000000001, 5) == wilson_interval(1.0, 5)


def test_point_biserial_matches_a_hand_calculation() -> None:
    """Totals 1, 2, 3, 4; the last two chose: means 3.5 and 1.5, population sd √1.25.

    2 ÷ √1.25 · √(½ · ½) = 0.894427…, which is also Pearson's r with 0, 0, 1, 1.
    """
    assert point_biserial([1.0, 2.0, 3.0, 4.0], bytearray([0, 0, 1, 1])) == pytest.approx(
        2 / math.sqrt(1.25) / 2
    )


@pytest.mark.parametrize(
    ("totals", "picked"),
    [([1.0, 2.0], [0, 0]), ([1.0, 2.0], [1, 1]), ([2.0, 2.0], [0, 1]), ([], [])],
    ids=["nobody", "everybody", "no spread", "no attempts"],
)
def test_point_biserial_is_undefined_without_contrast(
    totals: list[float], picked: list[int]
) -> None:
    assert point_biserial(totals, picked) is None


def test_bands_of_eleven_are_three_five_three() -> None:
    """27 % of 11 is 2.97."""
    bottom, middle, top = split_bands([float(n) for n in range(11)])
    assert (list(bottom).count(1), list(middle).count(1), list(top).count(1)) == (3, 5, 3)
    assert list(top)[-3:] == [1, 1, 1]


def test_ties_between_bands_go_up() -> None:
    """Canvas: the third and fourth best are tied, so both are on top."""
    totals = [0.0, 1.0, 2.0, 2.0, 4.0, 5.0, 6.0, 8.0, 8.0, 9.0, 10.0]
    bottom, middle, top = split_bands(totals)
    assert [sum(band) for band in (bottom, middle, top)] == [2, 5, 4]


@pytest.mark.parametrize("totals", [[], [1.0], [3.0, 3.0], [1.0, 2.0]])
def test_few_totals_are_each_in_exactly_one_band(totals: list[float]) -> None:
    assert [sum(row) for row in zip(*split_bands(totals), strict=True)] == [1] * len(totals)
