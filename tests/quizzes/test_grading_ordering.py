from __future__ import annotations

from decimal import Decimal
from itertools import permutations, product
from random import Random

import pytest

from items.kinds.content import kind_of, parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_ordering, make_ranking

FOUR = parse_content(make_ordering())


def places(*numbers: int | None) -> dict[str, dict[str, int]]:
    return {"places": {f"s{n}": place for n, place in enumerate(numbers, 1) if place is not None}}


@pytest.mark.parametrize(
    ("given", "fraction"),
    [
        pytest.param(places(1, 2, 3, 4), "1", id="right"),
        pytest.param(places(4, 3, 2, 1), "0", id="reversed"),
        pytest.param(places(2, 1, 3, 4), "0.75", id="neighbours swapped"),
        pytest.param(places(4, 2, 3, 1), "0.25", id="ends swapped"),
        pytest.param(places(1, 2, 3, None), "0.625", id="last one open"),
        pytest.param(places(1, 1, 1, 1), "0", id="all claim the first place"),
        pytest.param(places(1, 2, 3, 3), "0.375", id="two claim one place"),
    ],
)
def test_ordering_distance_credit_depends_on_displacement(given: object, fraction: str) -> None:
    assert grade_response(FOUR, given).fraction == Decimal(fraction)


def test_ordering_exact_credit_is_all_or_nothing() -> None:
    spec = parse_content(make_ordering(credit="exact"))
    assert grade_response(spec, places(1, 2, 3, 4)).fraction == 1
    assert grade_response(spec, places(2, 1, 3, 4)).fraction == 0
    assert grade_response(spec, places(1, 2, 3, None)).fraction == 0


def test_ordering_with_repeated_places_never_beats_a_decision() -> None:
    """Any full arrangement that keeps the places given once earns at least as much."""
    for given in product((1, 2, 3), repeat=3):
        spec = parse_content(make_ordering(3))
        kept = [p if given.count(p) == 1 else None for p in given]
        decided = [
            grade_response(spec, places(*p)).fraction
            for p in permutations((1, 2, 3))
            if all(k in (None, q) for k, q in zip(kept, p, strict=True))
        ]
        assert grade_response(spec, places(*given)).fraction <= min(decided)


@pytest.mark.parametrize(
    "response",
    [
        None,
        {"places": [1, 2, 3, 4]},
        {"places": {"zz": 1}},
        places(0, 5, -1, 99),
        {"places": {"s1": "1", "s2": 2.0, "s3": True}},
    ],
)
def test_ordering_places_that_do_not_exist_earn_nothing(response: object) -> None:
    assert grade_response(FOUR, response).fraction == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (places(1, 1, 2, 3), "Place 1 is used twice. Give each row its own."),
        (places(1, 2), "Give every row a place."),
        (places(1, 2, 3, 4), "None"),
        ({}, "None"),
    ],
)
def test_ordering_complaint_says_how_to_finish(given: object, words: str) -> None:
    assert str(kind_of(FOUR).complaint(FOUR, given)) == words


@pytest.mark.parametrize("size", [2, 3, 5])
def test_ordering_never_deals_the_right_order(size: int) -> None:
    spec = parse_content(make_ordering(size))
    right = [f"s{n}" for n in range(1, size + 1)]
    for seed in range(200):
        assert [row["id"] for row in kind_of(spec).deal(spec, Random(seed))] != right


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("credit", ["exact", "distance"])
def test_ordering_guess_score_is_the_mean_over_all_orders(size: int, credit: str) -> None:
    spec = parse_content(make_ordering(size, credit=credit))
    marks = [grade_response(spec, places(*p)).fraction for p in permutations(range(1, size + 1))]
    assert float(sum(marks) / len(marks)) == pytest.approx(float(kind_of(spec).guess(spec)))


def test_ranking_uses_distance_credit_by_default() -> None:
    content = make_ranking()
    del content["credit"]
    assert grade_response(parse_content(content), places(2, 1, 3, 4)).fraction == Decimal("0.75")
