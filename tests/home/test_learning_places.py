"""Where somebody goes on in a course, read from the rows of one query: the open question, then the recaps."""

from __future__ import annotations

from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

import pytest

from accounts.models import User
from channels.facts.fact_rows import read_fact_rows
from home import learning
from home.learning import LearningPlace
from tests.factories.courses import make_course
from tests.factories.quizzes import (
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def find_place(person: User) -> LearningPlace:
    now = timezone.now()
    found = read_fact_rows([person.hr_id or ""], [], *learning.learning_queries(person, now))
    (place,) = learning.find_places(person, found, now, RequestFactory().get("/me/"))
    return place


def test_place_is_the_open_question_then_the_recap_that_the_rules_of_the_try_ask_for(
    ada: User,
) -> None:
    bank = make_bank("B", make_row("single", principle=make_principle().code))
    course = make_course("CORE", modules=1, lessons=1)
    page = make_quiz(
        bank, course=course, principle=make_principle(), attempts_allowed=5, recap_gate=True
    )
    opened = make_attempt(ada, page, timezone.now())
    place = find_place(ada)
    assert place.text == "You are in try 1, at question 1."
    assert place.href == reverse("quizzes:resume", args=[opened.uuid])
    failed = take(ada, page, timezone.now(), right=False)
    assert failed == opened
    assert find_place(ada).href == reverse("quizzes:recaps", args=[failed.uuid])
