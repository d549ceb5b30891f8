"""Every refusal of a quiz start, followed from the quiz page as the person it is told to.

It ends with a form after which the refusal is gone, or with a letter to somebody who can help. Where it passes by
itself, it says when.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import unquote

from django.utils import timezone

import pytest
import time_machine

from accounts.models import User
from courses.progress import enrolments
from quizzes.attempts.starting import check_eligibility
from quizzes.models import Quiz, QuizPage
from quizzes.rules.refusals import RefusalCode
from tests.conftest import NOW
from tests.factories.courses import make_course
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_ready,
    make_row,
    take,
)
from tests.walks import Walker

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ONCE: dict[str, Any] = {"attempts_allowed": 1, "attempts_window_hours": 0}
Arrange = Callable[[User, QuizPage], object]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def empty(_ada: User, _page: QuizPage) -> None:
    Quiz.objects.update(rules={})


def nothing(_ada: User, _page: QuizPage) -> None:
    """The person has not begun the course."""


def enrol(ada: User, page: QuizPage) -> None:
    enrolments.start_enrolment(ada, page.quiz.course, actor=ada.actor, at=NOW)


def begin(ada: User, page: QuizPage) -> None:
    make_attempt(ada, page, NOW)


def succeed(ada: User, page: QuizPage) -> None:
    take(ada, page, NOW - DAY)


def fail(ada: User, page: QuizPage) -> None:
    take(ada, page, NOW - HOUR, right=False)


# By code: how it comes about, the rules of the quiz, and the way out: links to follow, and, with a leading "!", forms
# to send. "letter": where only others can act. "manager": where ada's manager gives her another try.
Way = tuple[Arrange, dict[str, Any], tuple[str, ...]]
WAYS: dict[str, Way] = {
    "not_ready": (empty, {}, ("letter",)),
    "open_attempt": (begin, {}, ("Continue where you stopped", "!hand in")),
    "marking": (succeed, {"kind": "free_text"}, ("See where it stands", "letter")),
    "passed": (succeed, {}, ("Take the course again", "!Take the course again")),
    "answered": (succeed, {"kind": "survey", "preset": "survey"}, ("letter",)),
    "closed": (make_ready, {"closes_at": NOW - DAY}, ("letter",)),
    "not_open_yet": (make_ready, {"opens_at": NOW + DAY}, ("letter",)),
    "not_started": (nothing, {}, ("Start the course", "!Start the course")),
    "lessons_left": (enrol, {}, ("Continue with “", "!Mark as read and continue")),
    "recaps_left": (
        fail,
        {"recap_gate": True},
        ("Read the recaps", "Read the first one", "!I have read this again"),
    ),
    "no_tries_left": (fail, ONCE, ("manager",)),
    "closes_first": (
        fail,
        {"attempts_allowed": 1, "attempts_window_hours": 24, "closes_at": NOW + DAY / 2},
        ("manager",),
    ),
    "cool_down": (fail, {"cool_down_hours": [24]}, ("manager",)),
}


def make_page(*, kind: str = "single", **rules: Any) -> QuizPage:
    principle = make_principle()
    bank = make_bank("B", make_row(kind, principle=principle.code))
    course = make_course("CORE", modules=1, lessons=1)
    if rules.get("preset") == "survey":
        return make_quiz(bank, course=course, differences=[], **rules)
    return make_quiz(bank, course=course, **rules)


def codes_for(ada: User, page: QuizPage) -> list[str]:
    quiz = Quiz.objects.get(pk=page.quiz_id)
    found = check_eligibility(ada, quiz, at=timezone.now(), locale="en")
    return [one.code for one in found.reasons]


def go_on(walk: Walker, step: str, ada: User, as_: Any) -> None:
    if step == "letter":
        assert any("social@northlight.example" in one for one in walk.letters)
    elif step == "manager":
        assert ada.manager is not None
        (letter,) = (one for one in walk.letters if ada.manager.email in one)
        path = unquote(letter).rpartition("/quiz/unlock/")[2]
        Walker(as_(ada.manager)).go(f"/quiz/unlock/{path}").press(
            "Give one more try", reason="She was ill today"
        )
    elif step == "!hand in":
        walk.hand_in(ada)
    elif step.startswith("!"):
        walk.press(step[1:])
    else:
        walk.follow(step)


def test_start_refusals_are_all_followed() -> None:
    assert WAYS.keys() == set(get_args(RefusalCode))


@pytest.mark.parametrize(("code", "way"), WAYS.items(), ids=WAYS)
def test_start_refusal_is_followed_to_its_end(ada: User, as_: Any, code: str, way: Way) -> None:
    arrange, rules, steps = way
    page = make_page(**rules)
    arrange(ada, page)
    assert code in codes_for(ada, page)
    walk = Walker(as_(ada)).go(page.url)
    for step in steps:
        go_on(walk, step, ada, as_)
    if steps[-1] != "letter":
        assert code not in codes_for(ada, page)


@pytest.mark.parametrize(
    ("arrange", "rules", "opens"),
    [
        (make_ready, {"opens_at": NOW + DAY}, "09:00"),
        (fail, {"cool_down_hours": [24]}, "08:00"),
        (fail, {"attempts_allowed": 1, "attempts_window_hours": 24}, "08:00"),
    ],
    ids=["not open yet", "a pause", "no try left today"],
)
def test_start_refusal_that_passes_by_itself_says_when(
    ada: User, as_: Any, arrange: Arrange, rules: dict[str, Any], opens: str
) -> None:
    page = make_page(**rules)
    arrange(ada, page)
    assert f"16 June 2026, {opens}" in Walker(as_(ada)).go(page.url).text
    with time_machine.travel(NOW + DAY, tick=False):
        assert Walker(as_(ada)).go(page.url).forms
