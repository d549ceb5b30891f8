"""What a person sees of an attempt while answers wait for a reviewer."""

from __future__ import annotations

from typing import Any

from items import sentences
from quizzes.attempts import submitting
from quizzes.attempts.marking import expected_marking_day
from quizzes.models import Attempt


def describe_waiting(attempt: Attempt) -> dict[str, Any]:
    """What the person sees of an attempt while answers wait: when to expect the result, and no verdict."""
    handed_in = submitting.handed_in_at(attempt)
    late = attempt.closed_by == submitting.DEADLINE
    return {
        "attempt": attempt,
        "expected": expected_marking_day(handed_in.date()),
        "time_was_up": sentences.format_moment(handed_in, attempt.person) if late else "",
    }
