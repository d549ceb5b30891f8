from __future__ import annotations

from decimal import Decimal

import pytest

from items.kinds.content import kind_of, parse_content
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_gap, make_short_text, make_survey

TEXT = parse_content(make_short_text())
GAP = parse_content(make_gap())


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("I work at Northlight", "1"),
        ("  i   WORK at\tnorthlight. ", "1"),
        ("\u201cI work at Northlight!\u201d", "1"),
        ("\uff29 work at Northlight", "1"),
        ("Employee", "0.5"),
        ("I work for Northlight", "0"),
        (".*", "0"),
        ("", "0"),
        ("...", "0"),
    ],
)
def test_short_text_ignores_case_spaces_and_punctuation(text: str, fraction: str) -> None:
    assert grade_response(TEXT, {"text": text}).fraction == Decimal(fraction)


def test_short_text_can_be_case_sensitive() -> None:
    spec = parse_content(make_short_text(case_sensitive=True))
    assert grade_response(spec, {"text": "I work at Northlight"}).fraction == 1
    assert grade_response(spec, {"text": "i work at northlight"}).fraction == 0


@pytest.mark.parametrize(
    ("gaps", "fraction"),
    [
        ({"g1": "work", "g2": "o2"}, "1"),
        ({"g1": "Am  employed", "g2": "o1"}, "0.5"),
        ({"g1": "work"}, "0.5"),
        ({"g1": "", "g2": "zz", "g3": "work"}, "0"),
        ({"g2": "Label o2"}, "0"),
    ],
)
def test_gaps_earn_equal_shares(gaps: object, fraction: str) -> None:
    assert grade_response(GAP, {"gaps": gaps}).fraction == Decimal(fraction)


def test_gap_answer_is_described_as_one_sentence() -> None:
    said = kind_of(GAP).describe(GAP, {"gaps": {"g1": "100% work"}})
    assert [str(line) for line in said] == ["I 100% work at Northlight, so I am not ___."]


def test_survey_answer_earns_no_points_and_is_never_wrong() -> None:
    found = grade_response(parse_content(make_survey()), {"choices": ["x"]})
    assert (found.mark, found.max_mark, found.correct) == (0, 0, True)
