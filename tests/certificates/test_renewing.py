"""From "Renew your certificate" on `/me/` to a renewed certificate, by links and forms alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

import pytest
import time_machine

from accounts.models import User
from certificates.acts import awards
from certificates.models import Award, Certification, Requirement
from courses import version_floors
from courses.models import Course, CourseCompletion, CoursePage
from courses.progress import course_progress
from quizzes.models import QuizPage
from tests.conftest import NOW
from tests.factories.channels import accept_rules, make_channel, make_permission
from tests.factories.courses import confirm_release, lessons_of, make_course
from tests.factories.quizzes import make_bank, make_quiz, make_row, take
from tests.walks import Walker, words_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RULES: dict[str, Any] = {"attempts_allowed": 2, "attempts_window_hours": 0}


@pytest.fixture
def quiz_page(db: None) -> QuizPage:
    """The quiz of a course that earns POST-CORE for a year, with a window of 60 days and a week of grace."""
    course = make_course("CORE", modules=1, lessons=1, title="Principles")
    page = make_quiz(make_bank("B", make_row("single")), course=course, title="The quiz", **RULES)
    core = Certification.objects.create(
        code="POST-CORE", title="Core", policy_tz="UTC", posting_grace_days=7
    )
    Requirement.objects.create(certification=core, course_id=course.course_id)
    return page


def certify(person: User, page: QuizPage, days: int) -> Award:
    """The person earned the certificate so many days from NOW, as everybody does."""
    with time_machine.travel(NOW + days * DAY, tick=False):
        take(person, page, timezone.now())
    return person.awards.get()


def outdate(days: int) -> None:
    """A material release, and the day from which older ones stop counting."""
    page = CoursePage.objects.get()
    course = Course.objects.get()
    page.change_class = "material"
    page.save_revision().publish()
    newest = course.releases.latest("number")
    confirm_release(newest)
    at = NOW + days * DAY
    version_floors.set_version_floor(course, newest, effective_at=at, actor="system:test", at=NOW)


SEE = "See what has changed"


def renew(walk: Walker, deed: str = "Renew your certificate") -> Walker:
    walk.go("/me/").follow(deed)
    if deed == SEE:
        walk.follow("Go to the course")
    assert walk.h1 == "Principles"
    assert walk.main_buttons == ([SEE] if deed == SEE else ["Start the renewal"])
    walk.press("Start the renewal")
    assert walk.h1 == "The quiz"
    return walk.press("Start try 2")


# When it was earned, whether the course changed (from when on that counts), the words on /me/, the new last day.
CASES = {
    "inside the window": (-330, None, "Renew your certificate", date(2027, 7, 19)),
    "on its last day": (-364, None, "Renew your certificate", date(2027, 6, 15)),
    "in grace": (-368, None, "Renew your certificate", date(2027, 6, 14)),
    "lapsed": (-400, None, "Renew your certificate", date(2027, 6, 14)),
    "inside the window, with a floor ahead": (
        *(-330, 10, "Renew your certificate"),
        date(2027, 7, 19),
    ),
    "outdated by a floor ahead": (-100, 10, SEE, date(2027, 6, 14)),
    "outdated by a floor in force": (-100, 0, SEE, date(2027, 6, 14)),
}


@pytest.mark.parametrize(("earned", "floor", "deed", "through"), CASES.values(), ids=CASES)
def test_renewal_is_walked_from_me_to_a_new_certificate(
    ada: User,
    as_: Any,
    quiz_page: QuizPage,
    earned: int,
    floor: int | None,
    deed: str,
    through: date,
) -> None:
    old = certify(ada, quiz_page, earned)
    if floor is not None:
        with time_machine.travel(NOW - DAY, tick=False):
            outdate(floor)
    with time_machine.travel(NOW, tick=False):
        walk = renew(Walker(as_(ada)), deed).hand_in(ada)
        assert walk.h1.startswith("You passed")
        new = ada.awards.get(previous=old)
        assert (new.valid_from, new.valid_through) == (NOW, through)
        assert new.valid_through >= old.valid_through
        walk.go("/me/")
        assert "Valid until" in walk.text
        assert deed not in walk.links


@pytest.mark.parametrize("earned", [-330, -400])
def test_channel_card_knows_that_the_renewal_is_under_way(
    ada: User, as_: Any, quiz_page: QuizPage, earned: int
) -> None:
    channel = make_channel("X-NEWS")
    make_permission(channel, ada, days=-500)
    accept_rules(channel, ada, days=-90)
    certify(ada, quiz_page, earned)
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/me/")
        assert card_deed(walk) == "Renew your certificate"
        renew(walk).go("/me/")
        assert card_deed(walk) == "Continue the course"
        assert "Renew your certificate" not in walk.links


def card_deed(walk: Walker) -> str:
    (link,) = walk.page.select(".cards a.button")
    return words_of(link)


def test_renewal_of_a_withdrawn_certificate_earns_a_new_one(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    old = certify(ada, quiz_page, -100)
    with time_machine.travel(NOW, tick=False):
        awards.revoke_award(old, actor="system:test", at=NOW - DAY, reason="Shared plans.")
        walk = Walker(as_(ada)).go(CoursePage.objects.get().url).press("Start the renewal")
        walk.press("Start try 2").hand_in(ada)
        assert "Valid until 14 June 2027" in walk.go("/me/").text


def test_tries_count_within_the_renewals_own_round(
    ada: User, as_: Any, quiz_page: QuizPage
) -> None:
    """Two tries in all: one was used up a year ago, and two failed ones of today are the end of this round only."""
    certify(ada, quiz_page, -400)
    with time_machine.travel(NOW, tick=False):
        walk = renew(Walker(as_(ada))).hand_in(ada, right=False)
        assert "You have 1 try left" in walk.text
        walk.go(quiz_page.url).press("Start try 3").hand_in(ada, right=False)
        walk.go(quiz_page.url)
        assert "You have used all your tries." in walk.text
        assert not walk.forms
        # Starting again while this round is open is no way to more tries.
        walk.client.post(f"/learning/start/{CoursePage.objects.get().translation_key}/")
        assert "You have used all your tries." in walk.go(quiz_page.url).text
        assert ada.enrolments.count() == 2


def test_course_taken_again_early_costs_no_day(ada: User, as_: Any, quiz_page: QuizPage) -> None:
    """Long before the window, and after the certification has become shorter: the old last day stays."""
    old = certify(ada, quiz_page, -10)
    Certification.objects.update(period_months=6)
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go(CoursePage.objects.get().url)
        assert "Start the renewal" not in walk.forms
        walk.press("Take the course again").press("Start try 2").hand_in(ada)
        assert ada.awards.get(previous=old).valid_through == old.valid_through


@pytest.mark.parametrize(
    ("earned", "deed", "aside", "said"),
    [
        (-100, "Read your result", "Take the course again", "You passed on"),
        (-330, "Renew your certificate", "Read your result", "“Core” holds until"),
        (-400, "Renew your certificate", "Read your result", "“Core” has ended."),
    ],
)
def test_quiz_page_of_a_passed_quiz_offers_what_the_certificate_needs(
    *, ada: User, as_: Any, quiz_page: QuizPage, earned: int, deed: str, aside: str, said: str
) -> None:
    certify(ada, quiz_page, earned)
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go(quiz_page.url)
        assert walk.main_buttons == [deed]
        assert aside in walk.links
        assert said in walk.text
        assert bool(walk.page.select(".notice.go")) is (earned == -100)
        if earned != -100:
            walk.follow("Renew your certificate")
            assert walk.main_buttons == ["Start the renewal"]


def test_course_without_a_quiz_is_renewed_by_reading_it_again(ada: User, as_: Any) -> None:
    course = make_course("READ", modules=1, lessons=2, title="Reading")
    read = Certification.objects.create(code="READ", title="Reader", policy_tz="UTC")
    Requirement.objects.create(certification=read, course_id=course.course_id)
    with time_machine.travel(NOW - 400 * DAY, tick=False):
        for lesson in lessons_of(course):
            course_progress.complete_step(ada, lesson, at=timezone.now())
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/me/").follow("Renew your certificate")
        walk.press("Start the renewal").press("I have read the lessons again")
        assert CourseCompletion.objects.filter(person=ada).count() == 2
        assert "Valid until 14 June 2027" in walk.go("/me/").text
