"""Read the state of every course for one person in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from courses.models.records import (
    Assignment,
    Course,
    CourseCompletion,
    CourseRelease,
    Enrolment,
    StepCompletion,
)


@dataclass(frozen=True, slots=True)
class CourseState:
    """One course for one person: the open enrolment and assignment, the last completion, the release."""

    course_id: int
    key: Any
    started_at: datetime | None = None
    started_release: int | None = None
    completed_at: datetime | None = None
    assigned_at: datetime | None = None
    due_on: date | None = None
    release: int | None = None
    released_at: datetime | None = None

    @property
    def required(self) -> bool:
        return self.assigned_at is not None

    @property
    def is_done(self) -> bool:
        """Whether it was completed and nobody asks for it again."""
        return self.completed_at is not None and not self.required

    @property
    def is_completed(self) -> bool:
        """Whether it was completed and not started again since."""
        return self.completed_at is not None and self.started_at is None

    @property
    def has_changed(self) -> bool:
        """Whether a newer release than the one it was started on is published."""
        return bool(self.started_release) and self.started_release != self.release


def _latest(rows: QuerySet[Any], order: str, field: str) -> Subquery:
    return Subquery(rows.filter(course=OuterRef("pk")).order_by(order).values(field)[:1])


def _annotations(person: User | AnonymousUser) -> dict[str, Subquery]:
    releases = CourseRelease.objects.all()
    found = {
        "release": _latest(releases, "-number", "number"),
        "released_at": _latest(releases, "-number", "published_at"),
    }
    if not person.is_authenticated:
        return found
    enrolled = Enrolment.objects.open().filter(person=person)
    assigned = Assignment.objects.open().filter(person=person)
    completed = CourseCompletion.objects.filter(person=person)
    return found | {
        "started_at": _latest(enrolled, "-started_at", "started_at"),
        "started_release": _latest(enrolled, "-started_at", "release__number"),
        "completed_at": _latest(completed, "-completed_at", "completed_at"),
        "assigned_at": _latest(assigned, "-assigned_at", "assigned_at"),
        "due_on": _latest(assigned, "-assigned_at", "due_on"),
    }


def read_course_states(person: User | AnonymousUser, **courses: Any) -> dict[int, CourseState]:
    """The states of the courses that match the filter (all without one), by course id; one query.

    For a signed-out person only the newest release is filled in.
    """
    wanted = _annotations(person)
    rows = Course.objects.filter(**courses).annotate(**wanted).order_by("code")
    return {
        row["id"]: CourseState(course_id=row.pop("id"), **row)
        for row in rows.values("id", "key", *wanted)
    }


def read_standing(person: User, course_id: int) -> tuple[bool, bool]:
    """Whether the person ever completed the course, and whether they have it under way. One query."""
    mine = {"person": person, "course": OuterRef("pk")}
    asked = Course.objects.filter(pk=course_id).values_list(
        Exists(CourseCompletion.objects.filter(**mine)),
        Exists(Enrolment.objects.open().filter(**mine)),
    )
    return asked.get()


def read_step_times(person: User, course_id: int) -> dict[Any, datetime]:
    """When the person read each step of the course, by the step's translation key."""
    rows = StepCompletion.objects.filter(person=person, course_id=course_id)
    return dict(rows.values_list("step", "completed_at"))
