from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from items.kinds.content import kind_of, parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_categorise, make_matching, make_rate_post

MATCHING = parse_content(make_matching())


@pytest.mark.parametrize(
    ("matches", "fraction"),
    [
        ({"l1": "r1", "l2": "r2", "l3": "r3"}, "1"),
        ({"l1": "r1", "l2": "r2"}, "0.666666666667"),
        ({"l1": "r1", "l2": "r4", "l3": "r4"}, "0.333333333333"),
        ({"l1": "r1", "l2": "r1", "l3": "r1"}, "0.333333333333"),
        ({"l1": "r2", "l2": "r1"}, "0"),
        ({"l9": "r1", "l1": "zz"}, "0"),
        ({"l1": ["r1"], "l2": None}, "0"),
    ],
)
def test_matching_pairs_earn_equal_shares(matches: object, fraction: str) -> None:
    assert grade_response(MATCHING, {"matches": matches}).fraction == Decimal(fraction)


@pytest.mark.parametrize("response", [None, [], {"matches": [["l1", "r1"]]}, {"matches": "l1"}])
def test_matching_response_of_another_shape_earns_nothing(response: object) -> None:
    assert grade_response(MATCHING, response).fraction == 0


def test_category_may_take_any_number_of_items() -> None:
    spec = parse_content(make_categorise())
    everything_later = {"matches": dict.fromkeys(["i1", "i2", "i3", "i4"], "later")}
    assert grade_response(spec, everything_later).fraction == Decimal("0.5")


@pytest.mark.parametrize(
    ("clear", "open_", "credit", "fraction"),
    [
        ("p5", "p2", "near", "1"),
        ("p4", "p2", "near", "0.875"),
        ("p1", "p5", "near", "0.125"),
        ("p5", None, "near", "0.5"),
        ("p4", "p2", "exact", "0.5"),
    ],
)
def test_rating_credit_depends_on_distance_from_the_expert(
    clear: str, open_: str | None, credit: str, fraction: str
) -> None:
    spec = parse_content(make_rate_post(credit=credit))
    given = {"matches": {"clear": clear, "open": open_}}
    assert grade_response(spec, given).fraction == Decimal(fraction)


def test_matching_complaint_counts_open_rows() -> None:
    kind = kind_of(MATCHING)
    assert str(kind.complaint(MATCHING, {"matches": {"l1": "r1"}})) == "Rows still open: 2."
    assert kind.complaint(MATCHING, {}) is None


def test_deal_shuffles_matches_but_not_categories_or_scales() -> None:
    for content, name, kept in (
        (make_categorise(), "categories", True),
        (make_rate_post(), "scale", True),
        (make_matching(), "rights", False),
    ):
        spec = parse_content(content)
        deals = [kind_of(spec).deal(spec, Random(seed)) for seed in range(20)]
        orders = {tuple(r["id"] for r in deal if r["group"] == "target") for deal in deals}
        written = tuple(row["id"] for row in content[name])
        assert (orders == {written}) is kept
