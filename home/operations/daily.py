"""The steps that run every day. No posting decision depends on them, and each may run any number of times."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from django.core.management import call_command

from wagtail.models import Revision

from accounts import dated_columns, leaving
from certificates import reminders
from certificates.acts import awards
from channels.desk import automatic_ends, exit_alarms, recertification, unused_roles
from courses import editor_groups
from home.operations import anchoring, retention
from ledger import planner_statistics
from ledger.models import Entry
from notifications import sending
from quizzes.attempts.deadlines import GRACE
from quizzes.attempts.submitting import submit_overdue_attempts
from quizzes.models import Attempt
from quizzes.regrades import applying
from quizzes.reporting import reports
from reports.bulk import runs

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DailyStep:
    """One step: `do(at)` does the work and returns how many rows it handled, `due(at)` only counts them."""

    name: str
    do: Callable[[datetime], int]
    due: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How many rows a step handled or would handle, or why it failed (then `number` is 0)."""

    name: str
    number: int
    failure: str = ""


def run_steps(at: datetime, *, dry_run: bool = False) -> Iterator[StepReport]:
    """Do what is due at `at`, or with `dry_run` only count it. A step that fails does not stop those after it.

    At the end the database looks at its tables anew, so that it plans for what the steps and the day have changed.
    """
    for step in STEPS:
        try:
            yield StepReport(step.name, (step.due if dry_run else step.do)(at))
        except Exception as error:  # any failure: the other steps still have to run
            logger.exception("Daily duty failed: %s", step.name)
            yield StepReport(step.name, 0, f"{type(error).__name__}: {error}")
    if not dry_run:
        planner_statistics.count_tables_anew()


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
    return leaving.find_open_leavers(at).count()


STEPS = (
    # Before accounts are closed: a return, or a contract that began, may bring the day on which one closes.
    DailyStep(
        "people whose planned changes have begun",
        lambda at: dated_columns.follow_planned_changes(at=at),
        lambda at: len(dated_columns.find_people_behind(at)),
    ),
    DailyStep(
        "accounts closed of people who have left",
        lambda at: leaving.end_leavers_access(at=at),
        _leavers,
    ),
    DailyStep(
        "editors whose rights were checked",
        lambda at: editor_groups.sync_all_groups(at=at),
        lambda at: 0,
    ),
    DailyStep("scheduled revisions published", _publish, _to_publish),
    DailyStep(
        "attempts closed because time was up", lambda at: submit_overdue_attempts(at=at), _over
    ),
    DailyStep(
        "marks corrected that a regrade had missed",
        lambda at: applying.catch_up_regrades(at=at),
        lambda at: len(applying.find_unfinished_regrades()),
    ),
    DailyStep(
        "awards issued that had been missed",
        lambda at: len(awards.issue_missed_awards(at=at)),
        lambda at: awards.people_awaiting_awards().count(),
    ),
    DailyStep(
        "big quizzes counted for the list of questions",
        lambda at: reports.recount_stale_quizzes(at=at),
        lambda at: len(reports.find_stale_quizzes()),
    ),
    DailyStep(
        "roles ended by a move or a long leave",
        lambda at: automatic_ends.end_roles(at=at),
        lambda at: len(automatic_ends.find_ended_roles(at)),
    ),
    DailyStep(
        "roles ended that nobody said they need",
        lambda at: unused_roles.end_unneeded_roles(at=at),
        lambda at: len(unused_roles.unanswered_roles(at)),
    ),
    DailyStep(
        "roles whose holders were asked whether they need them",
        lambda at: unused_roles.ask_holders(at=at),
        lambda at: len(unused_roles.unasked_roles(at)),
    ),
    DailyStep(
        "roles ended that nobody confirmed",
        lambda at: recertification.end_unanswered_roles(at=at),
        lambda at: len(recertification.unanswered_roles(at)),
    ),
    DailyStep(
        "roles somebody was asked to confirm",
        lambda at: recertification.ask_for_reviews(at=at),
        lambda at: len(recertification.unasked_roles(at)),
    ),
    DailyStep(
        "alarms given that somebody who answers for a channel leaves",
        lambda at: exit_alarms.ring_exit_alarms(at=at),
        lambda at: len(exit_alarms.due_alarms(at)),
    ),
    DailyStep(
        "acts on many people that had stopped half-way",
        lambda at: runs.continue_runs(at=at),
        lambda at: runs.find_stale_runs(at).count(),
    ),
    DailyStep(
        "reminders written",
        lambda at: reminders.write_reminders(at=at),
        reminders.count_due,
    ),
    DailyStep(
        "messages sent",
        lambda at: sending.send_due_messages(at=at),
        lambda at: sending.count_due_messages(at=at),
    ),
    DailyStep("old rows emptied or deleted", retention.clear_old_rows, retention.count_old_rows),
    DailyStep(
        "ledger entries sealed",
        lambda at: anchoring.seal_ledger(at=at).sealed,
        lambda at: Entry.objects.filter(place__isnull=True).count(),
    ),
)
