"""Excuse somebody from a training for a while. A waiver never gives a right to post."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.acts import guards
from certificates.acts.guards import CertificateRefusedError
from certificates.models import Certification, Waiver


@transaction.atomic
def grant_waiver(
    person: User,
    certification: Certification,
    *,
    actor: str,
    at: datetime,
    until: datetime,
    reason: str,
) -> Waiver:
    """Excuse the person from `at` to `until` (exclusive).

    Raises CertificateRefusedError for oneself, without a reason, or with an end that has passed.
    """
    guards.refuse_own_record(person, actor)
    guards.require_reason(reason)
    if until <= at:
        raise CertificateRefusedError(_("The end has passed already."), _("Enter a later day."))
    guards.lock_record(person)
    waiver = Waiver.objects.create(
        person=person,
        certification=certification,
        starts_at=at,
        until=until,
        reason=reason.strip(),
        recorded_at=timezone.now(),
        actor=actor,
    )
    guards.record_act(
        person,
        certification,
        kind="waiver.granted",
        subject=f"waiver:{waiver.pk}",
        actor=actor,
        at=at,
        data={"until": until},
        facts=[waiver],
    )
    return waiver


@transaction.atomic
def end_waiver(waiver: Waiver, *, actor: str, at: datetime, reason: str) -> Waiver:
    """End the waiver at `at`.

    Raises CertificateRefusedError for oneself, without a reason, or if it is over already.
    """
    guards.refuse_own_record(waiver.person, actor)
    guards.require_reason(reason)
    guards.lock_record(waiver.person)
    running = Waiver.objects.open().filter(pk=waiver.pk, until__gt=at)
    end = {"end_recorded_at": timezone.now(), "end_actor": actor, "end_reason": reason.strip()}
    if not running.update(ended_at=at, **end):
        raise CertificateRefusedError(
            _("This waiver is over already."), _("There is nothing to do.")
        )
    waiver.refresh_from_db()
    guards.record_act(
        waiver.person,
        waiver.certification,
        kind="waiver.ended",
        subject=f"waiver:{waiver.pk}",
        actor=actor,
        at=at,
        facts=[waiver],
    )
    return waiver
