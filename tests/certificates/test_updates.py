"""Catching up with a material change: a short quiz about what has changed, and a certificate of the new version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

import pytest
import time_machine

from accounts.models import User
from certificates import reminders
from certificates.acts import awards
from certificates.models import Award, Certification, Requirement
from courses import version_floors
from courses.changes.touched import find_touched_principles
from courses.models import Course, CourseRelease, ModulePage
from courses.progress import updates
from courses.progress.updates import UpdateRefusedError
from notifications.models import Notification
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage
from tests.conftest import NOW
from tests.factories.certificates import make_completion, make_course_record
from tests.factories.courses import confirm_release, lessons_of, make_course
from tests.factories.kept import kept
from tests.factories.quizzes import (
    answer_all,
    make_bank,
    make_principle,
    make_quiz,
    make_row,
    take,
)
from tests.walks import Walker

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def quiz_page(db: None) -> QuizPage:
    return make_quiz_of_two_modules()


@kept
def make_quiz_of_two_modules() -> QuizPage:
    """The quiz of a course of two modules, one question on each of their principles; it earns POST-CORE."""
    course = make_course("CORE", modules=2, lessons=1, title="Principles")
    for module, number in zip(ModulePage.objects.order_by("path"), (1, 2), strict=True):
        module.principle = make_principle(number)
        module.save_revision().publish()
    bank = make_bank(
        "B", *(make_row(code=f"{code}-{n}", principle=code) for code in ("P1", "P2") for n in "AB")
    )
    whole = {"bank": bank, "count": 1, "critical_only": False, "mandatory": False}
    draw = [("section", whole | {"principle": make_principle(number)}) for number in (1, 2)]
    page = make_quiz(bank, course=course, title="The quiz", draw=draw, attempts_allowed=2)
    core = Certification.objects.create(code="POST-CORE", title="Core", policy_tz="UTC")
    Requirement.objects.create(certification=core, course_id=course.course_id)
    course.refresh_from_db()
    course.save_revision().publish()
    return page


@pytest.fixture
def held(ada: User, quiz_page: QuizPage) -> Award:
    """Ada has passed a hundred days ago."""
    with time_machine.travel(NOW - 100 * DAY, tick=False):
        take(ada, quiz_page, timezone.now())
    return ada.awards.get()


def change_second_module(*, floor: int = 10, confirmed: bool = True) -> CourseRelease:
    """A lesson of the second module is changed; a reviewer has said that this is material, from a day on."""
    with time_machine.travel(NOW - DAY, tick=False):
        page = Course.objects.get(code="CORE").pages.get()
        lesson = lessons_of(page)[1]
        lesson.title = "Safety reports"
        lesson.save_revision().publish()
        page.change_class, page.change_note = "material", "What a safety report is."
        page.save_revision().publish()
        release = page.course.releases.latest("number")
        if confirmed:
            confirm_release(release, make_principle(2))
            version_floors.set_version_floor(
                page.course,
                release,
                effective_at=NOW + floor * DAY,
                actor="system:test",
                at=NOW - DAY,
            )
    return release


@pytest.mark.parametrize("floor", [10, 0])
def test_update_is_walked_from_me_to_a_certificate_of_the_new_version(
    ada: User, as_: Any, held: Award, floor: int
) -> None:
    release = change_second_module(floor=floor)
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/me/")
        walk.follow("See what has changed")
        assert "What a safety report is." in walk.text
        assert "Safety reports" in walk.links
        assert "1 question, only about what has changed" in walk.text
        walk.press("Go to the short quiz")
        assert walk.h1 == "The quiz"
        assert "it asks only about what has changed. Principle 2" in walk.text
        walk.press("Start try 2").hand_in(ada)
        assert walk.h1.startswith("You passed")
    attempt = Attempt.objects.get(number=2)
    asked = attempt.responses.values_list("version__principle__code", flat=True)
    assert (list(asked), attempt.rules["only"]) == (["P2"], ["P2"])
    new = ada.awards.get(previous=held)
    assert new.releases == {str(release.course_id): release.number}
    assert (new.valid_from, new.valid_through) == (NOW, held.valid_through)
    assert held.events.get().kind == "superseded"
    with time_machine.travel(NOW, tick=False):
        assert "You have nothing to catch up on" in walk.go("/certificates/update/POST-CORE/").text
        assert "See what has changed" not in walk.go("/me/").links


def test_update_is_walked_by_whoever_was_certified_from_elsewhere(
    ben: User, as_: Any, request: pytest.FixtureRequest
) -> None:
    seen = {"actor": "system:test", "evidence": "The register of before"}
    with time_machine.travel(NOW - 200 * DAY, tick=False):
        quiz_page: QuizPage = request.getfixturevalue("quiz_page")
    core = Certification.objects.get(code="POST-CORE")
    with time_machine.travel(NOW - 100 * DAY, tick=False):
        awards.issue_equivalence(ben, core, at=timezone.now(), **seen)
    change_second_module()
    course, quiz = quiz_page.get_parent().url, quiz_page.url
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ben)).go(course)
        assert "Your training elsewhere was recognised." in walk.text
        assert "The course has changed: “Core” of the old version counts until" in walk.text
        assert walk.main_buttons == ["See what has changed"]
        walk.follow("See what has changed").follow("Safety reports")
        assert "Recognised from elsewhere" in walk.go("/courses/").text
        # Reading before the round is begun begins no round of the whole course.
        assert not ben.enrolments.exists()
        walk.go("/certificates/update/POST-CORE/").press("Go to the short quiz")
        lesson = lessons_of(quiz_page.get_parent().specific)[1]
        for page in (course, quiz, "/me/"):
            shown = walk.go(page)
            assert "Safety reports" in shown.text, page
            assert lesson.url in shown.links.values(), page
            assert "Module 1" not in shown.main_buttons, page
        assert "1 lesson left" in walk.text
        assert f"{lesson.minutes} minutes of reading left" in walk.go(course).text
        for page in ("/", "/courses/"):
            shown = " ".join(walk.go(page).page.get_text(" ").split()).lower()
            assert "catching up with what has changed" in shown, page
            assert "of 2 lessons" not in shown, page
        walk.go(lesson.url).press("Mark as read and continue")
        assert walk.path == quiz
        walk.press("Start try 1").hand_in(ben)
    assert ben.awards.count() == 2


def test_update_says_the_day_and_what_changed(ada: User, as_: Any, held: Award) -> None:
    change_second_module(floor=10)
    with time_machine.travel(NOW, tick=False):
        assert "Catch up by" in Walker(as_(ada)).go("/me/").text
        mine = Walker(as_(ada)).go("/certificates/mine/")
    assert "Update by" in mine.text
    assert "What a safety report is." in mine.text
    assert "See what has changed and catch up" in mine.links


def test_holder_is_reminded_once_at_each_stage_of_what_changed_and_through_when(
    ada: User, ben: User, quiz_page: QuizPage, held: Award
) -> None:
    """Ben's certificate ends before the floor: he is reminded of its end, and of nothing else."""
    with time_machine.travel(NOW - 360 * DAY, tick=False):
        take(ben, quiz_page, timezone.now())
    change_second_module(floor=10)
    assert [(award, stage) for award, _floor, stage in reminders.due_updates(NOW)] == [(held, 14)]
    reminders.write_reminders(at=NOW)
    assert reminders.due_updates(NOW + timedelta(hours=1)) == []
    message = Notification.objects.get(kind="update_due")
    assert message.subject == "Update by 25 June 2026: Core"
    assert "What a safety report is." in message.body
    assert message.link == "/certificates/update/POST-CORE/"
    assert [stage for *_due, stage in reminders.due_updates(NOW + 8 * DAY)] == [3]


