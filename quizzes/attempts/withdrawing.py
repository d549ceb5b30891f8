"""Taking back a short quiz that somebody has begun and will not need: they take the whole course instead."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from ledger import entries
from quizzes.models import Attempt


def withdraw_short_attempts(person: User, course_id: int, at: datetime) -> None:
    """Take back the person's open tries in which only what has changed is asked: they use up nothing.

    Call it in the transaction of what takes their place. One that is handed in stays.
    """
    begun = Attempt.objects.select_for_update(of=("self",)).filter(
        person=person,
        quiz__course=course_id,
        state=Attempt.State.OPEN,
        snapshot__rules__has_key="only",
    )
    for attempt in begun.select_related("quiz"):
        attempt.state = Attempt.State.VOID
        attempt.save(update_fields=["state"])
        entries.append_entry(
            kind="attempt.withdrawn",
            subject=f"attempt:{attempt.uuid}",
            actor=person.actor,
            at=at,
            data={"quiz": attempt.quiz.code, "number": attempt.number},
            facts=[attempt],
        )
