"""After a failed attempt: which principles to read again, and the record that the person did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from courses.models import Principle
from ledger import entries
from quizzes.models import Attempt, Recap
from quizzes.rules import settings
from quizzes.rules.settings import QuizRules


class NoSuchRecapError(LookupError):
    """The attempt has no such recap, or is somebody else's."""


@dataclass(frozen=True)
class WeakPrinciple:
    """A principle to read again, and when its recap was read (UTC)."""

    principle: Principle
    read_at: datetime | None


def codes_behind_failure(
    result: Mapping[str, Any], rules: QuizRules, critical: Collection[str] = ()
) -> list[str]:
    """The principles (codes) behind a failed result, in the order of the result. Pure.

    A principle is weak below the pass mark, below the minimum for each principle, or with a missed `critical`
    item. If none is, the weakest principle below 100 % is returned.
    """
    rows = result.get("by_principle", ())
    found = [
        row["principle"]
        for row in rows
        if not row["passed"]
        or Decimal(row["percent"]) < rules.pass_percent
        or row["principle"] in critical
    ]
    if found:
        return found
    lowest = min(rows, key=lambda row: Decimal(row["percent"]), default=None)
    return [lowest["principle"]] if lowest and Decimal(lowest["percent"]) < 100 else []


def weak_principle_codes(attempt: Attempt) -> list[str]:
    """The weak principles of an attempt. One query, for missed critical items."""
    return codes_behind_failure(
        attempt.result, settings.read_rules(attempt.rules), _critical(attempt)
    )


def recaps_for(attempt: Attempt) -> list[WeakPrinciple]:
    """The recaps of a failed attempt, by the number of the principle; none of any other attempt.

    One query, and one for missed critical items. A deleted principle has no recap.
    """
    if attempt.state != Attempt.State.SUBMITTED or attempt.passed:
        return []
    read = dict(attempt.recaps.values_list("principle", "read_at"))
    principles = Principle.objects.filter(code__in=weak_principle_codes(attempt)).order_by(
        "number", "code"
    )
    return [WeakPrinciple(principle, read.get(principle.pk)) for principle in principles]


def get_failed_attempt(uuid: UUID, person: User) -> Attempt:
    """The person's failed attempt. Raises NoSuchRecapError if it did not fail or is somebody else's."""
    rows = Attempt.objects.select_related("quiz__course", "person", "snapshot")
    attempt = rows.filter(uuid=uuid, person=person, state=Attempt.State.SUBMITTED).first()
    if attempt is None or attempt.passed:
        raise NoSuchRecapError
    return attempt


@transaction.atomic
def record_recap(attempt: Attempt, code: str, *, at: datetime) -> Recap:
    """Record that the person has read this principle again; repeating changes nothing. Raises NoSuchRecapError."""
    asked = next((one for one in recaps_for(attempt) if one.principle.code == code), None)
    if asked is None:
        raise NoSuchRecapError
    recap, new = Recap.objects.get_or_create(
        attempt=attempt, principle=asked.principle, defaults={"read_at": at}
    )
    if new:
        entries.append_entry(
            kind="recap.read",
            subject=f"attempt:{attempt.uuid}",
            actor=attempt.person.actor,
            at=at,
            data={"principle": code},
            facts=[recap],
        )
    return recap


def _critical(attempt: Attempt) -> set[str]:
    """The principles of the critical items that were missed."""
    slots = attempt.result.get("critical_missed") or []
    if not slots:
        return set()
    missed = attempt.responses.filter(slot__in=slots, version__principle__isnull=False)
    return set(missed.values_list("version__principle__code", flat=True))
