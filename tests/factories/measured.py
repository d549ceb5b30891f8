"""Many handed-in attempts at once, for statistics: the rows as handing in writes them, without the ways there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from items.kinds.content import parse_content
from items.models import ItemVersion
from quizzes.attempts.snapshots import snapshot_rules
from quizzes.models import Attempt, Quiz, Response
from quizzes.rules.grading import grade_response
from quizzes.rules.percentages import share_in_percent
from tests.factories.kept import Numbers

_numbers = Numbers()


def make_people(number: int) -> list[User]:
    """People quickly: learners without history."""
    stamp = next(_numbers)
    return User.objects.bulk_create(
        User(
            email=f"sat-{stamp}-{n}@northlight.example",
            display_name=f"Learner Canary {stamp}-{n}",
            hr_id=f"S{stamp}-{n}",
        )
        for n in range(number)
    )


def make_sat(
    quiz: Quiz,
    answers: Sequence[dict[ItemVersion, Any]],
    at: datetime,
    *,
    people: Sequence[User] | None = None,
    number: int = 1,
    **fields: Any,
) -> list[Attempt]:
    """One handed-in attempt per row of answers (`{version: response}`), marked by the kinds themselves."""
    people = people or make_people(len(answers))
    fields = {"snapshot": snapshot_rules({})} | fields
    graded = [
        {v: grade_response(parse_content(v.content), given) for v, given in row.items()}
        for row in answers
    ]
    attempts = Attempt.objects.bulk_create(
        _attempt(quiz, person, list(row.values()), at, number, fields)
        for person, row in zip(people, graded, strict=True)
    )
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            slot=slot,
            version=version,
            order=[],
            answer=given or None,
            mark=graded[place][version].mark,
            max_mark=graded[place][version].max_mark,
        )
        for place, (attempt, row) in enumerate(zip(attempts, answers, strict=True))
        for slot, (version, given) in enumerate(row.items(), start=1)
    )
    return attempts


def _attempt(
    quiz: Quiz,
    person: User,
    grades: Sequence[Any],
    at: datetime,
    number: int,
    fields: dict[str, Any],
) -> Attempt:
    score = sum((grade.mark for grade in grades), Decimal(0))
    most = sum((grade.max_mark for grade in grades), Decimal(0))
    percent = share_in_percent(score, most)
    usual = {
        "locale": "en",
        "state": Attempt.State.SUBMITTED,
        "submitted_at": at,
        "score": score,
        "max_score": most,
        "percent": percent,
        "passed": percent >= 80,
    }
    return Attempt(
        person=person, quiz=quiz, number=number, seed="s", started_at=at, **usual | fields
    )
