"""Make and change a certification: what standings read of it keeps its old values, with the instants of the change.

The ledger tells how the certification and its requirements stand after each change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from certificates.models import Certification, CertificationEvent, Requirement
from ledger import entries
from ledger.facts import GoneRow

# The terms of later awards: each award keeps its own, so they have no dates of their own.
TERMS = ("period_months", "window_days", "posting_grace_days", "mode")


@contextmanager
def record_making(*, actor: str, at: datetime) -> Iterator[list[Certification]]:
    """Around anything that makes certifications with their requirements, and puts them into the list."""
    with transaction.atomic():
        made: list[Certification] = []
        yield made
        for certification in made:
            asked = Requirement.objects.filter(certification=certification).order_by("pk")
            # What was given as a text is told as it is stored.
            stored = Certification.objects.get(pk=certification.pk)
            _tell("certification.added", stored, [stored, *asked], {}, actor=actor, at=at)


@contextmanager
def record_changes(certification_id: int, *, actor: str, at: datetime) -> Iterator[None]:
    """Around anything that saves the certification or its requirements: one transaction, one event of what differs.

    A change counts from `at`; a retirement that is past counts from its own instant. What was answered before, as
    known then, is answered the same ever after.
    """
    with transaction.atomic():
        locked = Certification.objects.select_for_update().get(pk=certification_id)
        asked = _requirements(certification_id)
        before = _dated_values(locked, asked)
        yield
        stored = Certification.objects.get(pk=certification_id)
        asks = _requirements(certification_id)
        changes = _differing(before, _dated_values(stored, asks))
        terms = _differing(_terms(locked), _terms(stored))
        rewritten = list(_rewritten(asked, asks))
        if not changes and not terms and not rewritten:
            return
        events = _write_events(stored, changes, actor=actor, at=at)
        facts = [stored, *rewritten]
        for event in events:
            told = {"changes": event.changes}
            _tell(
                "certification.changed", stored, [event], told, actor=actor, at=event.effective_at
            )
        _tell("certification.written", stored, facts, {"terms": terms}, actor=actor, at=at)


def _requirements(pk: int) -> dict[int, Requirement]:
    return {one.pk: one for one in Requirement.objects.filter(certification=pk).order_by("pk")}


def _rewritten(
    before: dict[int, Requirement], after: dict[int, Requirement]
) -> Iterator[Model | GoneRow]:
    """The requirements that are new or ask for another course, and those that are gone."""
    for pk, one in after.items():
        if pk not in before or before[pk].course_id != one.course_id:
            yield one
    yield from (GoneRow(Requirement, pk) for pk in before.keys() - after.keys())


def _dated_values(stored: Certification, asked: dict[int, Requirement]) -> dict[str, Any]:
    """What standings read of a certification, as JSON."""
    return {
        "title": stored.title,
        "policy_tz": stored.policy_tz,
        "retired_at": stored.retired_at.isoformat() if stored.retired_at else None,
        "courses": sorted(one.course_id for one in asked.values()),
    }


def _terms(stored: Certification) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in TERMS}


def _differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [was, after[name]] for name, was in before.items() if was != after[name]}


def _write_events(
    stored: Certification, changes: dict[str, Any], *, actor: str, at: datetime
) -> list[CertificationEvent]:
    retired = changes.pop("retired_at", None)
    dated = [(changes, at)] if changes else []
    if retired:
        since = datetime.fromisoformat(retired[1]) if retired[1] else at
        dated.append(({"retired_at": retired}, min(since, at)))
    return [
        CertificationEvent.objects.create(
            certification=stored,
            changes=told,
            effective_at=effective_at,
            recorded_at=timezone.now(),
            actor=actor,
        )
        for told, effective_at in dated
    ]


def _tell(
    kind: str,
    certification: Certification,
    facts: list[Any],
    data: dict[str, Any],
    *,
    actor: str,
    at: datetime,
) -> None:
    entries.append_entry(
        kind=kind,
        subject=f"certification:{certification.code}",
        actor=actor,
        at=at,
        data=data,
        facts=facts,
    )
