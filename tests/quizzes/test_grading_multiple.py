"""The table in `quizzes.kinds.multiple`; credit names and rules are relate's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_multiple, make_spot

THIRD = Decimal("0.333333333333")


@pytest.mark.parametrize(
    ("credit", "penalty", "ticked", "fraction"),
    [
        ("exact", "0", "abc", "1"),
        ("exact", "0", "ab", "0"),
        ("exact", "0", "abcd", "0"),
        ("proportional", "0", "abc", "1"),
        ("proportional", "0", "ab", "0.8"),
        ("proportional", "0", "abcd", "0.8"),
        ("proportional", "0", "abcde", "0.6"),
        ("proportional", "0", "de", "0"),
        ("proportional", "0.2", "abc", "1"),
        ("proportional", "0.2", "abcd", "0.6"),
        ("proportional", "0.2", "abcde", "0.2"),
        ("proportional", "1", "abcde", "0"),
        ("proportional_correct", "0", "abc", "1"),
        ("proportional_correct", "0", "ab", str(2 * THIRD + Decimal("1e-12"))),
        ("proportional_correct", "0", "a", str(THIRD)),
        ("proportional_correct", "0", "abcd", "0"),
        ("proportional_correct", "0.2", "abcd", "0.8"),
        ("proportional_correct", "0.2", "abcde", "0.6"),
    ],
)
def test_multiple_choice_credit_modes_and_penalties(
    credit: str, penalty: str, ticked: str, fraction: str
) -> None:
    spec = parse_content(make_multiple(credit, penalty=penalty))
    assert grade_response(spec, {"choices": list(ticked)}).fraction == Decimal(fraction)


@pytest.mark.parametrize("credit", ["exact", "proportional", "proportional_correct"])
@pytest.mark.parametrize("response", [None, {}, {"choices": []}, {"choices": ["zz"]}])
def test_multiple_choice_without_ticks_earns_nothing(credit: str, response: object) -> None:
    assert grade_response(parse_content(make_multiple(credit)), response).fraction == 0


@pytest.mark.parametrize("credit", ["exact", "proportional", "proportional_correct"])
def test_repeated_tick_counts_once(credit: str) -> None:
    """Frappe's grader added the marks of a repeated row again."""
    spec = parse_content(make_multiple(credit))
    once = grade_response(spec, {"choices": ["a"]})
    assert grade_response(spec, {"choices": ["a"] * 9}) == once


def test_grade_reports_each_option_as_right_or_wrong() -> None:
    parts = grade_response(parse_content(make_multiple()), {"choices": ["a", "d"]}).per_part
    assert {part.id: part.right for part in parts} == {
        "a": True,
        "b": False,
        "c": False,
        "d": False,
        "e": True,
    }


@pytest.mark.parametrize(
    ("penalty", "marked", "fraction"),
    [
        ("0", ["t2", "t4"], "1"),
        ("0", ["t2"], "0.5"),
        ("0", ["t1", "t2", "t4"], "0"),
        ("0.25", ["t1", "t2", "t4"], "0.75"),
        ("0.25", ["t1", "t2", "t3", "t4", "t5"], "0.25"),
    ],
)
def test_spot_faults_are_graded_like_multiple_choice(
    penalty: str, marked: list[str], fraction: str
) -> None:
    spec = parse_content(make_spot(penalty=penalty))
    assert grade_response(spec, {"choices": marked}).fraction == Decimal(fraction)
