"""Refusals in words, for the person who was refused."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from items.sentences import translate
from quizzes.attempts.submitting import ClosedNotice
from quizzes.rules.refusals import StartRefusal


def refusal_message(reason: StartRefusal, person: User) -> dict[str, Any]:
    """Return a refusal for the start page: its code, the sentence, the next step, and the target of its link."""
    return {
        "code": reason.code,
        "text": translate(reason.phrase, reason.when, person),
        "remedy": translate(reason.remedy, reason.when, person),
        "target": reason.target,
    }


def closed_message(closed: ClosedNotice, person: User) -> str:
    """Return why an answer came too late, and what happened to the other answers."""
    return translate(closed.phrase, closed.when, person)
