from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import kind_of, parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_confidence, make_true_false


@pytest.mark.parametrize(
    ("answer", "choice", "fraction"),
    [(True, "true", 1), (True, "false", 0), (False, "false", 1), (False, "true", 0)],
)
def test_true_false_grades_the_chosen_value(*, answer: bool, choice: str, fraction: int) -> None:
    assert (
        grade_response(parse_content(make_true_false(answer=answer)), {"choice": choice}).fraction
        == fraction
    )


@pytest.mark.parametrize("response", [None, {}, {"choice": False}, {"choice": "no"}])
def test_missing_answer_is_not_graded_as_false(response: object) -> None:
    found = grade_response(parse_content(make_true_false(answer=False)), response)
    assert (found.fraction, found.correct) == (0, False)


@pytest.mark.parametrize("sureness", ["guess", "fair", "sure", "very", None])
def test_confidence_does_not_change_the_mark_by_default(
    sureness: object,
) -> None:
    spec = parse_content(make_confidence())
    assert grade_response(spec, {"choice": "false", "confidence": sureness}).fraction == 1
    assert grade_response(spec, {"choice": "true", "confidence": sureness}).fraction == 0


@pytest.mark.parametrize(
    ("sureness", "right", "wrong"),
    [("guess", "0.75", "0.75"), ("fair", "0.9375", "0.4375"), ("sure", "1", "0")],
)
def test_quadratic_credit_rewards_honest_confidence(sureness: str, right: str, wrong: str) -> None:
    spec = parse_content(make_confidence(credit="quadratic"))
    good = grade_response(spec, {"choice": "false", "confidence": sureness})
    bad = grade_response(spec, {"choice": "true", "confidence": sureness})
    assert (good.fraction, bad.fraction) == (Decimal(right), Decimal(wrong))
    assert (good.correct, bad.correct) == (True, False)


def test_complaint_asks_for_missing_confidence() -> None:
    spec = parse_content(make_confidence())
    kind = kind_of(spec)
    assert str(kind.complaint(spec, {"choice": "true"})) == "Say how sure you are."
    assert kind.complaint(spec, {"choice": "true", "confidence": "sure"}) is None
