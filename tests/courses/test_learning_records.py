"""Enrolments, step completions, course completions, assignments and floors, with their ledger entries."""

from __future__ import annotations

from datetime import date, timedelta

from wagtail.models import Page

import pytest

from courses import releases, version_floors
from courses.models import (
    Assignment,
    CourseCompletion,
    CoursePage,
    Enrolment,
    StepCompletion,
)
from courses.progress import assignments, completions, course_progress, enrolments
from courses.signals import course_completed
from ledger.models import Entry
from quizzes.models import QuizPage
from tests.factories.courses import (
    add,
    confirm_release,
    lessons_of,
    make_course,
    make_lesson,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def kinds() -> list[str]:
    return list(
        Entry.objects.exclude(kind="release.cut").order_by("seq").values_list("kind", flat=True)
    )


def add_quiz(course_page: CoursePage) -> QuizPage:
    return add(course_page, QuizPage(title="Final quiz", slug="quiz", code="FINAL"))


def complete(person, course_page, now, evidence="attempt:1") -> CourseCompletion:
    course = course_page.course
    return completions.record_completion(
        person,
        course,
        releases.newest_release(course),
        at=now,
        evidence=evidence,
        actor="system:test",
    )


def test_enrolment_pins_the_newest_release(ada, course_page, now):
    enrolment = enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=now)
    assert (enrolment.release.number, enrolment.started_at) == (1, now)
    assert kinds() == ["enrolment.started"]


def test_enrolment_started_twice_is_one_enrolment(ada, course_page, now):
    first = enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=now)
    assert enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=now) == first
    assert kinds() == ["enrolment.started"]


def test_enrolment_after_completion_is_a_new_one(ada, course_page, now):
    enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=now)
    complete(ada, course_page, now)
    enrolments.start_enrolment(
        ada, course_page.course, actor=ada.actor, at=now + timedelta(days=300)
    )
    assert Enrolment.objects.count() == 2


def test_first_completed_step_starts_enrolment(ada, course_page, now):
    folded = course_progress.complete_step(ada, lessons_of(course_page)[0], at=now)
    assert (folded.done, folded.total) == (1, 4)
    assert kinds() == ["enrolment.started", "step.completed"]


def test_step_completed_twice_is_recorded_once(ada, course_page, now):
    lesson = lessons_of(course_page)[0]
    for later in (0, 1):
        course_progress.complete_step(ada, lesson, at=now + timedelta(days=later))
    assert StepCompletion.objects.get().completed_at == now


def test_locked_lesson_cannot_be_marked_as_read(ada, course_page, now):
    with pytest.raises(course_progress.StepLockedError) as refused:
        course_progress.complete_step(ada, lessons_of(course_page)[2], at=now)
    assert refused.value.opens_after == 1
    assert refused.value.progress.next_step.key == lessons_of(course_page)[0].translation_key
    assert not StepCompletion.objects.exists()


def test_draft_lesson_cannot_be_marked_as_read(ada, course_page, now):
    draft = make_lesson(course_page.get_children().first().specific, live=False)
    with pytest.raises(Page.DoesNotExist):
        course_progress.complete_step(ada, draft, at=now)


def test_progress_counts_steps_in_any_language(ada, course_page, now):
    first, second = lessons_of(course_page)[:2]
    finnish = translate(first)
    course_progress.complete_step(ada, finnish, at=now)
    assert course_progress.complete_step(ada, second, at=now).modules_done == 1
    assert set(StepCompletion.objects.values_list("locale", flat=True)) == {"fi", "en"}


def test_step_completion_survives_page_deletion(ada, course_page, now):
    lesson = lessons_of(course_page)[0]
    course_progress.complete_step(ada, lesson, at=now)
    lesson.delete()
    assert StepCompletion.objects.filter(person=ada, step=lesson.translation_key).exists()


def test_last_lesson_completes_course_without_quiz(ada, course_page, now):
    for lesson in lessons_of(course_page):
        course_progress.complete_step(ada, lesson, at=now)
    completion = CourseCompletion.objects.get()
    assert completion.evidence == f"lessons:{Enrolment.objects.get().uuid}"
    assert completion.release.number == 1


