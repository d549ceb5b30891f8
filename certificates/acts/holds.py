"""Holds: stop somebody from posting, and end that stop. The certificate itself does not change."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.acts import guards
from certificates.acts.guards import CertificateRefusedError
from certificates.models import Certification, Hold


@transaction.atomic
def start_hold(
    person: User,
    *,
    actor: str,
    at: datetime,
    reason: str,
    certification: Certification | None = None,
    review_on: date | None = None,
) -> Hold:
    """Stop the person from posting from `at` on, in one certification or (None) in all.

    Raises CertificateRefusedError for oneself and without a reason.
    """
    guards.refuse_own_record(person, actor)
    guards.require_reason(reason)
    guards.lock_record(person)
    hold = Hold.objects.create(
        person=person,
        certification=certification,
        reason=reason.strip(),
        starts_at=at,
        review_on=review_on,
        recorded_at=timezone.now(),
        actor=actor,
    )
    guards.record_act(
        person,
        certification,
        kind="hold.started",
        subject=f"hold:{hold.pk}",
        actor=actor,
        at=at,
        data={"review_on": review_on},
        facts=[hold],
    )
    return hold


@transaction.atomic
def end_hold(hold: Hold, *, actor: str, at: datetime, reason: str) -> Hold:
    """Let the person post again from `at` on.

    Raises CertificateRefusedError for oneself, without a reason, or twice.
    """
    guards.refuse_own_record(hold.person, actor)
    guards.require_reason(reason)
    guards.lock_record(hold.person)
    running = Hold.objects.open().filter(pk=hold.pk)
    end = {"end_recorded_at": timezone.now(), "end_actor": actor, "end_reason": reason.strip()}
    if not running.update(ended_at=at, **end):
        raise CertificateRefusedError(
            _("This hold has ended already."), _("There is nothing to do.")
        )
    hold.refresh_from_db()
    guards.record_act(
        hold.person,
        hold.certification,
        kind="hold.ended",
        subject=f"hold:{hold.pk}",
        actor=actor,
        at=at,
        facts=[hold],
    )
    return hold
