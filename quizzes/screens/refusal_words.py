"""Refusals in words, for the person who was refused."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from items.sentences import said
from quizzes.attempts.submitting import Closed
from quizzes.rules.refusals import Reason


def why(reason: Reason, person: User) -> dict[str, Any]:
    """A refusal for the start page: the sentence, the next step, and where it leads."""
    return {
        "code": reason.code,
        "text": said(reason.phrase, reason.when, person),
        "remedy": said(reason.remedy, reason.when, person),
        "target": reason.target,
    }


def told(closed: Closed, person: User) -> str:
    """Why an answer came too late, and what happened to the others."""
    return said(closed.phrase, closed.when, person)
