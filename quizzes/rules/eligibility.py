"""May this person start this quiz now, and if not: why, what next, and when. Pure: takes the clock.

Only the first obstacle is reported, because people can do one thing at a time. A wait is reported together
with what can be done meanwhile, and after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quizzes.rules import feedback_policy, refusals
from quizzes.rules.attempt_limits import (
    MARKING,
    OPEN,
    SUBMITTED,
    VOID,
    AttemptsLeft,
    GivenTries,
    PastAttempt,
    attempts_of_round,
    count_tries,
)
from quizzes.rules.refusals import StartRefusal
from quizzes.rules.settings import SCORE, QuizRules

__all__ = [
    "MARKING",
    "OPEN",
    "SUBMITTED",
    "VOID",
    "Eligibility",
    "GivenTries",
    "PastAttempt",
    "QuizFacts",
    "StartRefusal",
    "judge_eligibility",
]


@dataclass(frozen=True)
class QuizFacts:
    """What is known about a person and a quiz.

    `ready`: the quiz and its course are published. `enrolled_since`: when the newest enrolment began;
    attempts from before it belong to an earlier round. `extra_attempts` is the person's accommodation,
    `only` are the principles (codes) of a round in which somebody catches up with a change,
    `given` what managers and authors gave. `recaps_left` counts the recaps of the newest failed attempt
    that are still to be read. `examined`: a question of theirs here stands in another try at which they can fail,
    and that is open.
    """

    ready: bool
    has_course: bool
    enrolled_since: datetime | None
    lessons_left: int
    next_lesson: str
    past: Sequence[PastAttempt]
    extra_attempts: int = 0
    next_path: str = ""
    given: Sequence[GivenTries] = ()
    recaps_left: int = 0
    only: frozenset[str] = frozenset()
    examined: bool = False


@dataclass(frozen=True)
class Eligibility:
    """The answer at `at`. `attempts_left` None means no limit.

    `next_at` is when a further attempt becomes possible by itself.
    `waits`: a limit or a cool-down stands in the way, which a manager or an author can lift. `failed` is the newest
    attempt if it was not passed, `marking` the one that waits for a reviewer, `timed_out` the newest attempt if it was
    handed in because time was up.
    """

    at: datetime
    may_start: bool
    reasons: tuple[StartRefusal, ...]
    attempts_left: int | None
    attempts_allowed: int | None
    next_number: int
    open_attempt: PastAttempt | None = None
    passed: PastAttempt | None = None
    next_at: datetime | None = None
    given: int = 0
    waits: bool = False
    failed: PastAttempt | None = None
    marking: PastAttempt | None = None
    recaps_left: int = 0
    timed_out: PastAttempt | None = None


def judge_eligibility(facts: QuizFacts, rules: QuizRules, *, at: datetime) -> Eligibility:
    """Whether an attempt may start at `at`."""
    mine = attempts_of_round(facts.past, facts.enrolled_since)
    tries = count_tries(mine, _given(facts), rules, extra=facts.extra_attempts, at=at)
    opened = next((past for past in facts.past if past.state == OPEN), None)
    marking = next((past for past in facts.past if past.state == MARKING), None)
    passed = _passed(facts)
    failed = None if passed else newest_failed_attempt(facts.past, facts.enrolled_since)
    never = _not_now(facts, rules, opened, marking, passed, at) or _answered(rules, passed, tries)
    reasons = never or _course_first(facts, rules) or _meanwhile(facts, rules, failed, tries, at)
    return Eligibility(
        at=at,
        may_start=not reasons,
        reasons=reasons,
        attempts_left=tries.left,
        attempts_allowed=tries.allowed,
        next_number=max((past.number for past in facts.past), default=0) + 1,
        open_attempt=opened,
        passed=passed,
        next_at=tries.next_at,
        given=tries.given,
        waits=not never and (tries.used_up or tries.cooling),
        failed=failed,
        marking=marking,
        recaps_left=facts.recaps_left if rules.recap_gate and failed else 0,
        timed_out=_timed_out(facts),
    )


def newest_failed_attempt(
    past: Sequence[PastAttempt], since: datetime | None
) -> PastAttempt | None:
    """The newest attempt of the round that was handed in and marked, if it was not passed."""
    marked = [one for one in attempts_of_round(past, since) if one.state == SUBMITTED]
    return marked[-1] if marked and marked[-1].failed else None


def _timed_out(facts: QuizFacts) -> PastAttempt | None:
    newest = max(facts.past, key=lambda past: past.number, default=None)
    return newest if newest and newest.timed_out else None


def _given(facts: QuizFacts) -> list[GivenTries]:
    since = facts.enrolled_since
    return [one for one in facts.given if since is None or one.at >= since]


def _passed(facts: QuizFacts) -> PastAttempt | None:
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


def _not_now(
    facts: QuizFacts,
    rules: QuizRules,
    opened: PastAttempt | None,
    marking: PastAttempt | None,
    passed: PastAttempt | None,
    at: datetime,
) -> tuple[StartRefusal, ...]:
    """Obstacles that neither reading lessons nor waiting removes."""
    if not facts.ready or not rules.sections:
        return (refusals.not_ready(),)
    if opened:
        return (refusals.attempt_open(opened),)
    if marking:
        return (refusals.waits_for_a_reviewer(marking),)
    if passed and rules.judged:
        told = feedback_policy.allowed_aspects(
            rules, submitted=True, finished=True, other_open=False, at=at
        )
        told = feedback_policy.withhold_score(told, examined=facts.examined)
        return (refusals.already_passed(passed, with_score=SCORE in told),)
    if rules.closes and at >= rules.closes:
        return (refusals.quiz_closed(rules.closes),)
    return ()


def _answered(
    rules: QuizRules, done: PastAttempt | None, tries: AttemptsLeft
) -> tuple[StartRefusal, ...]:
    """Where nobody can fail nobody needs another try: a survey is answered."""
    if rules.judged or done is None or not tries.used_up:
        return ()
    return (refusals.already_answered(done),)


def _course_first(facts: QuizFacts, rules: QuizRules) -> tuple[StartRefusal, ...]:
    if not facts.has_course or not rules.lessons_first:
        return ()
    if facts.enrolled_since is None:
        return (refusals.course_not_started(),)
    if not facts.lessons_left:
        return ()
    return (refusals.lessons_left(facts.lessons_left, facts.next_lesson, facts.next_path),)


def _meanwhile(
    facts: QuizFacts,
    rules: QuizRules,
    failed: PastAttempt | None,
    tries: AttemptsLeft,
    at: datetime,
) -> tuple[StartRefusal, ...]:
    """Recaps, then waits: recaps can be read during a wait."""
    found = []
    if rules.recap_gate and failed and facts.recaps_left:
        found.append(refusals.recaps_left(facts.recaps_left, failed.uuid))
    if rules.opens and at < rules.opens:
        found.append(refusals.opens_later(rules.opens, has_course=facts.has_course))
    elif wait := refusals.no_try_now(tries, rules.closes):
        found.append(wait)
    return tuple(found)
