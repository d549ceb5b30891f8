"""The worked numbers in the author's help texts are what the grading gives."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from items.authoring.registry import FORMS
from items.kinds.content import parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import (
    make_categorise,
    make_confidence,
    make_gap,
    make_multiple,
    make_number,
    make_ordering,
    make_rate_post,
    make_spot,
)

TICKS = {"choices": ["a", "b", "d"]}
MARKS = {"choices": ["t1", "t2"]}
ALL = {"choices": ["t1", "t2", "t3", "t4", "t5"]}
PC = "proportional_correct"
# Each row: words of the help text, the content, the answer, and the fraction it earns.
MULTIPLE = [
    ("earns 3/5", make_multiple("proportional"), TICKS, "3/5"),
    ("exact 0", make_multiple("exact"), TICKS, "0"),
    ("right ticks only 0", make_multiple(PC), TICKS, "0"),
    ("or 7/15 with a penalty of 0.2", make_multiple(PC, penalty="0.2"), TICKS, "7/15"),
]
SPOT = [
    ("right ticks only earns 0", make_spot(), MARKS, "0"),
    ("3/10 of the points with a penalty of 0.2", make_spot(penalty="0.2"), MARKS, "3/10"),
    ("proportional 3/5", make_spot(credit="proportional"), MARKS, "3/5"),
    ("exact 0", make_spot(credit="exact"), MARKS, "0"),
    ("marking everything still earns 2/5", make_spot(credit="proportional"), ALL, "2/5"),
]


def order(*places: int) -> dict[str, Any]:
    return {"places": {f"s{row}": place for row, place in enumerate(places, start=1)}}


ORDER = [
    (
        "3/4 of the points when two neighbours are swapped",
        make_ordering(),
        order(1, 3, 2, 4),
        "3/4",
    ),
    ("1/2 when the first stands third", make_ordering(), order(3, 2, 1, 4), "1/2"),
    ("0 when all is upside down", make_ordering(), order(4, 3, 2, 1), "0"),
]


def rated(point: str) -> dict[str, Any]:
    return {"matches": {"clear": point, "open": "p2"}}


# One of two ratings: half of the points is the part of each.
RATE = [
    ("3/4 of a rating's part when one step off", make_rate_post(), rated("p4"), "7/8"),
    ("1/2 when two steps off", make_rate_post(), rated("p3"), "6/8"),
    ("0 at the other end", make_rate_post(), rated("p1"), "4/8"),
    ("all or nothing", make_rate_post(credit="exact"), rated("p4"), "4/8"),
]


def sure(choice: str, level: str) -> dict[str, str]:
    return {"choice": choice, "confidence": level}


HONEST = make_confidence(credit="quadratic")
SURE = [
    ("1 point if sure", HONEST, sure("false", "sure"), "1"),
    ("0.94 if fairly sure", HONEST, sure("false", "fair"), "15/16"),
    ("0.75 if guessing", HONEST, sure("false", "guess"), "3/4"),
    ("a wrong one 0 if sure", HONEST, sure("true", "sure"), "0"),
    ("0.44 if fairly sure", HONEST, sure("true", "fair"), "7/16"),
    ("0.75 if guessing", HONEST, sure("true", "guess"), "3/4"),
]
CREDIT = {
    "multiple": MULTIPLE,
    "spot": SPOT,
    "ordering": ORDER,
    "ranking": ORDER,
    "rate_post": RATE,
    "confidence": SURE,
}
CASES = [(kind, *case) for kind, cases in CREDIT.items() for case in cases]


@pytest.mark.parametrize(("kind", "said", "content", "answer", "earned"), CASES)
def test_credit_help_text_matches_the_grading(
    kind: str, said: str, content: dict[str, Any], answer: object, earned: str
) -> None:
    # The help text has no line breaks of its source code, so `said` is found as it stands.
    help_text = str(FORMS[kind].block.child_blocks["credit"].field.help_text)
    assert said in help_text
    fraction = Fraction(grade_response(parse_content(content), answer).fraction)
    assert abs(fraction - Fraction(earned)) < Fraction(1, 10**9)


def test_three_of_four_gaps_earn_three_quarters() -> None:
    gaps = [{"id": f"g{n}", "accept": [str(n)], "reason": ""} for n in range(4)]
    spec = parse_content(make_gap(text="".join(f"[[g{n}]]" for n in range(4)), gaps=gaps))
    assert grade_response(spec, {"gaps": {"g0": "0", "g1": "1", "g2": "2"}}).fraction == Decimal(
        "0.75"
    )


def test_categorise_rows_earn_equal_shares() -> None:
    matches = {"i1": "now", "i2": "later", "i3": "later", "i4": "now"}
    assert grade_response(
        parse_content(make_categorise()), {"matches": matches}
    ).fraction == Decimal("0.75")


@pytest.mark.parametrize(("text", "right"), [("84.5", 1), ("85,5", 1), ("84.49", 0), ("85.51", 0)])
def test_number_at_the_end_of_the_tolerance_is_right(text: str, right: int) -> None:
    spec = parse_content(make_number(answer="85", tolerance="0.5"))
    assert grade_response(spec, {"text": text}).fraction == right


@pytest.mark.parametrize(
    "text",
    ["416,67 kg", "416.67kg", "416,67 KG", "kg 416.67", "416,67", "0416.67 kg", "416,67\xa0kg"],
)
def test_unit_may_be_written_or_left_out(text: str) -> None:
    spec = parse_content(make_number(unit="kg", tolerance="0"))
    assert grade_response(spec, {"text": text}).correct


@pytest.mark.parametrize("text", ["416.67 lb", "416.67 kg kg", "kg", "416.67 kgs"])
def test_number_with_another_unit_is_wrong(text: str) -> None:
    spec = parse_content(make_number(unit="kg", tolerance="0"))
    assert not grade_response(spec, {"text": text}).correct


MORE = [
    ({"weight": "3"}, {}, {"g1": "0"}, "3/4"),
    ({}, {}, {"g1": "0"}, "1/2"),
    ({"partly": [{"id": "p", "text": "Milan", "credit": "0.5"}]}, {}, {"g1": "Milan"}, "1/4"),
    ({"compare": "capitals", "accept": ["Rome"]}, {}, {"g1": "rome"}, "0"),
    ({"compare": "number", "accept": ["2.50"]}, {}, {"g1": "2,5"}, "1/2"),
    ({"compare": "number", "accept": ["2.5"], "tolerance": "0.1"}, {}, {"g1": "2.61"}, "0"),
]


@pytest.mark.parametrize(("first", "second", "given", "earned"), MORE)
def test_gap_earns_by_its_weight_its_parts_and_its_comparison(
    first: dict[str, Any], second: dict[str, Any], given: dict[str, str], earned: str
) -> None:
    gaps = [
        {"id": f"g{n}", "accept": [str(n - 1)], "reason": "", **more}
        for n, more in enumerate((first, second), start=1)
    ]
    spec = parse_content(make_gap(text="[[g1]][[g2]]", gaps=gaps))
    part = Fraction(earned)
    assert (
        grade_response(spec, {"gaps": given}).fraction == Decimal(part.numerator) / part.denominator
    )
