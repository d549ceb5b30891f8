"""What an answer earns when its question was faulty, and what becomes of the attempt. No database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from items.kinds.content import parse_content
from quizzes.rules.regrading import (
    BEST_OF_BOTH,
    CORRECTED_KEY,
    DROP,
    FULL_CREDIT,
    NONE,
    RegradeDecision,
    SettledItem,
    rejudge_attempt,
    remark_answer,
    translate_answer,
)
from quizzes.rules.settings import QuizRules

ONE, ZERO = Decimal(1), Decimal(0)


def question(*right: str, kind: str = "single", points: str = "1", options: str = "ABC") -> Any:
    rows = [{"id": one, "text": one, "correct": one in right} for one in options]
    return parse_content({"kind": kind, "stem": "Which?", "points": points, "options": rows})


ASKED, KEY = question("A"), question("B")
ALL = ("A", "B", "C")


@pytest.mark.parametrize(
    ("option", "marks"),
    [
        (NONE, [1, 0, 0]),
        (FULL_CREDIT, [1, 1, 1]),
        (BEST_OF_BOTH, [1, 1, 0]),
        (CORRECTED_KEY, [0, 1, 0]),
        (DROP, [0, 0, 0]),
    ],
)
def test_remark_option_gives_the_marks_of_the_table(option: str, marks: list[int]) -> None:
    found = [remark_answer(ASKED, {"choice": one}, RegradeDecision(option, KEY)) for one in ALL]
    assert [row.mark for row in found] == marks
    assert {row.max_mark for row in found} == {ZERO if option == DROP else ONE}


@pytest.mark.parametrize("option", [BEST_OF_BOTH, CORRECTED_KEY])
def test_remark_by_corrected_key_requires_a_version(option: str) -> None:
    with pytest.raises(ValueError, match="needs a corrected version"):
        remark_answer(ASKED, {"choice": "A"}, RegradeDecision(option))


@pytest.mark.parametrize("option", [FULL_CREDIT, BEST_OF_BOTH, CORRECTED_KEY])
def test_remark_keeps_the_points_of_the_asked_version(option: str) -> None:
    asked, key = question("A", points="3"), question("B", points="7")
    found = remark_answer(asked, {"choice": "B"}, RegradeDecision(option, key))
    assert (found.mark, found.max_mark) == (3, 3)


def test_removed_option_earns_nothing() -> None:
    key = question("B", options="BC")
    assert remark_answer(ASKED, {"choice": "A"}, RegradeDecision(CORRECTED_KEY, key)).mark == 0


@pytest.mark.parametrize("option", [BEST_OF_BOTH, CORRECTED_KEY])
@pytest.mark.parametrize("blank", [None, {}], ids=["never", "cleared"])
def test_blank_answer_earns_nothing_by_any_key(option: str, blank: Any) -> None:
    found = remark_answer(ASKED, blank, RegradeDecision(option, question("B", kind="multiple")))
    assert (found.mark, found.right, found.readable) == (0, False, True)


@pytest.mark.parametrize(
    ("asked", "now", "response", "expected"),
    [
        ("single", "multiple", {"choice": "A"}, {"choices": ["A"]}),
        ("multiple", "single", {"choices": ["A"]}, {"choice": "A"}),
        ("multiple", "single", {"choices": ["A", "B"]}, None),
        ("multiple", "image_choice", {"choices": ["A"]}, {"choices": ["A"]}),
        ("number", "short_text", {"text": "4"}, {"text": "4"}),
        ("true_false", "confidence", {"choice": "true"}, {"choice": "true"}),
        ("ordering", "ranking", {"places": {"a": 1}}, {"places": {"a": 1}}),
        ("single", "number", {"choice": "A"}, None),
        ("true_false", "single", {"choice": "true"}, None),
        ("matching", "ordering", {"matches": {"a": "b"}}, None),
    ],
)
def test_response_is_translated_to_another_kind_where_possible(
    asked: str, now: str, response: Any, expected: Any
) -> None:
    assert translate_answer(response, asked, now) == expected


def test_single_answer_is_marked_by_a_multiple_choice_key() -> None:
    key = question("A", "B", kind="multiple")
    partial = parse_content({**_content(key), "credit": "proportional_correct"})
    assert remark_answer(ASKED, {"choice": "B"}, RegradeDecision(CORRECTED_KEY, key)).mark == 0
    assert remark_answer(
        ASKED, {"choice": "B"}, RegradeDecision(CORRECTED_KEY, partial)
    ).mark == Decimal("0.5")


def test_response_unreadable_by_the_new_version_earns_nothing() -> None:
    key = parse_content({"kind": "number", "stem": "How many?", "answer": "4"})
    found = remark_answer(ASKED, {"choice": "A"}, RegradeDecision(CORRECTED_KEY, key))
    assert (found.mark, found.readable) == (0, False)
    best = remark_answer(ASKED, {"choice": "A"}, RegradeDecision(BEST_OF_BOTH, key))
    assert best.mark == 1


def test_reviewed_mark_stays_when_the_new_rubric_differs() -> None:
    asked, key = rubric("tone"), rubric("clarity")
    response = {"text": "Dear all", "rubric": {"tone": "good"}}
    found = remark_answer(asked, response, RegradeDecision(CORRECTED_KEY, key))
    assert (found.mark, found.waiting, found.readable) == (1, False, False)


def test_unreviewed_answer_waits_unless_option_needs_no_review() -> None:
    asked, response = rubric("tone"), {"text": "Dear all"}
    assert remark_answer(asked, response, RegradeDecision(CORRECTED_KEY, rubric("clarity"))).waiting
    assert not remark_answer(asked, response, RegradeDecision(FULL_CREDIT)).waiting
    assert not remark_answer(asked, response, RegradeDecision(DROP)).waiting


@given(
    option=st.sampled_from([FULL_CREDIT, BEST_OF_BOTH, CORRECTED_KEY, DROP]),
    chosen=st.lists(st.sampled_from(ALL), max_size=3, unique=True),
    asked=st.sets(st.sampled_from(ALL), min_size=1),
    now=st.sets(st.sampled_from(ALL), min_size=1),
)
def test_best_of_both_takes_the_higher_mark_within_range(
    option: str, chosen: list[str], asked: set[str], now: set[str]
) -> None:
    old, new = question(*asked, kind="multiple"), question(*now, kind="multiple")
    response = {"choices": chosen}
    found = remark_answer(old, response, RegradeDecision(option, new))
    assert 0 <= found.mark <= found.max_mark
    if option == BEST_OF_BOTH:
        marks = [
            remark_answer(old, response, RegradeDecision(one, new)).mark
            for one in (NONE, CORRECTED_KEY)
        ]
        assert found.mark == max(marks)


def items(*marks: int, critical: bool = False, principle: str = "") -> list[SettledItem]:
    return [
        SettledItem(
            slot=slot,
            principle=principle,
            points=ONE,
            given=Decimal(mark),
            counts_as_right=bool(mark),
            critical=critical,
        )
        for slot, mark in enumerate(marks, 1)
    ]


RULES = QuizRules(pass_percent=75)


def test_rejudge_passes_an_attempt_by_its_new_marks() -> None:
    found = rejudge_attempt(items(1, 1, 1, 0), RULES, passed=False, keep_passes=True)
    assert (found.passed, found.kept, found.result.percent) == (True, False, 75)


@pytest.mark.parametrize(("keep", "expected"), [(True, (True, True)), (False, (False, False))])
def test_rejudge_takes_a_pass_only_when_chosen(keep: bool, expected: tuple[bool, bool]) -> None:
    found = rejudge_attempt(items(1, 0), RULES, passed=True, keep_passes=keep)
    assert (found.passed, found.kept) == expected
    assert found.result.percent == 50


def test_rejudge_keeps_a_fail_when_passes_are_kept() -> None:
    found = rejudge_attempt(items(1, 0), RULES, passed=False, keep_passes=True)
    assert (found.passed, found.kept) == (False, False)


def test_rejudge_without_a_pass_mark_passes() -> None:
    found = rejudge_attempt(items(0, 0), QuizRules(pass_percent=0), passed=True, keep_passes=False)
    assert (found.passed, found.kept) == (True, False)


def test_dropped_question_is_removed_from_the_total() -> None:
    dropped = [replace(items(0)[0], points=ZERO, given=ZERO), *items(1, 1)]
    found = rejudge_attempt(dropped, RULES, passed=False, keep_passes=True)
    assert (found.result.score, found.result.max_score, found.passed) == (2, 2, True)


def test_rejudge_without_remaining_questions_gives_no_verdict() -> None:
    dropped = [replace(one, points=ZERO, given=ZERO) for one in items(0)]
    assert rejudge_attempt(dropped, RULES, passed=True, keep_passes=False) is None


def test_full_credit_counts_a_critical_question_as_right() -> None:
    found = remark_answer(ASKED, {"choice": "C"}, RegradeDecision(FULL_CREDIT))
    item = replace(items(1, critical=True)[0], given=found.mark, counts_as_right=found.right)
    assert rejudge_attempt([item], RULES, passed=False, keep_passes=True).passed


def test_rejudge_applies_the_principle_marks() -> None:
    rules = QuizRules(pass_percent=50, principle_percent=60)
    both = [*items(1, 0, principle="P1"), *items(1, 1, principle="P2")]
    assert not rejudge_attempt(both, rules, passed=False, keep_passes=True).passed
    both[1] = replace(both[1], given=ONE, counts_as_right=True)
    assert rejudge_attempt(both, rules, passed=False, keep_passes=True).passed


def rubric(criterion: str) -> Any:
    levels = [
        {"id": "good", "text": "Good", "points": "1"},
        {"id": "bad", "text": "Bad", "points": "0"},
    ]
    criteria = [{"id": criterion, "title": criterion, "levels": levels}]
    return parse_content({"kind": "free_text", "stem": "Write", "criteria": criteria})


def _content(spec: Any) -> dict[str, Any]:
    rows = [{"id": o.id, "text": o.text, "correct": o.correct} for o in spec.options]
    return {"kind": spec.kind, "stem": spec.stem, "options": rows}
