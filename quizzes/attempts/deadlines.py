"""How long an attempt has: deadline, grace, added time. By the server's clock; instants are aware (UTC)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from uuid import UUID

from django.db.models import F

from accounts.models import User
from quizzes.models import Attempt
from quizzes.rules import settings
from quizzes.rules.settings import QuizRules

# An answer on its way when time ends still counts; a slow network is not the person's fault.
GRACE = timedelta(seconds=60)
EXTENSION_MINUTES = 20
MOST_EXTENSIONS = 10
ONE = Decimal(1)


def deadline_for(attempt: Attempt, person: User) -> datetime | None:
    """When time is up for this person, with their time factor and what they added; None without an end."""
    return compute_deadline(
        settings.read_rules(attempt.rules),
        started_at=attempt.started_at,
        time_factor=Decimal(person.time_factor),
        extensions=attempt.extensions,
    )


def compute_deadline(
    rules: QuizRules, *, started_at: datetime, time_factor: Decimal = ONE, extensions: int = 0
) -> datetime | None:
    """When time is up: the limit times the factor, and what was added, but not after the quiz has closed.

    Somebody with an accommodation keeps the whole of their own time, past the close too; only what they
    add themselves ends with it. Pure.
    """
    own = rules.limit(time_factor, 0, EXTENSION_MINUTES)
    longest = rules.limit(time_factor, extensions, EXTENSION_MINUTES)
    if own is None or longest is None:
        return rules.closes
    if rules.closes is None:
        return started_at + longest
    end = max(rules.closes, started_at + own) if time_factor > 1 else rules.closes
    return min(started_at + longest, end)


def is_over(attempt: Attempt, at: datetime) -> bool:
    """Whether the deadline has passed at `at`. During the grace a sent answer may still arrive."""
    return attempt.deadline_at is not None and at > attempt.deadline_at


def seconds_left(attempt: Attempt, at: datetime) -> int | None:
    """Whole seconds until time is up, 0 only when it is; None without a limit."""
    return count_seconds(attempt.deadline_at, at)


def count_seconds(deadline: datetime | None, at: datetime) -> int | None:
    """The same of a deadline alone."""
    return None if deadline is None else max(ceil((deadline - at).total_seconds()), 0)


def may_add_time(attempt: Attempt) -> bool:
    """Whether the person may add time: there is a limit, it is not what is tested, not ten times yet,
    and the quiz does not close first."""
    later = _with_more(attempt)
    return later is not None and attempt.deadline_at is not None and later > attempt.deadline_at


def add_time(uuid: UUID, person: User, *, at: datetime) -> bool:
    """Give the attempt 20 minutes more, or what is left until the quiz closes.

    Returns False when the attempt is over or closed, or when no more time may be added.
    """
    found = Attempt.objects.filter(uuid=uuid, person=person)
    attempt = found.select_related("snapshot").first()
    if attempt is None or not may_add_time(attempt):
        return False
    longer = Attempt.objects.filter(
        pk=attempt.pk,
        state=Attempt.State.OPEN,
        extensions=attempt.extensions,
        deadline_at__gte=at,
    ).update(extensions=F("extensions") + 1, deadline_at=_with_more(attempt))
    return bool(longer)


def _with_more(attempt: Attempt) -> datetime | None:
    """The deadline with 20 minutes added once more; None where none may be added.

    Time is added to the stored deadline: a time factor that HR takes back never shortens an attempt.
    """
    rules = settings.read_rules(attempt.rules)
    if attempt.deadline_at is None or rules.time_limit_minutes is None or rules.time_is_tested:
        return None
    if attempt.extensions >= MOST_EXTENSIONS:
        return None
    later = attempt.deadline_at + timedelta(minutes=EXTENSION_MINUTES)
    return min(later, max(rules.closes, attempt.deadline_at)) if rules.closes else later


def lengthen_deadlines(person_ids: Iterable[int]) -> int:
    """Move the deadlines of open attempts to a larger time factor; a smaller one never shortens an attempt."""
    changed = 0
    running = Attempt.objects.filter(
        person_id__in=list(person_ids), state=Attempt.State.OPEN, deadline_at__isnull=False
    )
    for attempt in running.select_related("person", "snapshot"):
        later = deadline_for(attempt, attempt.person)
        if later is None:
            continue
        changed += Attempt.objects.filter(
            pk=attempt.pk, state=Attempt.State.OPEN, deadline_at__lt=later
        ).update(deadline_at=later)
    return changed
