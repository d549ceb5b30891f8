"""Read the state of every course for one person in one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from accounts.models import User
from courses.models.records import (
    Assignment,
    Course,
    CourseCompletion,
    CourseRelease,
    Enrolment,
    StepCompletion,
)
from courses.progress.enrolments import UPDATE
from ledger.prepared_queries import PreparedQuery


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """Whether every lesson of a course is open to a person, and the source of their open enrolment, if there is one."""

    is_open: bool
    source: str | None = None

    @property
    def under_way(self) -> bool:
        return self.source is not None

    @property
    def is_catching_up(self) -> bool:
        return self.source == UPDATE


@dataclass(frozen=True, slots=True)
class CourseState:
    """One course for one person: the open enrolment and assignment, the last completion, the release.

    `is_recognised`: they were given what the course earns for training elsewhere.
    """

    course_id: int
    key: Any
    started_at: datetime | None = None
    started_release: int | None = None
    source: str | None = None
    completed_at: datetime | None = None
    assigned_at: datetime | None = None
    due_on: date | None = None
    release: int | None = None
    released_at: datetime | None = None
    is_recognised: bool = False

    @property
    def is_open(self) -> bool:
        """Whether every lesson is open: to whoever has completed it, or holds what it earns from elsewhere."""
        return self.completed_at is not None or self.is_recognised

    @property
    def standing(self) -> CourseStanding:
        under_way = (self.source or "") if self.started_at else None
        return CourseStanding(self.is_open, under_way)

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether they have what the course earns without it, and have not begun it."""
        return self.is_recognised and self.completed_at is None and self.started_at is None

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
    def is_catching_up(self) -> bool:
        """Whether what they have started is only what has changed."""
        return self.source == UPDATE

    @property
    def has_changed(self) -> bool:
        """Whether a newer release than the one it was started on is published."""
        return bool(self.started_release) and self.started_release != self.release


# Of a person (key) and the column of a course: whether training elsewhere was recognised for what it earns.
RecognitionReader = Callable[[int, OuterRef], Exists]
_recognitions: list[RecognitionReader] = []


def register_recognitions(reader: RecognitionReader) -> None:
    """Let `reader` say in SQL who was given what a course earns without it: courses know of no certificates."""
    _recognitions[:] = [reader]


def _is_recognised(person: int, course: str) -> Exists | Value:
    for reader in _recognitions:
        return reader(person, OuterRef(course))
    return Value(False)


def is_open_to(person: int, course: str) -> Case:
    """Whether every lesson is open to the person; `course` is the column with the key of the course."""
    done = CourseCompletion.objects.filter(person=person, course=OuterRef(course))
    return Case(
        When(Exists(done), then=True),
        default=_is_recognised(person, course),
        output_field=BooleanField(),
    )


def _latest(rows: QuerySet[Any], order: str, field: str) -> Subquery:
    return Subquery(rows.filter(course=OuterRef("pk")).order_by(order).values(field)[:1])


def _annotations(person: int | None) -> dict[str, Any]:
    releases = CourseRelease.objects.all()
    found: dict[str, Any] = {
        "release": _latest(releases, "-number", "number"),
        "released_at": _latest(releases, "-number", "published_at"),
    }
    if person is None:
        return found
    enrolled = Enrolment.objects.open().filter(person=person)
    assigned = Assignment.objects.open().filter(person=person)
    completed = CourseCompletion.objects.filter(person=person)
    return found | {
        "started_at": _latest(enrolled, "-started_at", "started_at"),
        "started_release": _latest(enrolled, "-started_at", "release__number"),
        "source": _latest(enrolled, "-started_at", "source"),
        "completed_at": _latest(completed, "-completed_at", "completed_at"),
        "assigned_at": _latest(assigned, "-assigned_at", "assigned_at"),
        "due_on": _latest(assigned, "-assigned_at", "due_on"),
        "is_recognised": _is_recognised(person, "pk"),
    }


def read_course_states(
    person: User | AnonymousUser, courses: Iterable[int] | None = None
) -> dict[int, CourseState]:
    """The states of these courses (all without any named), by course id; one query.

    For a signed-out person only the newest release is filled in.
    """
    rows = _kept_states.fetch(person.pk, None if courses is None else list(courses))
    return {row["id"]: CourseState(course_id=row.pop("id"), **row) for row in rows}


def _state_rows(person: int | None, courses: list[int] | None) -> QuerySet[Any, dict[str, Any]]:
    wanted = _annotations(person)
    rows = Course.objects.annotate(**wanted).order_by("code")
    if courses is not None:
        rows = rows.filter(pk__in=courses)
    return rows.values("id", "key", *wanted)


_kept_states = PreparedQuery(_state_rows)


def read_standing(person: User, course_id: int) -> CourseStanding:
    """What is open to the person, and what they have under way. One query."""
    under_way = Enrolment.objects.open().filter(person=person, course=OuterRef("pk"))
    asked = Course.objects.filter(pk=course_id).values_list(
        is_open_to(person.pk, "pk"), _latest(under_way, "-started_at", "source")
    )
    return CourseStanding(*asked.get())


def read_step_times(person: User, course_id: int) -> dict[Any, datetime]:
    """When the person read each step of the course, by the step's translation key."""
    return dict(_kept_steps.fetch(person.pk, course_id))


def _step_rows(person: int, course_id: int) -> QuerySet[StepCompletion, tuple[Any, datetime]]:
    rows = StepCompletion.objects.filter(person=person, course_id=course_id)
    return rows.values_list("step", "completed_at")


_kept_steps = PreparedQuery(_step_rows)
