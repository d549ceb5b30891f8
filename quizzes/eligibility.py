"""May this person start this quiz now, and if not: why, what next, and when. Pure: takes the clock.

The first thing that stands in the way is the one told: people can do one thing at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes.phrases import Phrase, gettext_noop
from quizzes.rules_of import Rules

OPEN, SUBMITTED, VOID = "open", "submitted", "void"


@dataclass(frozen=True)
class Past:
    """One earlier attempt. Instants are aware (UTC)."""

    uuid: str
    number: int
    state: str
    started_at: datetime
    submitted_at: datetime | None = None
    passed: bool | None = None
    percent: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known about a person and a quiz.

    `ready`: the quiz and its course are published. `enrolled_since`: when the newest enrolment began;
    a pass from before it belongs to an earlier round. `extra_attempts` is the person's accommodation.
    """

    ready: bool
    has_course: bool
    enrolled_since: datetime | None
    lessons_left: int
    next_lesson: str
    past: Sequence[Past]
    extra_attempts: int = 0
    next_path: str = ""


@dataclass(frozen=True)
class Reason:
    """Why not, and the next step. `when` fills `%(when)s` in the words; `target` says where the step leads:
    course, lesson (at `path` in the page tree), attempt (the open one), result (the passed one), wait or ask."""

    code: str
    phrase: Phrase
    remedy: Phrase
    target: str
    when: datetime | None = None
    path: str = ""


@dataclass(frozen=True)
class Eligibility:
    """`attempts_left` None means no limit. `next_at` is when a further attempt becomes possible by itself."""

    may_start: bool
    reasons: tuple[Reason, ...]
    attempts_left: int | None
    attempts_allowed: int | None
    next_number: int
    open_attempt: Past | None = None
    passed: Past | None = None
    next_at: datetime | None = None


def judge(facts: Facts, rules: Rules, *, at: datetime) -> Eligibility:
    """Whether an attempt may start at `at`."""
    left, next_at = _tries(facts, rules, at)
    opened = next((past for past in facts.past if past.state == OPEN), None)
    passed = _passed(facts)
    reason = (
        _not_ready(facts, rules)
        or _open(opened)
        or (_review(passed) if rules.judged else None)
        or _course_first(facts, rules)
        or _no_tries(left, next_at)
    )
    total = rules.attempts_allowed + facts.extra_attempts if rules.attempts_allowed else None
    return Eligibility(
        may_start=reason is None,
        reasons=(reason,) if reason else (),
        attempts_left=left,
        attempts_allowed=total,
        next_number=max((past.number for past in facts.past), default=0) + 1,
        open_attempt=opened,
        passed=passed,
        next_at=next_at,
    )


def _tries(facts: Facts, rules: Rules, at: datetime) -> tuple[int | None, datetime | None]:
    """Tries left, and when the next comes back. Tries count from their start, void ones never."""
    if not rules.attempts_allowed:
        return None, None
    total = rules.attempts_allowed + facts.extra_attempts
    window = rules.window
    counted = sorted(
        past.started_at
        for past in facts.past
        if past.state != VOID and (window is None or past.started_at > at - window)
    )
    left = max(total - len(counted), 0)
    if left or window is None:
        return left, None
    return 0, counted[len(counted) - total] + window


def _passed(facts: Facts) -> Past | None:
    """The newest pass of this round, if any."""
    since = facts.enrolled_since
    passes = [
        past
        for past in facts.past
        if past.passed
        and past.state == SUBMITTED
        and past.submitted_at
        and (since is None or past.submitted_at >= since)
    ]
    return max(passes, key=lambda past: past.number, default=None)


def _not_ready(facts: Facts, rules: Rules) -> Reason | None:
    if facts.ready and rules.sections:
        return None
    return Reason(
        "not_ready",
        Phrase(gettext_noop("This quiz is not open yet.")),
        Phrase(gettext_noop("Read the lessons meanwhile.")),
        "course",
    )


def _open(opened: Past | None) -> Reason | None:
    if opened is None:
        return None
    return Reason(
        "open_attempt",
        Phrase(gettext_noop("You have started try %(number)s."), {"number": opened.number}),
        Phrase(gettext_noop("Continue where you stopped")),
        "attempt",
    )


def _review(passed: Past | None) -> Reason | None:
    if passed is None:
        return None
    return Reason(
        "passed",
        Phrase(
            gettext_noop("You passed on %(when)s with %(percent)s%%."), {"percent": passed.percent}
        ),
        Phrase(gettext_noop("Read your result")),
        "result",
        when=passed.submitted_at,
    )


def _course_first(facts: Facts, rules: Rules) -> Reason | None:
    if not facts.has_course or not rules.lessons_first:
        return None
    if facts.enrolled_since is None:
        return Reason(
            "not_started",
            Phrase(gettext_noop("The quiz opens when you have read the lessons.")),
            Phrase(gettext_noop("Start the course")),
            "course",
        )
    if not facts.lessons_left:
        return None
    return Reason(
        "lessons_left",
        Phrase(gettext_noop("Lessons still to read: %(left)s."), {"left": facts.lessons_left}),
        Phrase(gettext_noop("Continue with “%(lesson)s”"), {"lesson": facts.next_lesson}),
        "lesson",
        path=facts.next_path,
    )


def _no_tries(left: int | None, next_at: datetime | None) -> Reason | None:
    if left is None or left > 0:
        return None
    used = Phrase(gettext_noop("You have used all your tries."))
    if next_at:
        return Reason(
            "no_tries_left",
            used,
            Phrase(gettext_noop("Your next try opens on %(when)s. Read the recaps until then.")),
            "wait",
            when=next_at,
        )
    return Reason(
        "no_tries_left",
        used,
        Phrase(gettext_noop("Ask the global social team for another try.")),
        "ask",
    )
