"""An undefined statistic is None, never 0 or an error: constant items, one attempt, gaps, rounding."""

from __future__ import annotations

import math
from array import array
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from quizzes.statistics.item_analysis import ItemColumn, analyse_quiz
from quizzes.statistics.results import QuizAnalysis

NAN = math.nan


def columns(*marks: list[float], worth: float = 1.0, drawn: bool = False) -> list[ItemColumn]:
    return [
        ItemColumn(f"q{n}", worth, array("d", each), drawn=drawn) for n, each in enumerate(marks)
    ]


def numbers(found: QuizAnalysis) -> list[float]:
    """Every number of an analysis, those in its intervals and bands too."""
    values = [*vars(found.quiz).values(), *(v for item in found.items for v in vars(item).values())]
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return [value for value in flat if isinstance(value, float)]


def test_reliability_of_identical_items_is_100() -> None:
    """Rounding once made 1 − α negative, which has no square root."""
    for third, count in product((1 / 3, 0.1, 0.7), (2, 3, 7)):
        marks = [0.0, third, 1.0, third, 0.0, 1.0, third]
        quiz = analyse_quiz(columns(*[marks] * count), least=2).quiz
        assert quiz.cic == pytest.approx(100)
        assert quiz.error_ratio == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("mark", [0.0, 1.0, 1 / 3], ids=["all wrong", "all right", "all alike"])
def test_constant_marks_have_no_spread_or_discrimination(mark: float) -> None:
    found = analyse_quiz(columns([mark] * 5, [mark] * 5), least=2)
    quiz, item = found.quiz, found.items[0]
    assert (quiz.sd, quiz.cic, quiz.error_ratio, quiz.skewness, quiz.kurtosis) == (0, *[None] * 4)
    assert (item.sd, item.discrimination_index, item.effective_weight) == (0, None, None)
    assert item.facility == pytest.approx(mark)


def test_item_that_was_never_asked_has_no_statistics() -> None:
    item = analyse_quiz(columns([1.0, 0.0, 1.0], [NAN] * 3, drawn=True), least=2).items[1]
    assert (item.attempts, item.facility, item.interval, item.sd) == (0, None, None, None)


def test_single_attempt_has_only_mean_and_facility() -> None:
    found = analyse_quiz(columns([0.5], [1.0]), least=1)
    assert (found.quiz.mean, found.quiz.sd, found.quiz.mean_interval) == (1.5, None, None)
    assert (found.items[0].facility, found.items[0].discrimination_index) == (0.5, None)


def test_discrimination_is_undefined_for_a_quiz_of_one_item() -> None:
    found = analyse_quiz(columns([1.0, 0.0, 1.0, 0.0]), least=2)
    assert (found.items[0].discrimination_index, found.quiz.cic) == (None, None)
    assert found.items[0].effective_weight == pytest.approx(100)


def test_intervals_are_undefined_below_the_least_number() -> None:
    found = analyse_quiz(columns([1.0, 0.0] * 14, [1.0, 1.0] * 14))
    assert (found.quiz.mean_interval, found.quiz.cic_interval) == (None, None)
    assert found.items[0].discrimination_interval is None


def test_intervals_contain_their_estimates() -> None:
    found = analyse_quiz(columns([1.0, 0.0, 1.0, 0.0] * 20, [1.0, 0.0, 0.0, 0.0] * 20))
    for value, interval in (
        (found.quiz.mean, found.quiz.mean_interval),
        (found.quiz.cic, found.quiz.cic_interval),
        (found.items[0].discrimination_index, found.items[0].discrimination_interval),
    ):
        assert interval is not None
        assert interval[0] < value < interval[1]


marks = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 0.1, 0.9, 1.0, NAN])


@settings(max_examples=150)
@given(
    st.integers(0, 12).flatmap(
        lambda size: st.lists(st.lists(marks, min_size=size, max_size=size), max_size=5)
    )
)
def test_analysis_of_any_marks_is_finite(table: list[list[float]]) -> None:
    """Whatever was answered: no error, no NaN, no infinity, and shares stay shares."""
    found = analyse_quiz(columns(*table), slots=[array("d", each) for each in table], least=2)
    assert all(math.isfinite(value) for value in numbers(found))
    for item in found.items:
        assert item.facility is None or -1e-9 <= item.facility <= 1 + 1e-9
        assert item.discrimination_index is None or abs(item.discrimination_index) <= 100
