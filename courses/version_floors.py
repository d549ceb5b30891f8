"""Version floors: the dates from which older releases of a course no longer count."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from courses.models.records import Course, CourseRelease, ReleaseEvent, VersionFloor
from ledger import entries


@transaction.atomic
def set_version_floor(
    course: Course,
    release: CourseRelease,
    *,
    effective_at: datetime,
    actor: str,
    at: datetime,
    reason: str = "",
) -> VersionFloor:
    """From `effective_at` on, only `release` and later ones count; holders of older ones have to catch up.

    Raises ValueError for a release of another course, one that is no confirmed material change, or a floor below
    one that holds by then. `courses.changes.reviewing.set_floor` is the act of a person.
    """
    if release.course_id != course.pk:
        raise ValueError(f"{release} is not a release of {course.code}.")
    if not release.events.filter(what=ReleaseEvent.What.CONFIRMED).exists():
        raise ValueError(f"{release} is no material change that somebody has confirmed.")
    Course.objects.select_for_update().get(pk=course.pk)
    higher = course.floors.filter(
        effective_at__lte=effective_at, release__number__gt=release.number
    ).select_related("release", "course")
    if standing := higher.first():
        raise ValueError(f"{standing} holds by then; a floor is never lowered.")
    said = {"release": release, "effective_at": effective_at, "reason": reason}
    floor = VersionFloor.objects.create(
        course=course, recorded_at=timezone.now(), actor=actor, **said
    )
    entries.append_entry(
        kind="floor.set",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data=said | {"release": release.number},
        facts=[floor],
    )
    return floor
