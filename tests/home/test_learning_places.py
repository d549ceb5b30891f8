"""Where somebody goes on in a course, read from the rows of one query: the open question, then the recaps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from wagtail.models import Page

import pytest

from accounts.models import User
from channels.facts.fact_rows import read_fact_rows
from courses.models import CoursePage
from courses.progress import assignments, course_progress
from courses.progress.enrolments import start_enrolment
from home import learning
from home.learning import LearningPlace
from quizzes.attempts.starting import start_attempt
from tests.factories.courses import lessons_of, make_course
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

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def find_place(person: User) -> LearningPlace:
    now = timezone.now()
    found = read_fact_rows([person.hr_id or ""], [], *learning.learning_queries(person, now))
    (place,) = learning.find_places(person, found, now, RequestFactory().get("/me/"))
    return place


def test_place_is_the_open_question_then_the_recap_that_the_rules_of_the_try_ask_for(
    ada: User,
) -> None:
    principle = make_principle()
    bank = make_bank("B", make_row("single", principle=principle.code))
    course = make_course("CORE", modules=1, lessons=1)
    page = make_quiz(bank, course=course, principle=principle, attempts_allowed=5, recap_gate=True)
    opened = make_attempt(ada, page, timezone.now())
    place = find_place(ada)
    assert place.text == "You are in try 1, at question 1."
    assert place.href == reverse("quizzes:resume", args=[opened.uuid])
    practice = make_quiz(make_bank("C", make_row("single")), course=course, preset="practice")
    make_attempt(ada, practice, timezone.now())
    assert find_place(ada).href == place.href
    failed = take(ada, page, timezone.now(), right=False)
    assert failed == opened
    assert find_place(ada).href == reverse("quizzes:recaps", args=[failed.uuid])


def test_place_of_a_try_whose_time_is_up_is_its_result(ada: User) -> None:
    page = make_quiz(course=make_course("CORE", modules=1, lessons=1), time_limit_minutes=10)
    over = make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
    place = find_place(ada)
    assert (place.text, place.deed, place.href) == (
        "Time was up for try 1. What was saved by then counts.",
        "See your result",
        reverse("quizzes:resume", args=[over.uuid]),
    )


def test_open_practice_stands_in_the_way_of_nothing(ada: User, ben: User) -> None:
    now, course = timezone.now(), make_course("CORE", modules=1, lessons=1)
    final = make_quiz(make_bank("B", make_row("single")), course=course)
    check = make_quiz(make_bank("C", make_row("single")), course=course, preset="check")
    start_enrolment(ada, course.course, actor=ada.actor, at=now)
    start_attempt(ada, check.quiz, at=now, locale="en")
    assert find_place(ada).deed == "Start reading"
    make_ready(ada, final, now)
    assert find_place(ada).deed == "Take the quiz"
    assert find_place(ada).href.endswith(f"/{final.slug}/")

    alone = make_quiz(make_bank("D", make_row("single")), preset="practice", one_page=True)
    opened = make_attempt(ben, alone, now)
    place = find_place(ben)
    assert place.href == reverse("quizzes:resume", args=[opened.uuid])
    assert (place.deed, place.text) == (
        "Continue practising",
        "You have begun to practise. Your answers are kept.",
    )


def test_open_try_at_a_quiz_beside_the_lessons_is_a_next_step_with_its_time(
    ada: User, as_: Any
) -> None:
    now, course = timezone.now(), make_course("CORE", modules=1, lessons=1)
    make_quiz(make_bank("B", make_row("single")), course=course)
    start_enrolment(ada, course.course, actor=ada.actor, at=now)
    opened = []
    for name, limit in (("Slow", None), ("Quick", 10)):
        bank = make_bank(name, make_row("single"))
        fields = {"title": name, "time_limit_minutes": limit} if limit else {"title": name}
        page = make_quiz(bank, course=course, preset="check", **fields)
        opened.append(start_attempt(ada, page.quiz, at=now, locale="en"))
    walk = Walker(as_(ada)).go("/me/")
    slow, quick = (reverse("quizzes:resume", args=[one.uuid]) for one in opened)
    assert "“Slow”: You" in walk.text
    assert "“Quick”: You are in try 1" in walk.text
    assert walk.text.count("Its time runs until") == 1
    assert "Your next lesson is" in walk.text
    # What runs out comes first, and has the main button.
    assert walk.page.select_one("main .button:not(.quiet)")["href"] == quick
    assert slow in walk.links.values()


def show_everywhere(person: User, as_: Any, course: CoursePage) -> dict[str, str]:
    """The words of each page that says how far the person is."""
    browser = as_(person)
    paths = {"/", "/me/", "/courses/"} | ({course.url} if course.live else set())
    pages = {path: browser.get(path, follow=True) for path in paths}
    return {path: " ".join(strip_tags(page.text).split()) for path, page in pages.items()}


@pytest.mark.parametrize("gone", ["all", "below", "lessons"])
@pytest.mark.parametrize("begun", [True, False])
def test_course_without_lessons_is_never_said_to_be_read(
    ada: User, as_: Any, gone: str, begun: bool
) -> None:
    """Unpublished as a whole, but for its own page, or but for its modules: somebody has begun it, or has to."""
    course = make_course("CORE", modules=2, lessons=1)
    if begun:
        course_progress.complete_step(ada, lessons_of(course)[0], at=timezone.now())
    else:
        told = {"due_on": None, "reason": "x", "actor": "system:test", "at": timezone.now()}
        assignments.assign_course(ada, course.course, **told)
    levels = {"all": 0, "below": 1, "lessons": 2}
    for page in Page.objects.descendant_of(course, inclusive=True):
        if page.depth >= course.depth + levels[gone]:
            page.specific.unpublish()
    course.refresh_from_db()
    place, shown = find_place(ada), show_everywhere(ada, as_, course)
    for text in (place.text, *shown.values()):
        assert "every lesson" not in text
        assert "of 0" not in text
        assert "Finished" not in text
    missing = "not published" if gone == "all" else "no lessons at the moment"
    assert missing in place.text
    assert place.deed == ("Go to your courses" if gone == "all" else "Go to the course")
    assert as_(ada).get(place.href).status_code == 200
    assert missing in shown["/me/"]
    if gone != "all":
        assert "no lessons at the moment" in shown[course.url]
        assert "No lessons at the moment" in shown["/courses/"]
        assert ("no lessons at the moment" in shown["/"]) == begun


def test_course_without_lessons_leads_to_its_quiz_and_says_nothing_of_lessons(ada: User) -> None:
    course = make_course("CORE", modules=0)
    make_quiz(make_bank("B", make_row("single")), course=course)
    start_enrolment(ada, course.course, actor=ada.actor, at=timezone.now())
    assert (find_place(ada).text, find_place(ada).deed) == ("The quiz is next.", "Take the quiz")
