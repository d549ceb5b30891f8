"""The feedback matrix: what it allows at a moment, when it allows more, and what is promised before the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quizzes.rules import feedback_policy, presets
from quizzes.rules.presets import AFTERWARDS, GUARDED, SILENT
from quizzes.rules.settings import AFTER_CLOSE, AFTER_SUBMIT, EVERYTHING, QuizRules

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOON = (NOW + timedelta(days=2)).isoformat()
PAST = (NOW - timedelta(days=2)).isoformat()
AT_CLOSE = SILENT | {AFTER_CLOSE: ("correctness", "key")}
WHEN_PASSED = "You see each question and why when you have passed."
WHEN_OVER = "You see each question and why when you have passed, or after your last try."


def later(*, finished: bool = False, other_open: bool = False, **rules: Any) -> str:
    found = feedback_policy.find_next_disclosure(
        QuizRules(**{"feedback": GUARDED} | rules), finished=finished, other_open=other_open, at=NOW
    )
    return str(found.phrase.said(lambda text: text.replace("%(when)s", "%%"))) if found else ""


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param({}, WHEN_PASSED, id="tries never run out"),
        pytest.param({"attempts_allowed": 3}, WHEN_OVER, id="tries are left"),
        pytest.param(
            {"attempts_allowed": 3, "attempts_window_hours": 24}, WHEN_PASSED, id="tries come back"
        ),
        pytest.param({"finished": True}, "", id="it is over"),
        pytest.param(
            {"finished": True, "other_open": True},
            "You see each question and why when you have handed in the try that is open.",
            id="another try is open",
        ),
        pytest.param(
            {"other_open": True, "attempts_allowed": 3},
            WHEN_OVER,
            id="another is open, tries are left",
        ),
        pytest.param({"feedback": AFTERWARDS}, "", id="everything is told"),
        pytest.param({"feedback": SILENT, "closes_at": SOON}, "", id="nothing ever is"),
        pytest.param(
            {"feedback": AT_CLOSE, "closes_at": SOON, "finished": True},
            "You see the right answers when the quiz closes on %.",
            id="at the close",
        ),
        pytest.param({"feedback": AT_CLOSE, "closes_at": PAST}, "", id="after the close"),
        pytest.param({"feedback": AT_CLOSE}, "", id="a quiz that never closes"),
    ],
)
def test_later_feedback_is_announced_in_words(state: dict[str, Any], words: str) -> None:
    assert later(**state) == words


def test_later_feedback_at_the_close_has_its_time() -> None:
    rules = QuizRules(feedback=AT_CLOSE, closes_at=SOON)
    found = feedback_policy.find_next_disclosure(rules, finished=True, other_open=False, at=NOW)
    assert found
    assert found.when == NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("practice", ["You see each question and why when you hand in."]),
        ("check", ["You see each question and why when you hand in."]),
        ("exam", ["You see your score when you hand in.", WHEN_PASSED]),
        ("survey", ["Your answers are not marked for you."]),
    ],
)
def test_preset_promises_its_feedback(rules: str, words: list[str]) -> None:
    assert [
        str(one.phrase) for one in feedback_policy.feedback_promises(presets.PRESETS[rules])
    ] == words


def test_practice_by_question_promises_immediate_explanations() -> None:
    rules = replace(presets.PRESETS["practice"], one_page=False)
    found = [str(one.phrase) for one in feedback_policy.feedback_promises(rules)]
    assert found == ["You see why as soon as you check an answer."]


def test_silent_exam_promises_only_the_verdict() -> None:
    found = [
        str(one.phrase) for one in feedback_policy.feedback_promises(QuizRules(feedback=SILENT))
    ]
    assert found == ["You are told whether you passed. The answers are not told."]


def test_quiz_that_never_closes_promises_no_closing_feedback() -> None:
    rules = QuizRules(feedback=SILENT | {AFTER_CLOSE: ("key",)})
    assert "closes" not in str(feedback_policy.feedback_promises(rules)[0].phrase)
    assert feedback_policy.feedback_promises(replace(rules, closes_at=SOON))[
        0
    ].when == NOW + timedelta(days=2)


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_certifying_quiz_is_never_on_one_page(preset: str) -> None:
    rules = replace(presets.PRESETS[preset], one_page=True)
    assert rules.at_once is not rules.certifies


def test_feedback_promise_is_given_once() -> None:
    found = feedback_policy.feedback_promises(QuizRules(feedback=EVERYTHING, closes_at=SOON))
    assert len(found) == 1
    assert AFTER_SUBMIT in EVERYTHING
