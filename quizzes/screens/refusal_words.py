"""Refusals in words, for the person who was refused."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from items.sentences import said
from quizzes.attempts.submitting import Closed
from quizzes.rules.refusals import Reason


def why(reason: Reason, person: User) -> dict[str, Any]:
    """Return a refusal for the start page: its code, the sentence, the next step, and the target of its link."""
    return {
        "code": reason.code,
        "text": said(reason.phrase, reason.when, person),
        "remedy": said(reason.remedy, reason.when, person),
        "target": reason.target,
    }


def told(closed: Closed, person: User) -> str:
    """Return why an answer came too late, and what happened to the other answers."""
    return said(closed.phrase, closed.when, person)
