"""Guards of every act on somebody's record: a lock, no act on one's own record, a reason, a ledger entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates.models import Certification
from certificates.signals import standing_changed
from ledger import entries

RefusalText = str | Promise


class CertificateRefusedError(Exception):
    """An act that the rules do not allow: `reason` says why, `remedy` what to do instead."""

    def __init__(self, reason: RefusalText, remedy: RefusalText) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


def lock_record(person: User) -> None:
    """Lock the person's row until the transaction ends, so that acts on one record run one after another."""
    User.objects.select_for_update().get(pk=person.pk)


def refuse_own_record(person: User, actor: str) -> None:
    """Nobody issues, revokes, holds or waives for themselves (docs/domain.md, I8). Raises CertificateRefusedError."""
    if actor == person.actor:
        raise CertificateRefusedError(
            _("This is your own record."), _("Ask somebody else with this right to do it.")
        )


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise CertificateRefusedError(_("There is no reason."), _("Write in one sentence why."))


def record_act(
    person: User,
    certification: Certification | None,
    *,
    kind: str,
    subject: str,
    actor: str,
    at: datetime,
    data: dict[str, Any] | None = None,
    facts: Iterable[Model] = (),
) -> None:
    """Write the act to the ledger and send `standing_changed`, inside the transaction of the act.

    `facts` are the rows that the act has written.
    """
    about = {
        "person": str(person.uuid),
        "certification": certification.code if certification else None,
    }
    entries.append_entry(
        kind=kind,
        subject=subject,
        actor=actor,
        at=at,
        data={**about, **(data or {})},
        facts=facts,
    )
    standing_changed.send(
        sender=Certification,
        person_id=person.pk,
        certification_id=certification.pk if certification else None,
    )
