"""Having to take a course: who, why and until when."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from courses.models.records import Assignment, Course
from ledger import entries


def open_assignment(person: User, course: Course) -> Assignment | None:
    """The person's open assignment, if there is one."""
    return Assignment.objects.open().filter(person=person, course=course).first()


@transaction.atomic
def assign_course(
    person: User,
    course: Course,
    *,
    due_on: date | None,
    reason: str,
    actor: str,
    at: datetime,
) -> Assignment:
    """Ask the person to take the course until the end of `due_on` (None: no deadline).

    If the person has an open assignment for the course, that one is returned unchanged.
    """
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    if assignment := open_assignment(person, course):
        return assignment
    assignment = Assignment.objects.create(
        person=person,
        course=course,
        assigned_at=at,
        recorded_at=timezone.now(),
        due_on=due_on,
        reason=reason,
        actor=actor,
    )
    entries.append_entry(
        kind="assignment.made",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data={"person": person.uuid, "due_on": due_on, "reason": reason},
        facts=[assignment],
    )
    return assignment


@transaction.atomic
def close_assignment(
    person: User, course: Course, *, actor: str, at: datetime, why: str
) -> Assignment | None:
    """Close the open assignment; `why` is completed or withdrawn. Returns None if there was none."""
    open_ones = Assignment.objects.select_for_update().open().filter(person=person, course=course)
    assignment = open_ones.first()
    if assignment is None:
        return None
    assignment.closed_at, assignment.closed_why = at, why
    assignment.save(update_fields=["closed_at", "closed_why"])
    entries.append_entry(
        kind="assignment.closed",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data={"person": person.uuid, "why": why},
        facts=[assignment],
    )
    return assignment