def test_holder_inside_the_window_is_reminded_once_and_to_renew(
    ben: User, quiz_page: QuizPage
) -> None:
    """The floor comes before the end, which is near as well: the whole course does both, so it is one message."""
    with time_machine.travel(NOW - 340 * DAY, tick=False):
        take(ben, quiz_page, timezone.now())
    change_second_module(floor=10)
    assert reminders.write_reminders(at=NOW) == 1
    message = Notification.objects.get(kind__in=["update_due", "ends_soon"])
    assert message.subject == "Renew by 25 June 2026: Core"
    assert "What a safety report is." in message.body
    assert "covers what has changed" in message.body
    assert message.link == "/channels/training/POST-CORE/"


def test_unconfirmed_change_affects_nobody(ada: User, as_: Any, held: Award) -> None:
    release = change_second_module(confirmed=False)
    with time_machine.travel(NOW, tick=False):
        assert "See what has changed" not in Walker(as_(ada)).go("/me/").links
        assert "safety report" not in Walker(as_(ada)).go("/certificates/mine/").text
        with pytest.raises(UpdateRefusedError):
            updates.start_update(ada, release.course, at=NOW)
    with pytest.raises(ValueError, match="no material change"):
        version_floors.set_version_floor(
            release.course, release, effective_at=NOW, actor="system:test", at=NOW
        )


