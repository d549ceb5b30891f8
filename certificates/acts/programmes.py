"""Change a certification: what standings read of it keeps its old values, with the instants of the change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates.models import Certification, CertificationEvent, Requirement
from ledger import entries


@contextmanager
def record_changes(certification_id: int, *, actor: str, at: datetime) -> Iterator[None]:
    """Around anything that saves the certification or its requirements: one transaction, one event of what differs.

    A change counts from `at`; a retirement that is past counts from its own instant. What was answered before, as
    known then, is answered the same ever after.
    """
    with transaction.atomic():
        Certification.objects.select_for_update().get(pk=certification_id)
        before = _dated_values(certification_id)
        yield
        after = _dated_values(certification_id)
        changes = {name: [was, after[name]] for name, was in before.items() if was != after[name]}
        if changes:
            _record(certification_id, changes, actor=actor, at=at)


def _dated_values(pk: int) -> dict[str, Any]:
    """What standings read of a certification, as JSON."""
    stored = Certification.objects.get(pk=pk)
    asked = Requirement.objects.filter(certification=pk).order_by("course_id")
    return {
        "title": stored.title,
        "policy_tz": stored.policy_tz,
        "retired_at": stored.retired_at.isoformat() if stored.retired_at else None,
        "courses": list(asked.values_list("course_id", flat=True)),
    }


def _record(pk: int, changes: dict[str, Any], *, actor: str, at: datetime) -> None:
    retired = changes.pop("retired_at", None)
    events = [(changes, at)] if changes else []
    if retired:
        since = datetime.fromisoformat(retired[1]) if retired[1] else at
        events.append(({"retired_at": retired}, min(since, at)))
    code = Certification.objects.values_list("code", flat=True).get(pk=pk)
    for told, effective_at in events:
        event = CertificationEvent.objects.create(
            certification_id=pk,
            changes=told,
            effective_at=effective_at,
            recorded_at=timezone.now(),
            actor=actor,
        )
        entries.append_entry(
            kind="certification.changed",
            subject=f"certification:{code}",
            actor=actor,
            at=effective_at,
            data={"changes": told},
            facts=[event],
        )
