"""Course, quiz and certificates have names of their own: whoever meets one is told how it belongs to the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

import pytest

from accounts.models import User
from certificates.models import Certification, Requirement
from courses.models import CoursePage
from courses.progress import assignments
from quizzes.models import QuizPage
from tests.factories.channels import ask_for, make_channel, make_permission
from tests.factories.courses import make_course
from tests.factories.people import make_person
from tests.factories.quizzes import make_bank, make_quiz, make_row, take
from tests.walks import Walker, words_of

pytestmark = pytest.mark.django_db
COURSE, QUIZ, EARNED = "Principles of posting", "The last questions", ("Badge of core", "Replier")


@pytest.fixture
def quiz_page(db: None) -> QuizPage:
    """The quiz of a course that earns two certificates; a listed channel asks for one of them."""
    course = make_course("CORE", modules=1, lessons=1, title=COURSE)
    page = make_quiz(make_bank("B", make_row("single")), course=course, title=QUIZ)
    for title in EARNED:
        core = Certification.objects.create(code=title[:4].upper(), title=title, policy_tz="UTC")
        Requirement.objects.create(certification=core, course_id=course.course_id)
    channel = make_channel("BLOG", asks=False, title="Blog")
    ask_for(channel, Certification.objects.get(title=EARNED[0]))
    return page


def course_page() -> CoursePage:
    return CoursePage.objects.get()


def test_relation_is_said_wherever_a_certificate_or_a_quiz_is_named(
    ada: User, ben: User, hugo: User, as_: Any, quiz_page: QuizPage
) -> None:
    late = make_person("Lea Late", manager=ben)
    assignments.assign_course(
        late, quiz_page.quiz.course, due_on=None, reason="x", actor="system:test", at=timezone.now()
    )
    make_permission(make_channel("NEWS"), late)
    done = take(ada, quiz_page, timezone.now())
    award = ada.awards.get(certification_title=EARNED[0])
    seen = {
        ada: [
            *(quiz_page.url, f"/quiz/{done.uuid}/result/", "/quiz/tries/", "/me/"),
            *("/certificates/", f"/certificates/{award.code}/", f"/verify/{award.code}/"),
            *("/courses/", "/channels/BLOG/"),
        ],
        late: ["/me/", quiz_page.url, course_page().url, "/channels/BLOG/"],
        ben: ["/team/"],
        hugo: [f"/people/{ada.uuid}/"],
    }
    for person, paths in seen.items():
        for path in paths:
            text = Walker(as_(person)).go(path).text
            assert any(name in text for name in (QUIZ, *EARNED)), path
            assert COURSE in text, path
    letter = ada.notifications.filter(kind="certified").first()
    assert letter is not None
    assert COURSE in letter.body


def test_team_page_names_the_course_to_do_and_what_it_earns(
    ada: User, ben: User, as_: Any, quiz_page: QuizPage
) -> None:
    assignments.assign_course(
        ada, quiz_page.quiz.course, due_on=None, reason="x", actor="system:test", at=timezone.now()
    )
    text = Walker(as_(ben)).go("/team/").text
    assert f"To do: the course “{COURSE}”, for “{EARNED[0]}” and “{EARNED[1]}”." in text
    take(ada, quiz_page, timezone.now())
    assert "To do:" not in Walker(as_(ben)).go("/team/").text


def test_course_page_says_what_it_opens_and_for_how_long(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    walk = Walker(as_(ada)).go(course_page().url)
    assert f"Earns the certificate “{EARNED[0]}”, for 12 months. Asked for on: Blog" in walk.text
    assert f"Earns the certificate “{EARNED[1]}”, for 12 months." in walk.text
    assert walk.links["Blog"] == "/channels/BLOG/"


def test_course_page_shows_where_to_go_on_before_everything_but_its_name(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    """In the order of the source, which is the order at 320 px."""
    walk = Walker(as_(ada)).go(course_page().url)
    after = [words_of(one) for one in walk.page.main.select("h1, h2, li")]
    assert after[:2] == [COURSE, "Start the course"]
    assert len(walk.page.select("main .button:not(.quiet)")) == 1


def test_course_page_of_somebody_who_passed_leaves_nothing_to_do(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    take(ada, quiz_page, timezone.now())
    text = Walker(as_(ada)).go(course_page().url).text
    assert "You have passed it." in text
    assert "This is what is left" not in text


def test_catalogue_says_by_when_a_course_is_required(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    due = timezone.now().date() + timedelta(days=30)
    assignments.assign_course(
        ada, quiz_page.quiz.course, due_on=due, reason="x", actor="system:test", at=timezone.now()
    )
    walk = Walker(as_(ada)).go("/courses/")
    told = f"Required by {due.day} {due:%B %Y}"
    assert told in walk.text
    walk.go(course_page().url).press("Start the course")
    assert told in walk.go("/courses/").text
