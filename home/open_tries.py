"""The tries of a person that are not handed in, with where they go on in each: also in quizzes that close no course.

The rows come with the one query of `/me/`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from channels.facts.fact_rows import FactRow, FactRows, rows_of_kind
from channels.facts.stored_values import parse_stored_instant
from home.templatetags.site_tags import as_clock
from home.waiting import NextStep
from quizzes.models import Attempt, Response
from quizzes.rules import settings
from quizzes.rules.attempt_limits import PastAttempt
from quizzes.rules.percentages import tell_percent

TRY_COLUMNS = (
    *("uuid", "quiz_id", "number", "state", "started_at", "submitted_at", "passed", "percent"),
    *("blank", "deadline_at"),
)


@dataclass(frozen=True, slots=True)
class RunningTry:
    """A try that is not handed in, with the rules it began with. One that is `over` is handed in when it is opened."""

    row: FactRow
    rules: settings.QuizRules
    over: bool

    @property
    def href(self) -> str:
        # SQLite keeps a UUID without its dashes.
        return reverse("quizzes:resume", args=[UUID(self.row["uuid"])])

    @property
    def deed(self) -> str:
        if self.over:
            return _("See your result")
        if self.rules.only:
            return _("Continue the short quiz")
        return _("Continue the quiz") if self.rules.judged else _("Continue practising")

    @property
    def text(self) -> str:
        if self.over:
            told = {"number": self.row["number"]}
            return _("Time was up for try %(number)s. What was saved by then counts.") % told
        if not self.rules.judged:
            return _("You have begun to practise. Your answers are kept.")
        told = {"number": self.row["number"], "slot": self.row["blank"]}
        if self.rules.at_once or self.row["blank"] is None:
            return _("You are in try %(number)s. It is still to be handed in.") % told
        return _("You are in try %(number)s, at question %(slot)s.") % told

    @property
    def step(self) -> NextStep:
        """The next step that leads into it. One whose time runs comes first of all, practice last."""
        told = [_("“%(title)s”:") % {"title": self.row["title"]}, self.text]
        deadline_at, when = self.row["deadline_at"], date.max
        if deadline_at and not self.over:
            ends = as_clock(parse_stored_instant(deadline_at))
            told.append(_("Its time runs until %(time)s.") % {"time": ends})
            when = date.min
        elif self.rules.judged:
            when = parse_stored_instant(self.row["started_at"]).date()
        tone = "wait" if self.rules.judged else "info"
        return NextStep(tone, " ".join(told), self.deed, self.href, when)


def open_try_queries(person: User) -> list[QuerySet[Any]]:
    """The query for `read_fact_rows`: the tries of the person at any quiz that are not handed in."""
    opened = Attempt.objects.filter(person=person, state=Attempt.State.OPEN)
    return [
        rows_of_kind(
            "open_try",
            with_open_question(opened),
            *TRY_COLUMNS,
            rules="snapshot__rules",
            title="quiz__title",
        )
    ]


def with_open_question(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Each with the first question that is not answered, as `blank`."""
    blank = Response.objects.filter(attempt=OuterRef("pk"), form={}, flagged=False)
    return attempts.annotate(blank=Subquery(blank.order_by("slot").values("slot")[:1]))


def find_open_tries(found: FactRows, at: datetime) -> list[NextStep]:
    """A step into each open try."""
    return [read_running_try(row, at).step for row in found["open_try"]]


def read_running_try(row: FactRow, at: datetime) -> RunningTry:
    rules = settings.read_rules(read_json(row["rules"]))
    return RunningTry(row, rules, read_try(row).is_over(at))


def read_json(stored: Any) -> dict[str, Any]:
    """A JSON column: SQLite gives it as text."""
    return dict(json.loads(stored) if isinstance(stored, str) else stored)


def read_try(row: FactRow) -> PastAttempt:
    handed_in = row["submitted_at"]
    return PastAttempt(
        uuid=str(UUID(row["uuid"])),
        number=row["number"],
        state=row["state"],
        started_at=parse_stored_instant(row["started_at"]),
        submitted_at=parse_stored_instant(handed_in) if handed_in else None,
        passed=None if row["passed"] is None else bool(row["passed"]),
        percent=tell_percent(row["percent"]),
        deadline_at=parse_stored_instant(row["deadline_at"]) if row["deadline_at"] else None,
    )
