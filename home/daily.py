"""The steps that run every day. No posting decision depends on them, and each may run any number of times."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from django.core.management import call_command

from wagtail.models import Revision

from accounts import people
from accounts.models import User
from certificates import awards, reminders
from courses import editors
from ledger import entries
from ledger.models import Entry
from notifications import sending
from quizzes.attempts.deadlines import GRACE
from quizzes.attempts.submitting import sweep
from quizzes.models import Attempt
from quizzes.regrades import applying
from quizzes.reporting import reports

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `do(at)` does the work and returns how many rows it handled, `due(at)` only counts them."""

    name: str
    do: Callable[[datetime], int]
    due: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Report:
    """How many rows a step handled or would handle, or why it failed (then `number` is 0)."""

    name: str
    number: int
    failure: str = ""


def run(at: datetime, *, dry_run: bool = False) -> Iterator[Report]:
    """Do what is due at `at`, or with `dry_run` only count it. A step that fails does not stop those after it."""
    for step in STEPS:
        try:
            yield Report(step.name, (step.due if dry_run else step.do)(at))
        except Exception as error:  # any failure: the other steps still have to run
            logger.exception("Daily duty failed: %s", step.name)
            yield Report(step.name, 0, f"{type(error).__name__}: {error}")


def _publish(at: datetime) -> int:
    waiting = _to_publish(at)
    call_command("publish_scheduled", stdout=StringIO())
    return waiting


def _to_publish(at: datetime) -> int:
    """The number of pages and snippets whose go-live time is reached at `at`."""
    return Revision.objects.filter(approved_go_live_at__lte=at).count()


def _over(at: datetime) -> int:
    return Attempt.objects.filter(state=Attempt.State.OPEN, deadline_at__lt=at - GRACE).count()


def _leavers(at: datetime) -> int:
    return User.objects.people().filter(is_active=True, left_at__lte=at).count()


STEPS = (
    Step("accounts closed of people who have left", lambda at: people.end_access(at=at), _leavers),
    Step("editors whose rights were checked", lambda at: editors.sync_all(at=at), lambda at: 0),
    Step("scheduled revisions published", _publish, _to_publish),
    Step("attempts closed because time was up", lambda at: sweep(at=at), _over),
    Step(
        "marks corrected that a regrade had missed",
        lambda at: applying.catch_up_all(at=at),
        lambda at: len(applying.missing()),
    ),
    Step(
        "awards issued that had been missed",
        lambda at: len(awards.heal(at=at)),
        lambda at: awards.waiting().count(),
    ),
    Step(
        "big quizzes counted for the list of questions",
        lambda at: reports.recount(at=at),
        lambda at: len(reports.stale()),
    ),
    Step(
        "reminders written",
        lambda at: reminders.remind(at=at),
        lambda at: len(reminders.due(at)),
    ),
    Step(
        "messages sent",
        lambda at: sending.send_due(at=at),
        lambda at: sending.waiting(at).count(),
    ),
    Step(
        "ledger entries sealed",
        lambda at: entries.seal(),
        lambda at: Entry.objects.filter(hash="").count(),
    ),
)
