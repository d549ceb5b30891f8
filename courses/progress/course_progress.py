"""Progress of people in courses: read it, and record that a lesson was read to the end."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from wagtail.models import Page

from accounts.models import User
from courses import outlines, releases, rules
from courses.models.records import Course, StepCompletion
from courses.progress import completions, course_states, enrolments, updates
from courses.writing.originals import step_key
from ledger import entries


class StepLockedError(Exception):
    """The step is not open yet. `progress.next_step` is what the person can do now."""

    def __init__(self, opens_after: int, progress: rules.Progress) -> None:
        super().__init__(f"Opens after module {opens_after}.")
        self.opens_after = opens_after
        self.progress = progress


def require_outline(course_page: Page) -> rules.Outline:
    """The published outline of a course page; raises Page.DoesNotExist if it is not published."""
    outline = outlines.read_outline(outlines.find_course_path(course_page))
    if outline is None:
        raise Page.DoesNotExist("This course is not published.")
    return outline


def read_progress(
    person: User | AnonymousUser,
    outline: rules.Outline,
    *,
    at: datetime,
    state: course_states.CourseState | None = None,
) -> rules.Progress:
    """The person's progress in an outline that the caller has. Signed-out people have read nothing.

    `state` is what is recorded about the person and the course, if the caller has it already. Of somebody who
    catches up only what has changed is left to read.
    """
    if isinstance(person, AnonymousUser):
        return rules.fold_progress(outline, {})
    standing = state.standing if state else course_states.read_standing(person, outline.course_id)
    update = None
    if standing.is_catching_up:
        update = updates.find_update(person, outline.course_id, at)
    return rules.fold_progress(
        outline,
        course_states.read_step_times(person, outline.course_id),
        completed=standing.is_open,
        under_way=standing.under_way,
        asked=update.numbers if update else None,
    )


def progress_on_page(
    person: User | AnonymousUser, course_page: Page, *, at: datetime
) -> rules.Progress:
    """The person's progress in the course of this page, as published in the language of the page."""
    return read_progress(person, require_outline(course_page), at=at)


def find_locking_module(progress: rules.Progress, key: object) -> int | None:
    """The number of the module that has to be done before the step with this key opens, if any."""
    for module in progress.modules:
        for lesson in module.lessons:
            if lesson.lesson.key == key and lesson.locked:
                return module.opens_after
    return None


@transaction.atomic
def complete_step(person: User, page: Page, *, at: datetime) -> rules.Progress:
    """Record that the person read this lesson to the end. Returns their progress.

    The first step starts the course. Where no quiz follows, the last lesson completes it; somebody who takes
    such a course again completes it by reading any lesson again. Otherwise that changes nothing.
    Raises `StepLockedError` while modules before it are missing, and
    Page.DoesNotExist for a lesson that is not part of a published course.
    """
    outline = require_outline(page)
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    before = read_progress(person, outline, at=at)
    if step_key(page) not in {lesson.key for lesson in outline.lessons}:
        raise Page.DoesNotExist("This lesson is not published.")
    if opens_after := find_locking_module(before, step_key(page)):
        raise StepLockedError(opens_after, before)
    course = Course.objects.get(pk=outline.course_id)
    new = record_step(person, course, page, at=at)
    after = read_progress(person, outline, at=at) if new else before
    if not after.finished or outline.after:
        return after
    _complete_course(person, course, at=at)
    return read_progress(person, outline, at=at)


def record_step(person: User, course: Course, page: Page, *, at: datetime) -> bool:
    """Record the step, whether it is open or not; False if it was recorded before.

    It starts the course, but not of somebody to whom all of it is open: they take it again where they say so.
    """
    step, new = StepCompletion.objects.get_or_create(
        person=person,
        step=step_key(page),
        defaults={"course": course, "locale": page.locale.language_code, "completed_at": at},
    )
    if not new:
        return False
    if not course_states.read_standing(person, course.pk).is_open:
        enrolments.start_enrolment(person, course, actor=person.actor, at=at)
    entries.append_entry(
        kind="step.completed",
        subject=f"course:{course.key}",
        actor=person.actor,
        at=at,
        data={"person": person.uuid, "step": step_key(page)},
        facts=[step],
    )
    return True


def _complete_course(person: User, course: Course, *, at: datetime) -> None:
    """A course without a quiz is complete with its last lesson, once it has a release to count on."""
    enrolment = enrolments.open_enrolment(person, course)
    release = releases.newest_release(course)
    if enrolment and release:
        completions.record_completion(
            person,
            course,
            enrolment.release or release,
            at=at,
            evidence=f"lessons:{enrolment.uuid}",
            actor=person.actor,
        )
