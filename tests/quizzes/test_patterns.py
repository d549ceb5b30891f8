"""Answers accepted by pattern: what matches, what is refused, and that matching time stays bounded."""

from __future__ import annotations

import time
from typing import Any

import pytest

from items.kinds import patterns
from items.kinds.content import parse_content
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_short_text

# A backtracking engine needs practically endless time for each of these.
EXPLOSIVE = [
    "(a+)+$",
    "(a|a)*b",
    "(a|aa)+$",
    "(.*){20}x",
    "([a-z]+)*!",
    "(x+x+)+y",
    "^(a?){50}a{50}$",
]


def made(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    best = {"id": "best", "text": "Northlight"}
    found = [{"id": f"p{n}", "pattern": True} | row for n, row in enumerate(rows)]
    return make_short_text(accept=[best, *found], **changes)


@pytest.mark.parametrize("pattern", EXPLOSIVE)
def test_pattern_matching_time_is_bounded(pattern: str) -> None:
    spec = parse_content(made({"text": pattern}))
    begun = time.process_time()
    grade_response(spec, {"text": "a" * 1999 + "!"})
    grade_response(spec, {"text": "x" * 2000})
    assert time.process_time() - begun < 0.2


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(", id="open bracket"),
        pytest.param("[a-", id="open class"),
        pytest.param("*a", id="nothing to repeat"),
        pytest.param("(?=a)a", id="look-ahead"),
        pytest.param("(?<!a)b", id="look-behind"),
        pytest.param(r"(a)\1", id="reference back"),
        pytest.param("a{1001}", id="too many times"),
        pytest.param("((a{1,100}){1,100}){1,100}", id="repeats of repeats"),
        pytest.param(".{0,1000}" * 20, id="needs too much memory"),
        pytest.param("a" * 201, id="too long"),
    ],
)
def test_unusable_pattern_is_a_fault_at_its_row(pattern: str) -> None:
    with pytest.raises(ContentError, match="This pattern cannot be used") as fault:
        parse_content(made({"text": "fine"}, {"text": pattern}))
    assert fault.value.path == "accept.2.text"


@pytest.mark.parametrize(
    ("pattern", "text", "right"),
    [
        ("colou?r", "Color", True),
        ("colou?r", "colour.", True),
        ("colou?r", "the colour", False),
        (".*colou?r", "the colour", True),
        ("i('m| am) at northlight", "I’m  at Northlight.", True),
        ("stra(ss|ß)e", "STRASSE", True),
        ("straße", "Straße", True),
        (r"\d+ people", "１２ people", True),
        ("a|b", "ab", False),
        (".*", "anything at all", True),
        (".*", "", False),
        ("", "", False),
    ],
)
def test_pattern_must_match_the_whole_answer(pattern: str, text: str, right: bool) -> None:
    rows = [{"text": pattern}] if pattern else []
    assert grade_response(parse_content(made(*rows)), {"text": text}).correct is right


def test_pattern_ignores_case_unless_the_author_asks() -> None:
    row = {"text": "PR (team|desk)"}
    assert grade_response(parse_content(made(row)), {"text": "pr desk"}).correct
    assert not grade_response(
        parse_content(made(row, case_sensitive=True)), {"text": "pr desk"}
    ).correct


def test_pattern_earns_its_credit_and_exact_words_take_precedence() -> None:
    spec = parse_content(made({"text": "north.*", "credit": "0.5"}))
    assert (
        grade_response(spec, {"text": "northern"}).fraction
        == grade_response(spec, {"text": "north"}).fraction
    )
    assert str(grade_response(spec, {"text": "northern"}).fraction)[:3] == "0.5"
    assert grade_response(spec, {"text": "northlight"}).fraction == 1


def test_patterns_alone_are_refused_without_a_best_answer() -> None:
    with pytest.raises(ContentError, match="best answer in words"):
        parse_content(make_short_text(accept=[{"id": "x", "text": "c.t", "pattern": True}]))


def test_accepted_words_are_not_read_as_a_pattern() -> None:
    accept = [{"id": "x", "text": "C++ (the language)"}]
    spec = parse_content(make_short_text(accept=accept))
    assert grade_response(spec, {"text": "c++ (the language)"}).correct
    assert not grade_response(spec, {"text": "ccc the language"}).correct


def test_pattern_is_compiled_once() -> None:
    patterns.check_pattern("once?")
    before = patterns._compiled.cache_info().misses
    assert patterns.matches_pattern("once?", "onc", case_sensitive=True)
    assert patterns._compiled.cache_info().misses == before
