from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import parse_content
from items.kinds.kind import GradedPart
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_single

SPEC = parse_content(make_single(points="2"))


def test_right_option_earns_all_points() -> None:
    found = grade_response(SPEC, {"choice": "a"})
    assert (found.fraction, found.mark, found.max_mark) == (1, 2, 2)
    assert found.correct
    assert found.per_part == (GradedPart("a", right=True),)


def test_wrong_option_earns_nothing() -> None:
    found = grade_response(SPEC, {"choice": "b"})
    assert (found.fraction, found.mark, found.correct) == (0, 0, False)
    assert found.per_part == (GradedPart("b", right=False),)


@pytest.mark.parametrize(
    "response",
    [None, {}, [], "a", 7, {"choice": None}, {"choice": ["a"]}, {"choice": "z"}, {"choices": "a"}],
)
def test_malformed_response_earns_nothing(response: object) -> None:
    assert grade_response(SPEC, response).mark == Decimal(0)


def test_ticking_every_option_earns_nothing() -> None:
    assert grade_response(SPEC, {"choices": ["a", "b", "c", "d"]}).fraction == 0
