from __future__ import annotations

import pytest

from items.kinds.content import kind_of, parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_number


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("416.67", 1),
        ("416,67", 1),
        ("417", 1),
        ("415.67", 1),
        ("417.67", 1),
        ("415.669", 0),
        ("417.68", 0),
        ("-416.67", 0),
        ("NaN", 0),
        ("Infinity", 0),
        ("10^400", 0),
        ("9" * 5000, 0),
        ("", 0),
        ("   ", 0),
    ],
)
def test_number_tolerance_is_inclusive(text: str, fraction: int) -> None:
    assert grade_response(parse_content(make_number()), {"text": text}).fraction == fraction


@pytest.mark.parametrize("text", ["28800", "28,800", "28.800", "28 800", "28'800"])
def test_number_accepts_every_thousands_separator(text: str) -> None:
    spec = parse_content(make_number(answer="28800", tolerance="0"))
    assert grade_response(spec, {"text": text}).fraction == 1


def test_percentage_is_accepted_with_or_without_its_sign() -> None:
    spec = parse_content(make_number(answer="85", tolerance="0.5", unit="%"))
    assert [grade_response(spec, {"text": t}).fraction for t in ("85", "85,5 %", "84.4%")] == [
        1,
        1,
        0,
    ]


def test_number_without_tolerance_is_compared_exactly() -> None:
    spec = parse_content(make_number(answer="0.3", tolerance="0"))
    assert grade_response(spec, {"text": "0.3"}).fraction == 1
    assert grade_response(spec, {"text": "0.30000000000000004"}).fraction == 0


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("10^400", "", "Write one number, such as 85 or 416.67."),
        ("a lot", "€", "Write one number in €, such as 85 or 416.67."),
        ("85", "", "None"),
        ("", "", "None"),
    ],
)
def test_number_complaint_asks_for_one_number(text: str, unit: str, words: str) -> None:
    spec = parse_content(make_number(unit=unit))
    assert str(kind_of(spec).complaint(spec, {"text": text})) == words


@pytest.mark.parametrize("response", [None, {"text": 416}, {"text": None}, {"text": ["416"]}])
def test_number_response_that_is_not_text_earns_nothing(response: object) -> None:
    assert grade_response(parse_content(make_number()), response).fraction == 0