def test_last_lesson_does_not_complete_course_with_quiz(ada, course_page, now):
    quiz = add_quiz(course_page)
    for lesson in lessons_of(course_page):
        folded = course_progress.complete_step(ada, lesson, at=now)
    assert folded.next_step.key == quiz.translation_key
    assert not CourseCompletion.objects.exists()


def test_completion_is_recorded_once_per_evidence(ada, course_page, now):
    first = complete(ada, course_page, now)
    assert complete(ada, course_page, now + timedelta(days=1)) == first
    assert kinds().count("course.completed") == 1


def test_completion_closes_enrolment_and_assignment(ada, course_page, now):
    enrolments.start_enrolment(ada, course_page.course, actor=ada.actor, at=now)
    assign(ada, course_page, now)
    complete(ada, course_page, now)
    assert Enrolment.objects.get().closed_at == now
    assert Assignment.objects.get().closed_why == "completed"


def test_completion_sends_course_completed_once(ada, course_page, now):
    heard = []

    def hear(person_id, course_id, **_more):
        heard.append((person_id, course_id))

    course_completed.connect(hear)
    complete(ada, course_page, now)
    complete(ada, course_page, now)
    course_completed.disconnect(hear)
    assert heard == [(ada.pk, course_page.course_id)]


def test_completion_is_rolled_back_when_receiver_fails(ada, course_page, now):
    def fail(**_more):
        raise RuntimeError("no award")

    course_completed.connect(fail)
    with pytest.raises(RuntimeError):
        complete(ada, course_page, now)
    course_completed.disconnect(fail)
    assert not CourseCompletion.objects.exists()


def test_completion_on_release_of_another_course_is_refused(ada, course_page, now):
    other = releases.newest_release(make_course().course)
    with pytest.raises(ValueError, match="not a release"):
        completions.record_completion(
            ada, course_page.course, other, at=now, evidence="attempt:1", actor="system:test"
        )


def assign(person, course_page, now, due_on=date(2026, 7, 1)) -> Assignment:
    return assignments.assign_course(
        person, course_page.course, due_on=due_on, reason="New channel", actor="system:test", at=now
    )


def test_assignment_is_not_made_twice(ada, course_page, now):
    first = assign(ada, course_page, now)
    assert assign(ada, course_page, now, date(2027, 1, 1)) == first
    assert kinds() == ["assignment.made"]


def test_assignment_can_be_made_again_after_closing(ada, course_page, now):
    assign(ada, course_page, now)
    assignments.close_assignment(
        ada, course_page.course, actor="system:test", at=now, why="withdrawn"
    )
    assign(ada, course_page, now + timedelta(days=1))
    assert Assignment.objects.count() == 2


def test_assignment_close_without_assignment_does_nothing(ada, course_page, now):
    closed = assignments.close_assignment(
        ada, course_page.course, actor="system:test", at=now, why="withdrawn"
    )
    assert closed is None
    assert kinds() == []


def next_release(course_page, now):
    make_lesson(course_page.get_children().first().specific)
    return releases.cut_release(
        course_page.course, actor="system:test", at=now, change_class="material"
    )


def set_floor(course_page, release, now, effective_at):
    confirm_release(release)
    return version_floors.set_version_floor(
        course_page.course, release, effective_at=effective_at, actor="system:test", at=now
    )


def test_floor_names_its_release(course_page, now):
    floor = set_floor(course_page, next_release(course_page, now), now, now + timedelta(days=30))
    assert (floor.release.number, kinds()) == (2, ["floor.set"])


def test_floor_is_never_lowered(course_page, now):
    first = releases.newest_release(course_page.course)
    set_floor(course_page, next_release(course_page, now), now, now)
    with pytest.raises(ValueError, match="never lowered"):
        set_floor(course_page, first, now, now + timedelta(days=1))


def test_floor_on_release_of_another_course_is_refused(course_page, now):
    with pytest.raises(ValueError, match="not a release"):
        set_floor(course_page, releases.newest_release(make_course().course), now, now)
