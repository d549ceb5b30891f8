"""Record that a person completed a course: every lesson, and the quiz if there is one."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from courses.models.records import Course, CourseCompletion, CourseRelease, Enrolment
from courses.progress import assignments
from courses.signals import course_completed
from ledger import entries


@transaction.atomic
def record_completion(
    person: User,
    course: Course,
    release: CourseRelease,
    *,
    at: datetime,
    evidence: str,
    actor: str,
) -> CourseCompletion:
    """Record that the person completed the course on `release` at `at`, proved by `evidence`.

    The same evidence ("attempt:<uuid>") counts once, however often it is recorded. Closes the enrolment and
    the assignment, and sends `course_completed` inside the same transaction. Raises ValueError for
    a release of another course.
    """
    if release.course_id != course.pk:
        raise ValueError(f"{release} is not a release of {course.code}.")
    completion, new = CourseCompletion.objects.get_or_create(
        evidence=evidence,
        defaults={
            "person": person,
            "course": course,
            "release": release,
            "completed_at": at,
            "recorded_at": timezone.now(),
        },
    )
    if new:
        _conclude(completion, actor=actor)
    return completion


def _conclude(completion: CourseCompletion, *, actor: str) -> None:
    """Close the enrolment and the assignment, write the ledger entry and send `course_completed`."""
    person, course, at = completion.person, completion.course, completion.completed_at
    closed = _close_enrolment(person, course, at)
    entries.append_entry(
        kind="course.completed",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data={
            "person": person.uuid,
            "release": completion.release.number,
            "evidence": completion.evidence,
        },
        facts=[completion, *closed],
    )
    assignments.close_assignment(person, course, actor=actor, at=at, why="completed")
    course_completed.send(sender=CourseCompletion, person_id=person.pk, course_id=course.pk)


# Closes it and gives the row that the ledger tells of, by one statement: handing in a quiz waits for it.
CLOSE_ENROLMENT = (
    'UPDATE "courses_enrolment" SET "closed_at" = %s'
    ' WHERE "person_id" = %s AND "course_id" = %s AND "closed_at" IS NULL RETURNING *'
)


def _close_enrolment(person: User, course: Course, at: datetime) -> list[Enrolment]:
    """Close the open enrolment; a list of it, if there is one."""
    moment = connection.ops.adapt_datetimefield_value(at)
    return list(Enrolment.objects.raw(CLOSE_ENROLMENT, [moment, person.pk, course.pk]))
