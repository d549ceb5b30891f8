"""What may be told of an attempt now: the feedback matrix, read at one moment. Pure."""

from __future__ import annotations

from datetime import datetime

from quizzes.rules_of import (
    AFTER_CLOSE,
    AFTER_LAST,
    AFTER_SUBMIT,
    DURING,
    Rules,
)


def phase(rules: Rules, *, submitted: bool, finished: bool, other_open: bool, at: datetime) -> str:
    """The phase of an attempt at `at`.

    `finished`: the person has passed, or no further try will come. `other_open`: they have another
    attempt running, which must not be fed from this one.
    """
    if not submitted:
        return DURING
    if other_open:
        return AFTER_SUBMIT
    if rules.closes_at and at >= datetime.fromisoformat(rules.closes_at):
        return AFTER_CLOSE
    return AFTER_LAST if finished else AFTER_SUBMIT


def allowed(
    rules: Rules, *, submitted: bool, finished: bool, other_open: bool, at: datetime
) -> frozenset[str]:
    """Which of score, correctness, key and reasons may be told at `at`."""
    now = phase(rules, submitted=submitted, finished=finished, other_open=other_open, at=at)
    told = frozenset(rules.feedback.get(now, ()))
    # While another try is running the key of this one stays closed, whatever the matrix says.
    return told & {"score"} if submitted and other_open else told
