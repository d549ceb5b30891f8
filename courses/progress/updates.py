"""Catching up with a material change: a round of a course in which only what has changed is asked.

Courses know of no certificates: the room above registers how to read what somebody has to catch up on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from courses.models.records import Course, Enrolment
from courses.progress import enrolments
from ledger import entries


@dataclass(frozen=True, slots=True)
class CourseUpdate:
    """What somebody who passed on release `since` catches up on: principles by code, and by number as in outlines.

    `questions`: how many the short quiz asks.
    """

    course_id: int
    since: int
    numbers: frozenset[int]
    codes: frozenset[str]
    questions: int


class UpdateRefusedError(Exception):
    """There is nothing to catch up on, or the person is taking the whole course already (`is_under_way`)."""

    def __init__(self, *, is_under_way: bool) -> None:
        super().__init__("No update can be started.")
        self.is_under_way = is_under_way


UpdateReader = Callable[[User, int, datetime], CourseUpdate | None]
# Takes back what somebody has begun in such a round of a course.
Withdrawer = Callable[[User, int, datetime], None]
_readers: list[UpdateReader] = []
_withdrawers: list[Withdrawer] = []


def register_update_reader(reader: UpdateReader) -> None:
    """Let `reader` say what a person has to catch up on in a course at a moment, if that is less than all of it."""
    _readers[:] = [reader]


def register_withdrawer(withdraw: Withdrawer) -> None:
    """Let `withdraw` take back what was begun in a round that the whole course replaces."""
    _withdrawers[:] = [withdraw]


def find_update(person: User, course_id: int, at: datetime) -> CourseUpdate | None:
    """What the person may catch up on; None where nothing is due, or where the whole course is."""
    return next((found for read in _readers if (found := read(person, course_id, at))), None)


@transaction.atomic
def start_update(person: User, course: Course, *, at: datetime) -> Enrolment:
    """Open the round; one that is open already is returned. Raises UpdateRefusedError."""
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    enrolment = enrolments.open_enrolment(person, course)
    if enrolment and enrolment.source != enrolments.UPDATE:
        raise UpdateRefusedError(is_under_way=True)
    if find_update(person, course.pk, at) is None:
        raise UpdateRefusedError(is_under_way=False)
    return enrolment or enrolments.start_enrolment(
        person, course, actor=person.actor, at=at, source=enrolments.UPDATE
    )


@transaction.atomic
def start_whole_course(person: User, course: Course, *, at: datetime) -> Enrolment:
    """Open a round of the whole course, in place of a round of what has changed: passing it covers that as well."""
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    begun = enrolments.open_enrolment(person, course)
    if begun and begun.source == enrolments.UPDATE:
        for withdraw in _withdrawers:
            withdraw(person, course.pk, at)
        begun.closed_at = at
        begun.save(update_fields=["closed_at"])
        entries.append_entry(
            kind="enrolment.replaced",
            subject=f"course:{course.key}",
            actor=person.actor,
            at=at,
            data={"person": person.uuid, "enrolment": begun.uuid},
            facts=[begun],
        )
    return enrolments.start_enrolment(person, course, actor=person.actor, at=at)
