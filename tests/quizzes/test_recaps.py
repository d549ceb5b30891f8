"""After a failed try: which principles to read again, reading them, and the next try."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from courses.models import CoursePage, ModulePage
from quizzes.attempts import recaps
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.recaps import codes_behind_failure
from quizzes.attempts.starting import NotEligibleError, check_eligibility, start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Recap
from quizzes.rules.settings import QuizRules
from tests.factories.courses import make_course
from tests.factories.quizzes import (
    form_for,
    make_attempt,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
    take,
)
from tests.markup import squeeze_markup

RULES = QuizRules(pass_percent=80, principle_percent=60)
MINUTE = timedelta(minutes=1)


def result(**percents: int) -> dict[str, Any]:
    return {
        "by_principle": [
            {"principle": code, "percent": str(percent), "passed": percent >= 60}
            for code, percent in percents.items()
        ]
    }


@pytest.mark.parametrize(
    ("told", "critical", "expected"),
    [
        pytest.param(result(P1=50, P2=100), (), ["P1"], id="below what each needs"),
        pytest.param(result(P1=70, P2=100), (), ["P1"], id="below the pass mark"),
        pytest.param(result(P1=100, P2=90), ("P1",), ["P1"], id="a critical miss"),
        pytest.param(result(P2=40, P1=20), (), ["P2", "P1"], id="several, as in the result"),
        pytest.param(result(P1=95, P2=85), (), ["P2"], id="at least the weakest"),
        pytest.param(result(P1=100), (), [], id="nothing to learn there"),
        pytest.param({}, (), [], id="questions without principles"),
    ],
)
def test_weak_principles_follow_from_the_result(
    told: dict[str, Any], critical: tuple[str, ...], expected: list
) -> None:
    assert codes_behind_failure(told, RULES, critical) == expected


def test_principle_mark_may_exceed_the_pass_mark() -> None:
    told = {"by_principle": [{"principle": "P1", "percent": "85", "passed": False}]}
    assert codes_behind_failure(told, replace(RULES, principle_percent=90)) == ["P1"]


@pytest.fixture
def page(db: None) -> QuizPage:
    """Two principles, five questions each, an exam with recaps, in a course that teaches the first."""
    make_principle(1), make_principle(2)
    rows = [make_row(principle=f"P{number}") for number in (1, 2) for _ in range(5)]
    course = make_course(lessons=2, modules=1)
    ModulePage.objects.descendant_of(course).update(principle=make_principle(1))
    return make_quiz(make_bank("RECAP", *rows), course=course, recap_gate=True)


def fail(person: User, page: QuizPage, at: datetime, *codes: str) -> Attempt:
    """A try with every question of these principles wrong."""
    attempt = make_attempt(person, page, at)
    for response in attempt.responses.select_related("version__principle"):
        form = form_for(response, right=response.version.principle.code not in codes)
        save_answer(attempt.uuid, person, response.slot, form, seq=1, at=at)
    return submit_attempt(attempt.uuid, person, at=at)


def why(person: User, page: QuizPage, at: datetime) -> list[str]:
    return [reason.code for reason in check_eligibility(person, page.quiz, at=at).reasons]


@pytest.mark.django_db
class TestRecapGate:
    @pytest.mark.databases
    def test_next_attempt_waits_until_every_recap_is_read(
        self, ada: User, page: QuizPage, now: datetime
    ) -> None:
        done = fail(ada, page, now, "P1", "P2")
        assert why(ada, page, now) == ["recaps_left"]
        recaps.record_recap(done, "P1", at=now)
        assert why(ada, page, now) == ["recaps_left"]
        recaps.record_recap(done, "P2", at=now)
        assert why(ada, page, now) == []

    def test_start_is_refused_while_recaps_are_unread(
        self, ada: User, page: QuizPage, now: datetime
    ) -> None:
        fail(ada, page, now, "P1")
        with pytest.raises(NotEligibleError):
            start_attempt(ada, page.quiz, at=now, locale="en")

    def test_failed_attempt_has_recaps_of_its_own(
        self, ada: User, page: QuizPage, now: datetime
    ) -> None:
        recaps.record_recap(fail(ada, page, now, "P1"), "P1", at=now)
        fail(ada, page, now + MINUTE, "P1")
        assert why(ada, page, now + MINUTE) == ["recaps_left"]

    @pytest.mark.databases
    def test_reading_a_recap_twice_records_it_once(
        self, ada: User, page: QuizPage, now: datetime
    ) -> None:
        done = fail(ada, page, now, "P1")
        first = recaps.record_recap(done, "P1", at=now)
        assert recaps.record_recap(done, "P1", at=now + MINUTE) == first
        assert Recap.objects.get().read_at == now

    @pytest.mark.databases
    def test_recap_reading_time_cannot_be_changed(
        self, ada: User, page: QuizPage, now: datetime
    ) -> None:
        recaps.record_recap(fail(ada, page, now, "P1"), "P1", at=now)
        with pytest.raises(DatabaseError), transaction.atomic():
            Recap.objects.update(read_at=now + MINUTE)

    @pytest.mark.parametrize("code", ["P2", "NONE", ""])
    def test_recap_exists_only_for_weak_principles(
        self, code: str, ada: User, page: QuizPage, now: datetime
    ) -> None:
        with pytest.raises(recaps.NoSuchRecapError):
            recaps.record_recap(fail(ada, page, now, "P1"), code, at=now)

    def test_missed_critical_question_requires_the_recap_of_its_principle(
        self, ada: User, now: datetime, page: QuizPage
    ) -> None:
        rows = [make_row(principle="P1", critical=n == 0) for n in range(10)]
        hard = make_quiz(make_bank("CRITICAL", *rows), recap_gate=True)
        attempt = make_attempt(ada, hard, now)
        for response in attempt.responses.select_related("version"):
            form = form_for(response, right=not response.version.critical)
            save_answer(attempt.uuid, ada, response.slot, form, seq=1, at=now)
        done = submit_attempt(attempt.uuid, ada, at=now)
        assert [one.principle.code for one in recaps.recaps_for(done)] == ["P1"]

    def test_questions_without_principles_require_no_recap(self, ada: User, now: datetime) -> None:
        plain = make_quiz(recap_gate=True)
        take(ada, plain, now, right=False)
        assert why(ada, plain, now) == []


@pytest.mark.django_db
class TestRecapPages:
    @pytest.fixture
    def done(self, ada: User, page: QuizPage) -> Attempt:
        return fail(ada, page, timezone.now(), "P1", "P2")

    @pytest.fixture
    def browser(self, ada: User, as_: Any) -> Client:
        return as_(ada)

    def test_recaps_lead_from_the_result_to_the_next_attempt(
        self, done: Attempt, page: QuizPage, browser: Client
    ) -> None:
        shown = squeeze_markup(browser.get(f"/quiz/{done.uuid}/result/").content.decode())
        assert f'href="/quiz/{done.uuid}/recap/"' in shown
        assert "Try again</a>" not in shown
        shown = browser.get(f"/quiz/{done.uuid}/recap/").content.decode()
        assert "2 recaps to read again" in shown
        onward = browser.post(f"/quiz/{done.uuid}/recap/P1/")
        assert onward.url == f"/quiz/{done.uuid}/recap/P2/"
        last = squeeze_markup(browser.post(onward.url, follow=True).content.decode())
        assert "You have read every recap" in last
        assert re.search(rf'href="{page.get_url()}">Try again', last)
        browser.post(f"/quiz/start/{page.pk}/")
        assert Attempt.objects.filter(state="open").count() == 1

    def test_recaps_that_are_read_lead_nowhere_back_to_themselves(
        self, ada: User, page: QuizPage, browser: Client
    ) -> None:
        """The next try waits for a day: the page says so, and has no button to itself."""
        page.quiz.rules |= {"cool_down_hours": [24]}
        page.quiz.save()
        done = fail(ada, page, timezone.now(), "P1", "P2")
        for code in ("P1", "P2"):
            browser.post(f"/quiz/{done.uuid}/recap/{code}/")
        here = f"/quiz/{done.uuid}/recap/"
        shown = browser.get(here).content.decode()
        assert "You have read every recap" in shown
        assert "Your next one opens on" in squeeze_markup(shown)
        assert "Read the recaps until then" not in shown
        assert f'href="{here}"' not in shown
        result = browser.get(f"/quiz/{done.uuid}/result/").content.decode()
        assert f'href="{here}"' in result

    @pytest.mark.databases
    def test_recap_shows_the_principle_and_its_lessons(
        self, done: Attempt, page: QuizPage, browser: Client
    ) -> None:
        shown = browser.get(f"/quiz/{done.uuid}/recap/P1/").content.decode()
        principle = make_principle(1)
        assert principle.pages.get().statement in shown
        course = CoursePage.objects.get(pk=page.get_parent().pk)
        lessons = course.get_descendants().filter(depth=course.depth + 2)
        assert lessons
        assert all(lesson.title in shown for lesson in lessons)
        assert "I have read this again" in shown

    def test_get_of_a_recap_records_nothing(self, done: Attempt, browser: Client) -> None:
        browser.get(f"/quiz/{done.uuid}/recap/P1/")
        assert not Recap.objects.exists()

    @pytest.mark.parametrize("place", ["recap/", "recap/P1/"])
    def test_recaps_of_somebody_else_are_not_found(
        self, place: str, done: Attempt, carol: User, as_: Any
    ) -> None:
        assert as_(carol).get(f"/quiz/{done.uuid}/{place}").status_code == 404
        assert as_(carol).post(f"/quiz/{done.uuid}/recap/P1/").status_code == 404
        assert not Recap.objects.exists()

    def test_passed_attempt_has_no_recaps(self, ada: User, page: QuizPage, browser: Client) -> None:
        done = take(ada, page, timezone.now())
        assert browser.get(f"/quiz/{done.uuid}/recap/").status_code == 404

    def test_start_page_links_to_the_recaps(
        self, done: Attempt, page: QuizPage, browser: Client
    ) -> None:
        shown = squeeze_markup(browser.get(page.get_url()).content.decode())
        assert "Recaps to read before your next try: 2." in shown
        assert f'href="/quiz/{done.uuid}/recap/">Read the recaps' in shown

    def test_recap_page_takes_twelve_queries(
        self, done: Attempt, browser: Client, django_assert_max_num_queries: Any
    ) -> None:
        browser.get(f"/quiz/{done.uuid}/recap/P1/")
        with django_assert_max_num_queries(12):
            browser.get(f"/quiz/{done.uuid}/recap/P1/")
