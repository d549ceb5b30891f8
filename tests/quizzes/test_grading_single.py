from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import parse
from items.kinds.kind import Part
from quizzes.rules.grading import grade
from tests.quizzes.contents import make_single

SPEC = parse(make_single(points="2"))


def test_right_option_earns_all_points() -> None:
    found = grade(SPEC, {"choice": "a"})
    assert (found.fraction, found.mark, found.max_mark) == (1, 2, 2)
    assert found.correct
    assert found.per_part == (Part("a", right=True),)


def test_wrong_option_earns_nothing() -> None:
    found = grade(SPEC, {"choice": "b"})
    assert (found.fraction, found.mark, found.correct) == (0, 0, False)
    assert found.per_part == (Part("b", right=False),)


@pytest.mark.parametrize(
    "response",
    [None, {}, [], "a", 7, {"choice": None}, {"choice": ["a"]}, {"choice": "z"}, {"choices": "a"}],
)
def test_malformed_response_earns_nothing(response: object) -> None:
    assert grade(SPEC, response).mark == Decimal(0)


def test_ticking_every_option_earns_nothing() -> None:
    assert grade(SPEC, {"choices": ["a", "b", "c", "d"]}).fraction == 0
