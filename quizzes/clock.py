"""How long an attempt has: deadline, grace, added time. The server's clock rules; instants are aware (UTC)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from accounts.models import User
from quizzes import rules_of
from quizzes.models import Attempt

# An answer on its way when time ends still counts; a slow network is not the person's fault.
GRACE = timedelta(seconds=60)
EXTENSION_MINUTES = 20
MOST_EXTENSIONS = 10


def deadline(attempt: Attempt, person: User) -> datetime | None:
    """When time is up for this person, with their time factor and what they added; None without a limit."""
    limit = rules_of.read(attempt.rules).limit(
        person.time_factor, attempt.extensions, EXTENSION_MINUTES
    )
    return attempt.started_at + limit if limit is not None else None


def is_over(attempt: Attempt, at: datetime) -> bool:
    """Whether time is up. Answers on their way may still arrive during the grace."""
    return attempt.deadline_at is not None and at > attempt.deadline_at


def seconds_left(attempt: Attempt, at: datetime) -> int | None:
    """Whole seconds until time is up, never below 0; None without a limit."""
    if attempt.deadline_at is None:
        return None
    return max(int((attempt.deadline_at - at).total_seconds()), 0)


def may_add_time(attempt: Attempt) -> bool:
    """Whether the person may add time: there is a limit, it is not what is tested, and not ten times yet."""
    open_limit = attempt.deadline_at is not None and not rules_of.read(attempt.rules).time_is_tested
    return open_limit and attempt.extensions < MOST_EXTENSIONS


def add_time(uuid: UUID, person: User, *, at: datetime) -> bool:
    """Give the attempt 20 minutes more. False when it is over or closed, or may have no more."""
    attempt = Attempt.objects.filter(uuid=uuid, person=person).first()
    if attempt is None or attempt.deadline_at is None or not may_add_time(attempt):
        return False
    longer = Attempt.objects.filter(
        pk=attempt.pk,
        state=Attempt.State.OPEN,
        extensions=attempt.extensions,
        deadline_at__gte=at,
    ).update(
        extensions=F("extensions") + 1,
        deadline_at=attempt.deadline_at + timedelta(minutes=EXTENSION_MINUTES),
    )
    return bool(longer)


def lengthen(person_ids: Iterable[int]) -> int:
    """Let a larger time factor reach attempts that are running. A smaller one never shortens them."""
    changed = 0
    running = Attempt.objects.filter(
        person_id__in=list(person_ids), state=Attempt.State.OPEN, deadline_at__isnull=False
    )
    for attempt in running.select_related("person"):
        later = deadline(attempt, attempt.person)
        if later is None:
            continue
        changed += Attempt.objects.filter(
            pk=attempt.pk, state=Attempt.State.OPEN, deadline_at__lt=later
        ).update(deadline_at=later)
    return changed
