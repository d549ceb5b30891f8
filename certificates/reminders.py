"""Remind people before their certificate ends, or its version stops counting: 30, 14 and 3 days, each once.

They are written in people's working hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.readers import days
from certificates import notices
from certificates.models import Award, AwardEvent, Requirement
from courses.models import VersionFloor
from notifications.models import Notification

STAGES = (3, 14, 30)
FROM_HOUR, TO_HOUR = 8, 18
SATURDAY = 5


def due_reminders(at: datetime) -> list[tuple[Award, int]]:
    """The awards that end within a stage at `at`, each with its stage (days), whose recipients are at work now.

    Superseded and withdrawn awards, those that a floor ends earlier, people who have left, and reminders written
    before are left out.
    """
    near = [
        (award, reminder_stage(award, at))
        for award in _ending(at)
        if is_at_work(award.recipient, at) and not award.recipient.has_left(at)
    ]
    floors = _floors_until(max((award.expires_at for award, _stage in near), default=None))
    near = [one for one in near if not any(_stops_counting(one[0], floor) for floor in floors)]
    keys = {notices.ending_key(award, days): (award, days) for award, days in near}
    told = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    return [ending for key, ending in keys.items() if key not in told]


def due_updates(at: datetime) -> list[tuple[Award, VersionFloor, int]]:
    """The awards whose version stops counting within a stage at `at`, each with the floor and the stage (days).

    Left out are the same as among `due_reminders`. Nobody is asked where no floor lies ahead.
    """
    until = at + timedelta(days=max(STAGES))
    floors = list(
        VersionFloor.objects.filter(effective_at__gt=at, effective_at__lte=until)
        .select_related("release", "course")
        .order_by("effective_at", "pk")
    )
    if not floors:
        return []
    due: dict[str, tuple[Award, VersionFloor, int]] = {}
    for award in _running(at, [floor.course_id for floor in floors]):
        floor = next((one for one in floors if _stops_counting(award, one)), None)
        if floor and is_at_work(award.recipient, at):
            stage = find_stage(floor.effective_at, at)
            due[notices.update_key(award, floor, stage)] = (award, floor, stage)
    told = set(Notification.objects.filter(key__in=due).values_list("key", flat=True))
    return [one for key, one in due.items() if key not in told]


def _floors_until(until: datetime | None) -> list[VersionFloor]:
    if until is None:
        return []
    return list(VersionFloor.objects.filter(effective_at__lt=until).select_related("release"))


def _stops_counting(award: Award, floor: VersionFloor) -> bool:
    """Whether the floor ends the award: one that ends before it is reminded of its end."""
    earned = award.releases.get(str(floor.course_id))
    outdated = earned is not None and earned < floor.release.number
    return outdated and award.expires_at > floor.effective_at


def _running(at: datetime, courses: list[int]) -> Iterator[Award]:
    """The newest certificates that hold, of certifications that ask for one of the courses, of people who are here."""
    asking = Requirement.objects.filter(course__in=courses).values("certification")
    rows = _not_withdrawn(at).filter(expires_at__gt=at, certification__in=asking)
    return (award for award in rows.iterator() if not award.recipient.has_left(at))


def _ending(at: datetime) -> QuerySet[Award]:
    soon = at + timedelta(days=max(STAGES))
    return _not_withdrawn(at).filter(expires_at__gt=at, expires_at__lte=soon)


def _not_withdrawn(at: datetime) -> QuerySet[Award]:
    verdicts = AwardEvent.objects.filter(
        award=OuterRef("pk"), kind__in=[AwardEvent.Kind.REVOKED, AwardEvent.Kind.REINSTATED]
    ).order_by("-id")
    return (
        Award.objects.annotate(verdict=Subquery(verdicts.values("kind")[:1]))
        .filter(
            Q(verdict__isnull=True) | Q(verdict=AwardEvent.Kind.REINSTATED),
            next__isnull=True,
            valid_from__lte=at,
            certification__retired_at__isnull=True,
        )
        .select_related("recipient", "certification")
    )


def reminder_stage(award: Award, at: datetime) -> int:
    """The smallest stage (days) that is not shorter than the time left."""
    return find_stage(award.expires_at, at)


def find_stage(ends_at: datetime, at: datetime) -> int:
    return next(days for days in STAGES if ends_at - at <= timedelta(days=days))


def is_at_work(person: User, at: datetime) -> bool:
    """Whether it is between 8 and 18 o'clock on a working day where the person is."""
    there = at.astimezone(days.zone_of(person))
    return there.weekday() < SATURDAY and FROM_HOUR <= there.hour < TO_HOUR


def count_due(at: datetime) -> int:
    """How many reminders `write_reminders` would write."""
    return len(due_reminders(at)) + len(due_updates(at))


def write_reminders(*, at: datetime) -> int:
    """Write the reminders that are due at `at`. Returns how many were written; safe to repeat."""
    ending = sum(notices.notify_ends_soon(award, days, at=at) for award, days in due_reminders(at))
    return ending + sum(notices.notify_update_due(*due, at=at) for due in due_updates(at))
