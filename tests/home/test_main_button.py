"""`/me/` leads to the exact place in a course: the lesson, the open question, the recaps, the next try."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from courses.progress import assignments, course_progress
from quizzes.models import QuizPage
from tests.factories.courses import lessons_of, make_course
from tests.factories.quizzes import (
    answer_all,
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
RULES: dict[str, Any] = {"attempts_allowed": 1, "attempts_window_hours": 24}


def make_page(**rules: Any) -> QuizPage:
    course = make_course("CORE", modules=1, lessons=2)
    row = make_row("single", principle=make_principle(1).code)
    return make_quiz(make_bank("B", row), course=course, **(RULES | rules))


def primary(client: Client) -> tuple[str, str]:
    """The words and the address of the one main button of `/me/`."""
    (button,) = Walker(client).go("/me/").page.select("main .button:not(.quiet)")
    return " ".join(button.get_text().split()), str(button["href"])


def assigned(ada: User, page: QuizPage) -> tuple[str, str]:
    course = page.quiz.course
    assignments.assign_course(
        ada, course, due_on=None, reason="x", actor="system:test", at=timezone.now()
    )
    return "Start the course", page.get_parent().url


def reading(ada: User, page: QuizPage) -> tuple[str, str]:
    first, second = lessons_of(page.get_parent().specific)
    course_progress.complete_step(ada, first, at=timezone.now())
    return "Continue with the lesson", second.url


def ready(ada: User, page: QuizPage) -> tuple[str, str]:
    make_ready(ada, page)
    return "Take the quiz", page.url


def answering(ada: User, page: QuizPage) -> tuple[str, str]:
    attempt = make_attempt(ada, page, timezone.now())
    answer_all(attempt, timezone.now())
    return "Continue the quiz", f"/quiz/{attempt.uuid}/"


def failed(ada: User, page: QuizPage) -> tuple[str, str]:
    take(ada, page, timezone.now(), right=False)
    return "See your next try", page.url


def failed_with_more(ada: User, page: QuizPage) -> tuple[str, str]:
    take(ada, page, timezone.now(), right=False)
    return "Try again", page.url


def failed_before_recaps(ada: User, page: QuizPage) -> tuple[str, str]:
    attempt = take(ada, page, timezone.now(), right=False)
    return "Read the recaps", f"/quiz/{attempt.uuid}/recap/"


PLACES: dict[str, tuple[Any, dict[str, Any]]] = {
    "asked to": (assigned, {}),
    "reading": (reading, {}),
    "every lesson read": (ready, {}),
    "in the quiz": (answering, {}),
    "no try left today": (failed, {}),
    "a try left": (failed_with_more, {"attempts_allowed": 2}),
    "recaps first": (failed_before_recaps, {"attempts_allowed": 2, "recap_gate": True}),
}


@pytest.mark.parametrize(("arrange", "rules"), PLACES.values(), ids=PLACES)
def test_me_has_one_main_button_to_the_exact_place(
    ada: User, as_: Any, arrange: Any, rules: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    deed, href = arrange(ada, make_page(**rules))
    client = as_(ada)
    assert primary(client) == (deed, href)
    walk = Walker(client).go(href)
    # What it leads to can be pressed, read on, or asked for.
    assert walk.forms or walk.letters or "Read the first one" in walk.links
    client.get("/me/")
    with django_assert_max_num_queries(8):
        client.get("/me/")
