"""Whether a person may start an attempt, and if not, why, what to do next and when. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quizzes.rules import presets
from quizzes.rules.attempt_limits import PastAttempt
from quizzes.rules.eligibility import Eligibility, QuizFacts, judge_eligibility
from quizzes.rules.settings import DrawRule, QuizRules, read_rules, write_rules

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = QuizRules(sections=(DrawRule("BANK", 3),), attempts_allowed=3, attempts_window_hours=24)
READY = QuizFacts(
    ready=True,
    has_course=True,
    enrolled_since=NOW - 100 * HOUR,
    lessons_left=0,
    next_lesson="",
    past=(),
)


def past(
    hours_ago: float, number: int = 1, state: str = "submitted", *, passed: bool = False
) -> PastAttempt:
    started = NOW - hours_ago * HOUR
    submitted = started if state == "submitted" else None
    return PastAttempt(f"u{number}", number, state, started, submitted, passed, "92")


def tries(*hours_ago: float) -> tuple[PastAttempt, ...]:
    return tuple(past(hours, number) for number, hours in enumerate(hours_ago, start=1))


def verdict(found: Eligibility) -> str:
    return found.reasons[0].code if found.reasons else "may start"


@pytest.mark.parametrize(
    ("facts", "rules", "expected"),
    [
        pytest.param(READY, RULES, "may start", id="all lessons read"),
        pytest.param(replace(READY, ready=False), RULES, "not_ready", id="course not released"),
        pytest.param(READY, replace(RULES, sections=()), "not_ready", id="quiz never published"),
        pytest.param(replace(READY, enrolled_since=None), RULES, "not_started", id="not enrolled"),
        pytest.param(replace(READY, lessons_left=2), RULES, "lessons_left", id="lessons open"),
        pytest.param(
            replace(READY, lessons_left=2, enrolled_since=None),
            replace(RULES, lessons_first=False),
            "may start",
            id="lessons not asked for",
        ),
        pytest.param(
            replace(READY, has_course=False, enrolled_since=None),
            RULES,
            "may start",
            id="no course",
        ),
        pytest.param(
            replace(READY, past=(past(1, state="open"),)), RULES, "open_attempt", id="already open"
        ),
        pytest.param(
            replace(READY, past=(past(1, passed=True),)), RULES, "passed", id="already passed"
        ),
        pytest.param(
            replace(READY, past=(past(200, passed=True),)),
            RULES,
            "may start",
            id="passed last round",
        ),
        pytest.param(replace(READY, past=tries(3, 2)), RULES, "may start", id="third try"),
        pytest.param(replace(READY, past=tries(3, 2, 1)), RULES, "no_tries_left", id="three tries"),
        pytest.param(
            replace(READY, past=tries(24, 2, 1)), RULES, "may start", id="oldest a day ago"
        ),
        pytest.param(
            replace(READY, past=tries(3, 2, 1), extra_attempts=1),
            RULES,
            "may start",
            id="extra try",
        ),
        pytest.param(
            replace(READY, past=tuple(past(1, n, "void") for n in (1, 2, 3))),
            RULES,
            "may start",
            id="void tries",
        ),
        pytest.param(
            replace(READY, past=tries(90, 80, 70)),
            replace(RULES, attempts_window_hours=0),
            "no_tries_left",
            id="tries for ever",
        ),
        pytest.param(
            replace(READY, past=tries(103, 102, 101)),
            replace(RULES, attempts_window_hours=0),
            "may start",
            id="tries of the last round",
        ),
        pytest.param(
            replace(READY, past=(past(1, state="marking"),)), RULES, "marking", id="being marked"
        ),
        pytest.param(
            replace(READY, lessons_left=2),
            replace(RULES, closes_at=(NOW - HOUR).isoformat()),
            "closed",
            id="closed for good",
        ),
        pytest.param(
            READY, replace(RULES, closes_at=NOW.isoformat()), "closed", id="closes this moment"
        ),
        pytest.param(
            READY, replace(RULES, opens_at=NOW.isoformat()), "may start", id="opens this moment"
        ),
        pytest.param(
            READY, replace(RULES, opens_at=(NOW + HOUR).isoformat()), "not_open_yet", id="too early"
        ),
        pytest.param(
            replace(READY, lessons_left=2),
            replace(RULES, opens_at=(NOW + HOUR).isoformat()),
            "lessons_left",
            id="lessons can be read before it opens",
        ),
        pytest.param(
            replace(READY, past=(past(1, passed=True),)),
            replace(RULES, closes_at=(NOW - HOUR / 2).isoformat()),
            "passed",
            id="passed before it closed",
        ),
        pytest.param(
            replace(READY, past=(past(1, state="open"),)),
            replace(RULES, closes_at=(NOW - HOUR / 2).isoformat()),
            "open_attempt",
            id="still running with extra time after it closed",
        ),
        pytest.param(
            replace(READY, past=tries(*range(40))),
            replace(RULES, attempts_allowed=0),
            "may start",
            id="no limit",
        ),
    ],
)
def test_eligibility_reports_the_first_obstacle(
    facts: QuizFacts, rules: QuizRules, expected: str
) -> None:
    found = judge_eligibility(facts, rules, at=NOW)
    assert verdict(found) == expected
    assert found.may_start is (expected == "may start")


def test_refusal_has_a_phrase_remedy_and_target() -> None:
    found = judge_eligibility(
        replace(READY, lessons_left=2, next_lesson="Ask early"), RULES, at=NOW
    )
    reason = found.reasons[0]
    assert str(reason.phrase) == "Lessons still to read: 2."
    assert str(reason.remedy) == "Continue with “Ask early”"
    assert reason.target == "lesson"


def test_next_attempt_opens_one_window_after_the_oldest_counted() -> None:
    facts = replace(READY, past=tries(30, 20, 10, 5))
    found = judge_eligibility(facts, RULES, at=NOW)
    assert found.next_at == NOW + 4 * HOUR
    assert not judge_eligibility(facts, RULES, at=found.next_at - HOUR / 3600).may_start
    assert judge_eligibility(facts, RULES, at=found.next_at).may_start


@pytest.mark.parametrize(("used", "left"), [((), 3), ((1,), 2), ((1, 2, 3, 4), 0)])
def test_attempts_left_is_never_negative(used: tuple[float, ...], left: int) -> None:
    assert judge_eligibility(replace(READY, past=tries(*used)), RULES, at=NOW).attempts_left == left


def test_rules_are_unchanged_by_write_and_read() -> None:
    rules = replace(
        RULES, sections=(DrawRule("A", 2, "P1", critical_only=True),), titles={"P1": "Ask"}
    )
    assert read_rules(write_rules(rules)) == rules


def test_empty_rules_ask_no_questions() -> None:
    assert read_rules({}).questions == 0


@pytest.mark.parametrize(
    ("aspects", "words"),
    [(("score",), "You passed on %(when)s with 92%."), (("key",), "You passed on %(when)s.")],
    ids=["with the score", "without it"],
)
def test_passed_reason_has_the_score_only_if_allowed(aspects: tuple[str, ...], words: str) -> None:
    rules = replace(RULES, feedback=presets.SILENT | {"after_last": aspects})
    found = judge_eligibility(replace(READY, past=(past(1, passed=True),)), rules, at=NOW)
    said = found.reasons[0].phrase
    assert said.text % {"when": "%(when)s", **said.params} == words
