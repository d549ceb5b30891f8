"""Starting, reading, completing, being assigned: facts, each with its ledger entry."""

from __future__ import annotations

from datetime import date, timedelta

from wagtail.models import Page

import pytest

from courses import assignments, completions, enrolments, floors, progress, releases
from courses.models import (
    Assignment,
    CourseCompletion,
    CoursePage,
    Enrolment,
    StepCompletion,
)
from courses.signals import course_completed
from ledger.models import Entry
from quizzes.models import QuizPage
from tests.factories.courses import add, lessons_of, make_course, make_lesson, translate

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def kinds() -> list[str]:
    return list(
        Entry.objects.exclude(kind="release.cut").order_by("seq").values_list("kind", flat=True)
    )


def add_quiz(course_page: CoursePage) -> QuizPage:
    return add(course_page, QuizPage(title="Final quiz", slug="quiz", code="FINAL"))


def complete(person, course_page, now, evidence="attempt:1") -> CourseCompletion:
    course = course_page.course
    return completions.record(
        person, course, releases.current(course), at=now, evidence=evidence, actor="system:test"
    )


def test_starting_pins_the_newest_release(ada, course_page, now):
    enrolment = enrolments.start(ada, course_page.course, actor=ada.actor, at=now)
    assert (enrolment.release.number, enrolment.started_at) == (1, now)
    assert kinds() == ["enrolment.started"]


def test_starting_twice_is_one_enrolment(ada, course_page, now):
    first = enrolments.start(ada, course_page.course, actor=ada.actor, at=now)
    assert enrolments.start(ada, course_page.course, actor=ada.actor, at=now) == first
    assert kinds() == ["enrolment.started"]


def test_a_renewal_opens_a_new_enrolment(ada, course_page, now):
    enrolments.start(ada, course_page.course, actor=ada.actor, at=now)
    complete(ada, course_page, now)
    enrolments.start(ada, course_page.course, actor=ada.actor, at=now + timedelta(days=300))
    assert Enrolment.objects.count() == 2


def test_reading_the_first_lesson_starts_the_course(ada, course_page, now):
    folded = progress.complete_step(ada, lessons_of(course_page)[0], at=now)
    assert (folded.done, folded.total) == (1, 4)
    assert kinds() == ["enrolment.started", "step.completed"]


def test_reading_twice_is_one_fact(ada, course_page, now):
    lesson = lessons_of(course_page)[0]
    for later in (0, 1):
        progress.complete_step(ada, lesson, at=now + timedelta(days=later))
    assert StepCompletion.objects.get().completed_at == now


def test_a_locked_lesson_cannot_be_marked_as_read(ada, course_page, now):
    with pytest.raises(progress.LockedError) as refused:
        progress.complete_step(ada, lessons_of(course_page)[2], at=now)
    assert refused.value.opens_after == 1
    assert refused.value.progress.next_step.key == lessons_of(course_page)[0].translation_key
    assert not StepCompletion.objects.exists()


def test_a_draft_lesson_cannot_be_marked_as_read(ada, course_page, now):
    draft = make_lesson(course_page.get_children().first().specific, live=False)
    with pytest.raises(Page.DoesNotExist):
        progress.complete_step(ada, draft, at=now)


def test_a_person_starts_in_finnish_and_finishes_in_english(ada, course_page, now):
    first, second = lessons_of(course_page)[:2]
    finnish = translate(first)
    progress.complete_step(ada, finnish, at=now)
    assert progress.complete_step(ada, second, at=now).modules_done == 1
    assert set(StepCompletion.objects.values_list("locale", flat=True)) == {"fi", "en"}


def test_progress_outlives_the_page(ada, course_page, now):
    lesson = lessons_of(course_page)[0]
    progress.complete_step(ada, lesson, at=now)
    lesson.delete()
    assert StepCompletion.objects.filter(person=ada, step=lesson.translation_key).exists()


def test_the_last_lesson_completes_a_course_without_a_quiz(ada, course_page, now):
    for lesson in lessons_of(course_page):
        progress.complete_step(ada, lesson, at=now)
    completion = CourseCompletion.objects.get()
    assert completion.evidence == f"lessons:{Enrolment.objects.get().uuid}"
    assert completion.release.number == 1


