from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items.kinds.kind import Grade
from quizzes.rules.grading import AttemptResult, MarkedItem, PassRules, score_attempt

EIGHTY = PassRules(pass_percent=Decimal(80))
# No deadline per example: a shared machine may pause.
calm = settings(deadline=None)
FULL = PassRules(Decimal(80), Decimal(60), titles={"p1": "Open at once"})


def item(
    fraction: str | None, points: str = "1", principle: str = "p1", **changes: object
) -> MarkedItem:
    worth = Decimal(points)
    part = None if fraction is None else Decimal(fraction)
    grade = None if part is None else Grade(part, part * worth, worth, correct=part == 1)
    slot = changes.pop("slot", 1)
    return MarkedItem(slot, principle, worth, grade, **changes)  # type: ignore[arg-type]


def codes(result: AttemptResult) -> list[str]:
    return [reason.code for reason in result.reasons]


def test_score_of_all_right_answers_is_100_percent() -> None:
    result = score_attempt([item("1"), item("1", "2")], EIGHTY)
    assert (result.score, result.max_score, result.percent, result.passed) == (3, 3, 100, True)
    assert result.reasons == ()


def test_unanswered_item_earns_nothing_but_counts_in_the_total() -> None:
    result = score_attempt([item("1"), item(None)], EIGHTY)
    assert (result.score, result.max_score, result.percent) == (1, 2, 50)


@pytest.mark.parametrize(
    ("earned", "passed", "shown"),
    [("79.999", False, "79"), ("80", True, "80"), ("80.001", True, "80")],
)
def test_pass_mark_is_compared_before_rounding(earned: str, *, passed: bool, shown: str) -> None:
    result = score_attempt([item(str(Decimal(earned) / 100), "100")], EIGHTY)
    assert (result.passed, result.percent) == (passed, Decimal(shown))


def test_failing_percentage_is_never_shown_as_the_pass_mark() -> None:
    result = score_attempt([item("0.79999", "100")], EIGHTY)
    assert str(result.reasons[0].phrase) == "You have 79%. The pass mark is 80%."


@pytest.mark.parametrize(
    ("fraction", "percent"), [("0.66665", "66"), ("0.999", "99"), ("0.00005", "0"), ("1", "100")]
)
def test_percentage_is_rounded_once_down(fraction: str, percent: str) -> None:
    assert score_attempt([item(fraction)], EIGHTY).percent == Decimal(percent)


def test_thirds_that_add_up_reach_the_pass_mark() -> None:
    thirds = [item("0.333333333333")] * 3 + [item("1")] * 3 + [item("0")]
    rules = PassRules(Decimal(400) / 7)
    assert score_attempt(thirds, rules).passed
    assert not score_attempt([*thirds, item("0")], rules).passed


def test_attempt_without_questions_does_not_pass() -> None:
    result = score_attempt([], PassRules(Decimal(0)))
    assert (result.passed, codes(result)) == (False, ["nothing_to_mark"])
    assert (result.percent, result.max_score) == (0, 0)


def test_unscored_items_alone_are_nothing_to_mark() -> None:
    assert codes(score_attempt([item("0", "0", critical=True)], EIGHTY)) == ["nothing_to_mark"]


def test_missed_critical_item_fails_a_perfect_rest() -> None:
    items = [item("1")] * 9 + [item("0.9", slot=10, critical=True)]
    result = score_attempt(items, EIGHTY)
    assert (result.passed, codes(result), result.critical_missed) == (
        False,
        ["critical_missed"],
        (10,),
    )


def test_critical_items_can_be_reported_without_failing() -> None:
    rules = PassRules(Decimal(80), critical_must_be_right=False)
    result = score_attempt([item("1")] * 9 + [item("0", slot=10, critical=True)], rules)
    assert (result.passed, result.critical_missed) == (True, (10,))


def test_withdrawn_item_counts_as_right() -> None:
    items = [item("0", critical=True, withdrawn=True), item(None, withdrawn=True)]
    result = score_attempt(items, EIGHTY)
    assert (result.percent, result.passed, result.critical_missed) == (100, True, ())


def test_weak_principle_fails_an_otherwise_passing_score() -> None:
    items = [item("1", principle="p2")] * 9 + [item("0.5"), item("0.6")]
    result = score_attempt(items, FULL)
    assert (result.passed, codes(result)) == (False, ["principle_below"])
    assert result.reasons[0].about == "p1"
    words = str(result.reasons[0].phrase)
    assert words == "Open at once: 55%. Each principle needs 60%."
    assert str(result.reasons[0].remedy) == "Read the recap of Open at once."


def test_results_by_principle_add_up() -> None:
    items = [item("1"), item("0.5", "2", "p2"), item("0", principle="p2"), item("1", principle="")]
    result = score_attempt(items, FULL)
    told = [(p.principle, p.mark, p.max_mark, p.percent, p.items) for p in result.by_principle]
    assert told == [("p1", 1, 1, 100, 1), ("p2", 1, 3, 33, 2)]


def test_principle_mark_of_zero_is_not_applied() -> None:
    items = [item("1", "9"), item("0", principle="p2")]
    result = score_attempt(items, EIGHTY)
    assert result.passed
    assert all(part.passed for part in result.by_principle)


def test_failing_reasons_all_have_a_remedy() -> None:
    items = [item("0", critical=True), item("0", principle="p2")]
    result = score_attempt(items, FULL)
    assert codes(result) == [
        "below_pass_mark",
        "critical_missed",
        "principle_below",
        "principle_below",
    ]
    assert all(str(reason.remedy) for reason in result.reasons)


FRACTIONS = st.decimals(0, 1, places=12).map(str)
ITEMS = st.lists(
    st.builds(
        item,
        st.none() | FRACTIONS,
        st.sampled_from(["0", "0.5", "1", "3"]),
        st.sampled_from(["p1", "p2", ""]),
        critical=st.booleans(),
        withdrawn=st.booleans(),
    )
)


@calm
@given(ITEMS)
def test_score_lies_between_zero_and_the_maximum(items: list[MarkedItem]) -> None:
    result = score_attempt(items, FULL)
    assert 0 <= result.score <= result.max_score
    assert 0 <= result.percent <= 100
    assert result.passed == (not result.reasons)


@calm
@given(ITEMS, st.randoms())
def test_score_does_not_depend_on_the_order_of_items(
    items: list[MarkedItem], random: object
) -> None:
    mixed = list(items)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = score_attempt(items, FULL), score_attempt(mixed, FULL)
    assert (one.score, one.passed) == (other.score, other.passed)


@calm
@given(ITEMS, st.integers(0, 20))
def test_withdrawing_an_item_never_removes_a_pass(items: list[MarkedItem], place: int) -> None:
    before = score_attempt(items, FULL)
    mended = [replace(i, withdrawn=True) if n == place else i for n, i in enumerate(items)]
    assert score_attempt(mended, FULL).passed or not before.passed


def test_right_count_follows_correctness_and_not_full_points() -> None:
    unsure = MarkedItem(
        1, "p1", Decimal(1), Grade(Decimal("0.75"), Decimal("0.75"), Decimal(1), True)
    )
    result = score_attempt([unsure, item("0.5"), item("1"), item("0", "0")], EIGHTY)
    assert (result.right, result.questions) == (2, 3)