def test_touched_principles_are_those_of_changed_modules_and_questions(held: Award) -> None:
    release = change_second_module(confirmed=False)
    assert find_touched_principles(release, release) == set()
    before = release.course.releases.get(number=release.number - 1)
    assert find_touched_principles(before, release) == {make_principle(2).pk}
    quizzes = [dict(quiz) for quiz in release.content["parts"]["quizzes"]]
    quizzes[0]["items"] = [
        [*row[:2], row[2] + (row[1] == "P1-A"), *row[3:]] for row in quizzes[0]["items"]
    ]
    asked = CourseRelease(content=release.content | {"parts": {"quizzes": quizzes}})
    assert find_touched_principles(release, asked) == {make_principle(1).pk}


def test_change_without_principles_asks_for_the_whole_course(
    ada: User, as_: Any, held: Award
) -> None:
    change_second_module()
    page = Course.objects.get(code="CORE").pages.get()
    page.change_class, page.title = "material", "All anew"
    page.save_revision().publish()
    confirm_release(page.course.releases.latest("number"))
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/")
    assert "The whole course has changed." in walk.text
    assert list(walk.forms) == ["Start the renewal"]


def test_update_of_one_course_keeps_the_releases_of_the_others(
    ada: User, quiz_page: QuizPage
) -> None:
    other = make_course_record("OTHER", releases=3)
    Requirement.objects.create(certification=Certification.objects.get(), course=other)
    make_completion(ada, other, at=NOW - 101 * DAY, release=3)
    with time_machine.travel(NOW - 100 * DAY, tick=False):
        take(ada, quiz_page, timezone.now())
    held = ada.awards.get()
    release = change_second_module()
    _pass_update(ada, quiz_page)
    new = ada.awards.get(previous=held)
    assert new.releases == held.releases | {str(release.course_id): release.number}


def test_update_that_is_passed_after_the_end_earns_nothing(
    ada: User, quiz_page: QuizPage, held: Award
) -> None:
    """A short quiz is no way to be certified again: the award had ended when it was handed in."""
    change_second_module(floor=300)
    attempt = _start_update(ada, quiz_page, held.expires_at - timedelta(minutes=1))
    with time_machine.travel(held.expires_at + timedelta(minutes=1), tick=False):
        answer_all(attempt, timezone.now())
        submit_attempt(attempt.uuid, ada, at=timezone.now())
    assert ada.completions.count() == 2
    assert ada.awards.get() == held
    assert awards.issue_missed_awards(at=held.expires_at + DAY) == []


def test_update_is_refused_while_the_whole_course_is_taken(
    ada: User, as_: Any, quiz_page: QuizPage, held: Award
) -> None:
    change_second_module()
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/")
        form = walk.page.select_one("form[action$='/start/']")
        walk.client.post(f"/learning/start/{quiz_page.quiz.course.key}/")
        walk.client.post(str(form["action"]), {"course": "CORE"})
        walk.go(quiz_page.url)
        assert "You are taking the whole course already." in walk.page.get_text()
    assert ada.enrolments.filter(closed_at=None).get().source == "self"


def test_update_of_nothing_goes_back_to_the_page(as_: Any, ben: User, quiz_page: QuizPage) -> None:
    walk = Walker(as_(ben))
    answer = walk.client.post("/certificates/update/POST-CORE/start/", {"course": "CORE"})
    assert answer.url == "/certificates/update/POST-CORE/"
    assert not ben.enrolments.exists()


@pytest.fixture
def replies(held: Award) -> Award:
    """The same course earned a second certificate, which has ended."""
    certification = Certification.objects.create(
        code="SUPPORT-REPLY", title="Replies", policy_tz="UTC", period_months=3
    )
    Requirement.objects.create(certification=certification, course_id=held.release.course_id)
    with time_machine.travel(held.issued_at, tick=False):
        (award,) = awards.issue_earned_awards(held.recipient, at=held.issued_at)
    return award


