"""The leaves that HR's file says, recorded as the absences that everything reads who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.importing.known_people import split_into_chunks
from accounts.models import Absence, User
from ledger.bulk_rows import update_rows

LEAVE = "leave"
REASON = "HR file"
PlannedLeave = tuple[User, dict[str, Any]]


@dataclass(slots=True)
class WrittenLeaves:
    """The leaves that an import recorded, and those of before that it replaced or called off."""

    begun: list[Absence] = field(default_factory=list)
    replaced: list[Absence] = field(default_factory=list)


def write_leaves(
    steps: list[dict[str, Any]], touched: dict[str, User], *, actor: str
) -> WrittenLeaves:
    """Record the leaves of a plan. One that the file says anew ends at its own beginning, and the new one follows."""
    planned = [
        (touched[step["hr_id"]], event)
        for step in steps
        for event in step["events"]
        if event["what"] == LEAVE
    ]
    now = timezone.now()
    replaced = _find_replaced(planned)
    for absence in replaced:
        absence.ended_at, absence.end_recorded_at = absence.starts_at, now
    update_rows(replaced, ["ended_at", "end_recorded_at"])
    leaves = [_build_absence(person, event, now, actor) for person, event in planned]
    begun = [one for one in leaves if one.until is None or one.until > one.starts_at]
    return WrittenLeaves(Absence.objects.bulk_create(begun, batch_size=1_000), replaced)


def _find_replaced(planned: Iterable[PlannedLeave]) -> list[Absence]:
    said = {
        (person.pk, datetime.fromisoformat(event["corrects"]))
        for person, event in planned
        if event.get("corrects")
    }
    return [
        absence
        for chunk in split_into_chunks(sorted({person for person, _begun in said}))
        for absence in Absence.objects.open().filter(person__in=chunk).select_related("person")
        if (absence.person_id, absence.starts_at) in said
    ]


def _build_absence(person: User, event: dict[str, Any], now: datetime, actor: str) -> Absence:
    until = event["ends_at"]
    return Absence(
        person=person,
        starts_at=datetime.fromisoformat(event["effective_at"]),
        until=datetime.fromisoformat(until) if until else None,
        recorded_at=now,
        actor=actor,
    )


def list_leave_acts(
    written: WrittenLeaves, people: dict[str, User], at: datetime
) -> list[dict[str, Any]]:
    """The entries of the ledger about these leaves of `people` (by HR id), as they are stored."""
    stored = {person.pk: person for person in people.values()}
    told: list[tuple[str, Absence, dict[str, Any]]] = [
        ("absence.ended", one, {"reason": REASON}) for one in written.replaced
    ]
    told += [
        ("absence.recorded", one, {"until": one.until, "reason": REASON}) for one in written.begun
    ]
    return [
        {
            "kind": kind,
            "subject": (person := stored[absence.person_id]).actor,
            "at": at,
            "data": data,
            "facts": [absence, person],
        }
        for kind, absence, data in told
    ]