def test_the_last_lesson_alone_does_not_complete_a_course_with_a_quiz(ada, course_page, now):
    quiz = add_quiz(course_page)
    for lesson in lessons_of(course_page):
        folded = progress.complete_step(ada, lesson, at=now)
    assert folded.next_step.key == quiz.translation_key
    assert not CourseCompletion.objects.exists()


def test_the_same_evidence_completes_once(ada, course_page, now):
    first = complete(ada, course_page, now)
    assert complete(ada, course_page, now + timedelta(days=1)) == first
    assert kinds().count("course.completed") == 1


def test_completing_closes_enrolment_and_assignment(ada, course_page, now):
    enrolments.start(ada, course_page.course, actor=ada.actor, at=now)
    assign(ada, course_page, now)
    complete(ada, course_page, now)
    assert Enrolment.objects.get().closed_at == now
    assert Assignment.objects.get().closed_why == "completed"


def test_completing_tells_the_rooms_above_inside_the_transaction(ada, course_page, now):
    heard = []

    def hear(person_id, course_id, **_more):
        heard.append((person_id, course_id))

    course_completed.connect(hear)
    complete(ada, course_page, now)
    complete(ada, course_page, now)
    course_completed.disconnect(hear)
    assert heard == [(ada.pk, course_page.course_id)]


def test_a_listener_that_fails_undoes_the_completion(ada, course_page, now):
    def fail(**_more):
        raise RuntimeError("no award")

    course_completed.connect(fail)
    with pytest.raises(RuntimeError):
        complete(ada, course_page, now)
    course_completed.disconnect(fail)
    assert not CourseCompletion.objects.exists()


def test_a_completion_on_another_courses_release_is_refused(ada, course_page, now):
    other = releases.current(make_course().course)
    with pytest.raises(ValueError, match="not a release"):
        completions.record(
            ada, course_page.course, other, at=now, evidence="attempt:1", actor="system:test"
        )


def assign(person, course_page, now, due_on=date(2026, 7, 1)) -> Assignment:
    return assignments.assign(
        person, course_page.course, due_on=due_on, reason="New channel", actor="system:test", at=now
    )


def test_nobody_is_assigned_twice_at_once(ada, course_page, now):
    first = assign(ada, course_page, now)
    assert assign(ada, course_page, now, date(2027, 1, 1)) == first
    assert kinds() == ["assignment.made"]


def test_a_closed_assignment_stays_and_a_new_one_may_follow(ada, course_page, now):
    assign(ada, course_page, now)
    assignments.close(ada, course_page.course, actor="system:test", at=now, why="withdrawn")
    assign(ada, course_page, now + timedelta(days=1))
    assert Assignment.objects.count() == 2


def test_closing_without_an_assignment_does_nothing(ada, course_page, now):
    closed = assignments.close(
        ada, course_page.course, actor="system:test", at=now, why="withdrawn"
    )
    assert closed is None
    assert kinds() == []


def next_release(course_page, now):
    make_lesson(course_page.get_children().first().specific)
    return releases.cut(course_page.course, actor="system:test", at=now, change_class="material")


def set_floor(course_page, release, now, effective_at):
    return floors.set_floor(
        course_page.course, release, effective_at=effective_at, actor="system:test", at=now
    )


def test_a_floor_names_the_release_that_counts(course_page, now):
    floor = set_floor(course_page, next_release(course_page, now), now, now + timedelta(days=30))
    assert (floor.release.number, kinds()) == (2, ["floor.set"])


def test_a_floor_is_never_lowered(course_page, now):
    first = releases.current(course_page.course)
    set_floor(course_page, next_release(course_page, now), now, now)
    with pytest.raises(ValueError, match="never lowered"):
        set_floor(course_page, first, now, now + timedelta(days=1))


def test_a_floor_on_another_courses_release_is_refused(course_page, now):
    with pytest.raises(ValueError, match="not a release"):
        set_floor(course_page, releases.current(make_course().course), now, now)