@pytest.mark.databases
@pytest.mark.usefixtures("replies")
@pytest.mark.parametrize("begun", ["nothing", "the short quiz", "a try at it"])
def test_whole_course_is_one_press_from_a_catch_up_that_does_not_renew(
    ada: User, as_: Any, quiz_page: QuizPage, held: Award, begun: str
) -> None:
    """Passing it renews what has ended, and reaches the new version as well."""
    release = change_second_module()
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/")
        assert walk.main_buttons == ["Start the renewal"]
        assert "Only the whole course renews “Replies”: the short quiz does not." in walk.text
        if begun != "nothing":
            walk.press("Go to the short quiz")
        if begun == "a try at it":
            question = walk.press("Start try 2").path
            walk.go("/certificates/update/POST-CORE/")
            assert walk.main_buttons == ["Start the renewal"]
            assert walk.follow("Continue the short quiz").path == question
            assert walk.go("/me/").follow("Continue the short quiz").path == question
        walk.go("/me/")
        assert ("Take the quiz" in walk.links) is (begun == "the short quiz")
        assert walk.main_buttons == ["Renew your certificate"]
        assert "You are taking" not in walk.text
        assert ("The short quiz that you have begun" in walk.text) is (begun != "nothing")
        walk.follow("Renew your certificate")
        assert walk.main_buttons == ["Start the renewal"]
        walk.press("Start the renewal")
        number = 3 if begun == "a try at it" else 2
        assert f"Start try {number}" in walk.forms
        walk.press(f"Start try {number}").hand_in(ada)
        assert "It earns “Replies”" in walk.text
        assert Attempt.objects.get(number=number).responses.count() == 2
        assert ada.awards.get(previous=held).releases == {str(release.course_id): release.number}
        assert ada.awards.filter(certification__code="SUPPORT-REPLY").count() == 2
        assert "Start the renewal" not in walk.go(quiz_page.get_parent().url).forms
        if begun == "a try at it":
            assert "Taken back" in walk.go("/quiz/tries/").text
            walk.go(f"/quiz/{Attempt.objects.get(number=2).uuid}/result/")
            assert "You take the whole course instead" in walk.text


@pytest.mark.parametrize("tried", [False, True])
@pytest.mark.parametrize("asks_little", [True, False])
def test_update_page_goes_on_with_the_whole_course_under_way(
    ada: User, as_: Any, quiz_page: QuizPage, held: Award, tried: bool, asks_little: bool
) -> None:
    change_second_module()
    if not asks_little:
        page = quiz_page.get_parent().specific
        page.change_class, page.title = "material", "All anew"
        page.save_revision().publish()
        confirm_release(page.course.releases.latest("number"))
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/").press("Start the renewal")
        if tried:
            walk.press("Start try 2")
        walk.go("/me/")
        (deed,) = walk.main_buttons
        place = walk.links[deed]
        walk.go("/certificates/update/POST-CORE/")
        assert walk.main_buttons == ["Continue"]
        assert walk.links["Continue"] == place
        assert not walk.forms
        assert "You are taking the whole course already." in walk.text


@pytest.mark.usefixtures("replies")
def test_short_quiz_promises_only_what_it_earns(ada: User, as_: Any, held: Award) -> None:
    change_second_module()
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/").press("Go to the short quiz")
        assert "Replies" not in walk.text
        walk.press("Start try 2").hand_in(ada)
        assert "You have caught up with what has changed." in walk.text
        assert "Replies" not in walk.text
        assert "“Replies” does not count any more." in walk.go("/me/").text


def test_catch_up_under_way_is_the_main_button_where_nothing_else_is_due(
    ada: User, as_: Any, quiz_page: QuizPage, held: Award
) -> None:
    change_second_module()
    with time_machine.travel(NOW, tick=False):
        walk = Walker(as_(ada)).go("/certificates/update/POST-CORE/")
        assert walk.main_buttons == ["Go to the short quiz"]
        walk.press("Go to the short quiz").go("/me/")
        assert "You have begun its short quiz in “Principles”." in walk.text
        assert walk.main_buttons == ["Take the quiz"]
        walk.go(quiz_page.get_parent().url)
        assert walk.main_buttons == ["Continue"]
        assert "Start the renewal" in walk.forms
        question = walk.go(quiz_page.url).press("Start try 2").path
        for page in ("/certificates/update/POST-CORE/", "/me/"):
            assert walk.go(page).main_buttons == ["Continue the short quiz"]
            assert walk.follow("Continue the short quiz").path == question


def _start_update(person: User, page: QuizPage, at: Any) -> Attempt:
    with time_machine.travel(at, tick=False):
        updates.start_update(person, page.quiz.course, at=at)
        return start_attempt(person, page.quiz, at=at, locale="en")


def _pass_update(person: User, page: QuizPage) -> None:
    attempt = _start_update(person, page, NOW)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answer_all(attempt, timezone.now())
        submit_attempt(attempt.uuid, person, at=timezone.now())
