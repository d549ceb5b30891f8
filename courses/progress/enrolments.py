"""Starting a course."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from courses import releases
from courses.models.records import Course, Enrolment
from ledger import entries

# The source of a round in which only what has changed is asked; any other takes the whole course.
UPDATE = "update"


def open_enrolment(person: User, course: Course) -> Enrolment | None:
    """The person's open enrolment, if there is one."""
    return Enrolment.objects.open().filter(person=person, course=course).first()


@transaction.atomic
def start_enrolment(
    person: User, course: Course, *, actor: str, at: datetime, source: str = "self"
) -> Enrolment:
    """Open an enrolment on the newest release. Starting again while one is open changes nothing."""
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    if enrolment := open_enrolment(person, course):
        return enrolment
    release = releases.newest_release(course)
    enrolment = Enrolment.objects.create(
        person=person,
        course=course,
        release=release,
        started_at=at,
        source=source,
        recorded_at=timezone.now(),
    )
    entries.append_entry(
        kind="enrolment.started",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data={
            "person": person.uuid,
            "enrolment": enrolment.uuid,
            "release": release.number if release else None,
            "source": source,
        },
        facts=[enrolment],
    )
    return enrolment
