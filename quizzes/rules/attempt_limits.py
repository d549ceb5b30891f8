"""How many tries at a quiz somebody has, and when the next one opens. Pure: takes the clock.

Tries count within a round, from when the newest enrolment began. Tries that somebody was given
(`GivenTries`) are used first, by the attempts that start after them; neither the limit nor a cool-down holds
them up. All other attempts count against the limit, within its window if it has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.rules.settings import QuizRules

OPEN, SUBMITTED, MARKING, VOID = "open", "submitted", "marking", "void"
DEADLINE = "deadline"


@dataclass(frozen=True)
class PastAttempt:
    """One earlier attempt. Instants are aware (UTC)."""

    uuid: str
    number: int
    state: str
    started_at: datetime
    submitted_at: datetime | None = None
    passed: bool | None = None
    percent: str = ""
    deadline_at: datetime | None = None
    closed_by: str = ""

    def is_over(self, at: datetime) -> bool:
        """Whether it is still to be handed in although its time was up before `at`."""
        return self.state == OPEN and self.deadline_at is not None and at > self.deadline_at

    @property
    def timed_out(self) -> bool:
        """Whether it was handed in as it stood because time was up."""
        return self.state in (SUBMITTED, MARKING) and self.closed_by == DEADLINE

    @property
    def failed(self) -> bool:
        """Handed in, marked, and not passed."""
        return self.state == SUBMITTED and not self.passed


@dataclass(frozen=True)
class GivenTries:
    """More tries that a manager or an author gave at a moment."""

    at: datetime
    tries: int = 1


@dataclass(frozen=True)
class AttemptsLeft:
    """`allowed` and `left` None: no limit. `given` are tries in hand that somebody gave.

    `next_at` is when the next try opens by itself, None when one is open now or none will.
    `used_up` says that the limit is reached, `cooling` that a cool-down is running.
    """

    allowed: int | None
    left: int | None
    given: int = 0
    next_at: datetime | None = None
    used_up: bool = False
    cooling: bool = False


def attempts_of_round(past: Sequence[PastAttempt], since: datetime | None) -> list[PastAttempt]:
    """The attempts that count in the round that began at `since`, oldest first. Void ones never do."""
    counted = [
        one for one in past if one.state != VOID and (since is None or one.started_at >= since)
    ]
    return sorted(counted, key=lambda one: one.started_at)


def count_tries(
    attempts: Sequence[PastAttempt],
    given: Sequence[GivenTries],
    rules: QuizRules,
    *,
    extra: int,
    at: datetime,
) -> AttemptsLeft:
    """What is left at `at` of a round's `attempts`. `extra` is the person's accommodation."""
    ordinary, in_hand = _spend(attempts, given)
    total = rules.attempts_allowed + extra if rules.attempts_allowed else None
    left = None if total is None else max(total - len(_counted(ordinary, rules, at)), 0)
    used_up = left == 0 and not in_hand
    cool = None if in_hand else cool_down_end(attempts, rules)
    cooling = cool is not None and cool > at
    opens: list[datetime | None] = [cool] if cooling else []
    if used_up and total is not None:
        opens.append(_window_opens(ordinary, total, rules))
    return AttemptsLeft(
        allowed=total,
        left=None if left is None else left + in_hand,
        given=in_hand,
        next_at=None if None in opens else max(filter(None, opens), default=None),
        used_up=used_up,
        cooling=cooling,
    )


def cool_down_end(attempts: Sequence[PastAttempt], rules: QuizRules) -> datetime | None:
    """When the pause after the newest failed attempt ends. The last length repeats."""
    handed_in = [one.submitted_at for one in attempts if one.failed and one.submitted_at]
    if not handed_in or not rules.cool_down_hours:
        return None
    place = min(len(handed_in), len(rules.cool_down_hours)) - 1
    return max(handed_in) + timedelta(hours=rules.cool_down_hours[place])


def _spend(
    attempts: Sequence[PastAttempt], given: Sequence[GivenTries]
) -> tuple[list[datetime], int]:
    """When the attempts started that no given try paid for, and how many given tries remain."""
    in_order = sorted(given, key=lambda one: one.at)
    left = [one.tries for one in in_order]
    ordinary = []
    for attempt in attempts:
        before = [n for n, one in enumerate(in_order) if one.at <= attempt.started_at]
        payer = next((n for n in before if left[n]), None)
        if payer is None:
            ordinary.append(attempt.started_at)
        else:
            left[payer] -= 1
    return ordinary, sum(left)


def _counted(started: Sequence[datetime], rules: QuizRules, at: datetime) -> list[datetime]:
    window = rules.window
    return [moment for moment in started if window is None or moment > at - window]


def _window_opens(started: Sequence[datetime], total: int, rules: QuizRules) -> datetime | None:
    """When enough attempts have left the window for one more; None without a window."""
    return None if rules.window is None else started[len(started) - total] + rules.window
