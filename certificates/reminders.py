"""Remind people before their certificate ends: 30, 14 and 3 days, each once, in their working hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.readers import days
from certificates import notices
from certificates.models import Award, AwardEvent
from notifications.models import Notification

STAGES = (3, 14, 30)
FROM_HOUR, TO_HOUR = 8, 18
SATURDAY = 5


def due_reminders(at: datetime) -> list[tuple[Award, int]]:
    """The awards that end within a stage at `at`, each with its stage (days), whose recipients are at work now.

    Superseded and withdrawn awards, people who have left, and reminders written before are left out.
    """
    near = [
        (award, reminder_stage(award, at))
        for award in _ending(at)
        if is_at_work(award.recipient, at) and not award.recipient.has_left(at)
    ]
    keys = {notices.ending_key(award, days): (award, days) for award, days in near}
    told = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    return [ending for key, ending in keys.items() if key not in told]


def _ending(at: datetime) -> QuerySet[Award]:
    verdicts = AwardEvent.objects.filter(
        award=OuterRef("pk"), kind__in=[AwardEvent.Kind.REVOKED, AwardEvent.Kind.REINSTATED]
    ).order_by("-id")
    return (
        Award.objects.annotate(verdict=Subquery(verdicts.values("kind")[:1]))
        .filter(
            Q(verdict__isnull=True) | Q(verdict=AwardEvent.Kind.REINSTATED),
            next__isnull=True,
            valid_from__lte=at,
            expires_at__gt=at,
            expires_at__lte=at + timedelta(days=max(STAGES)),
            certification__retired_at__isnull=True,
        )
        .select_related("recipient", "certification")
    )


def reminder_stage(award: Award, at: datetime) -> int:
    """The smallest stage (days) that is not shorter than the time left."""
    return next(days for days in STAGES if award.expires_at - at <= timedelta(days=days))


def is_at_work(person: User, at: datetime) -> bool:
    """Whether it is between 8 and 18 o'clock on a working day where the person is."""
    there = at.astimezone(days.zone_of(person))
    return there.weekday() < SATURDAY and FROM_HOUR <= there.hour < TO_HOUR


def write_reminders(*, at: datetime) -> int:
    """Write the reminders that are due at `at`. Returns how many were written; safe to repeat."""
    return sum(notices.notify_ends_soon(award, days, at=at) for award, days in due_reminders(at))
