"""Correct an award that says something wrong: one person proposes, another confirms or declines.

Confirmed, the award never counted, and one with the right day and name follows it in the chain. As known before, the
old one still counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from certificates import codes, notices
from certificates.acts import guards
from certificates.acts.awards import is_withdrawn
from certificates.acts.evidence import EvidenceUpload, keep_evidence
from certificates.acts.guards import CertificateRefusedError
from certificates.acts.issuing import NOT_YET, planned_fact, validity_of_pass
from certificates.facts import gathering
from certificates.models import Award, AwardCorrection, AwardEvent
from certificates.rules import changes, dates, standings
from certificates.rules.changes import FactsChange
from certificates.rules.fact_types import AwardFact, CertificationFacts, EventFact

SUPERSEDED = AwardEvent.Kind.SUPERSEDED
# The stored note stays in the source language, like every stored reason.
NOTE = gettext_noop("Corrects %(number)s: %(reason)s")


@transaction.atomic
def propose_correction(
    award: Award,
    *,
    earned_at: datetime,
    recipient_name: str,
    actor: str,
    at: datetime,
    reason: str,
    upload: EvidenceUpload | None = None,
) -> AwardCorrection:
    """Say what is right; nothing changes before somebody else confirms it.

    Raises CertificateRefusedError for one's own record, without a reason, and for what cannot be corrected.
    """
    guards.refuse_own_record(award.recipient, actor)
    guards.require_reason(reason)
    guards.lock_record(award.recipient)
    _require_correctable(award, earned_at, recipient_name, at)
    if award.corrections.filter(decided_at=None).exists():
        raise CertificateRefusedError(
            _("A correction of this certificate waits already."), _("Confirm or decline it first.")
        )
    correction = AwardCorrection.objects.create(
        award=award,
        earned_at=earned_at,
        recipient_name=recipient_name,
        reason=reason.strip(),
        proposed_at=timezone.now(),
        proposed_by=actor,
    )
    seen = [keep_evidence(award, upload, actor=actor)] if upload is not None else []
    _record(correction, "correction.proposed", actor, at, award, seen)
    return correction


def _require_correctable(award: Award, earned_at: datetime, name: str, at: datetime) -> None:
    """Raises CertificateRefusedError, with what to do instead."""
    moved = earned_at != award.issued_at
    if not name.strip() or (not moved and name == award.recipient_name):
        raise CertificateRefusedError(
            _("This is what the certificate says already."), _("Give another day or another name.")
        )
    if Award.objects.filter(previous=award).exists() or is_withdrawn(award):
        raise CertificateRefusedError(
            _("A newer certificate follows it, or it is withdrawn."),
            _("Correct the newest one, or issue one by equivalence."),
        )
    if moved and award.basis != Award.Basis.EQUIVALENCE:
        raise CertificateRefusedError(
            _("Its day is that on which the quiz was passed."),
            _("If that pass is wrong, withdraw the certificate and issue one by equivalence."),
        )
    if earned_at > at:
        raise CertificateRefusedError(
            _("The date is in the future."), _("Enter the day the training was passed.")
        )
    previous = award.previous
    if moved and previous is not None and earned_at < previous.valid_from:
        raise CertificateRefusedError(
            _("The person had a certificate by then."),
            _("Enter a date after that certificate began."),
        )
    if previous is not None and earned_at > award.issued_at and _renewed(award):
        raise CertificateRefusedError(
            _("It replaced a certificate that was valid until then."),
            _("Withdraw it and issue one by equivalence."),
        )


def _renewed(award: Award) -> bool:
    """Whether the award replaced one that was still valid."""
    return AwardEvent.objects.filter(
        award=award.previous, kind=SUPERSEDED, effective_at=award.issued_at
    ).exists()


@transaction.atomic
def confirm_correction(
    correction: AwardCorrection, *, actor: str, at: datetime, reason: str
) -> Award:
    """The award never counted and the right one takes its place.

    Raises CertificateRefusedError for one's own record or proposal, without a reason, for one that was decided, and
    for what cannot be corrected any more.
    """
    _open_for_decision(correction, actor, reason)
    if correction.proposed_by == actor:
        raise CertificateRefusedError(
            _("You have proposed this correction yourself."),
            _("Ask a colleague in HR to confirm it."),
        )
    award = correction.award
    _require_correctable(award, correction.earned_at, correction.recipient_name, at)
    facts = _facts_of(award)
    now = timezone.now()
    replacement = _write_replacement(correction, facts, actor=actor, now=now)
    wrong = {"reason": (NOTE % _told(correction))[:500], "actor": actor, "recorded_at": now}
    written: list[Model] = [
        replacement,
        AwardEvent.objects.create(
            award=award, kind=SUPERSEDED, effective_at=award.valid_from, **wrong
        ),
    ]
    if award.previous is not None and _ends_earlier(facts, award.previous_id, correction.earned_at):
        earlier = AwardEvent.objects.create(
            award=award.previous, kind=SUPERSEDED, effective_at=correction.earned_at, **wrong
        )
        written.append(earlier)
    _decide(correction, AwardCorrection.Outcome.CONFIRMED, actor, reason, replacement=replacement)
    _record(correction, "correction.confirmed", actor, at, replacement, written)
    notices.notify_certified(replacement, at=at)
    return replacement


@transaction.atomic
def decline_correction(
    correction: AwardCorrection, *, actor: str, at: datetime, reason: str
) -> AwardCorrection:
    """Nothing changes; whoever proposed it may take it back like this as well.

    Raises CertificateRefusedError for one's own record, without a reason, and for one that was decided.
    """
    _open_for_decision(correction, actor, reason)
    _decide(correction, AwardCorrection.Outcome.DECLINED, actor, reason)
    _record(correction, "correction.declined", actor, at, correction.award)
    return correction


def foretell_correction(
    award: Award, facts: CertificationFacts, *, earned_at: datetime, at: datetime
) -> FactsChange:
    """What `confirm_correction` would change."""
    right = _right_fact(award, facts, earned_at, at)
    wrong = EventFact(SUPERSEDED, award.valid_from, at)
    steps = [changes.add_event(award.pk, wrong), changes.add_award(right)]
    if award.previous_id is not None and _ends_earlier(facts, award.previous_id, earned_at):
        steps.append(changes.add_event(award.previous_id, EventFact(SUPERSEDED, earned_at, at)))
    return changes.combine(*steps)


def _facts_of(award: Award) -> CertificationFacts:
    pair = (award.recipient_id, award.certification_id)
    return gathering.gather_certification_facts([pair[0]], [pair[1]], training=False)[pair]


def _right_fact(
    award: Award, facts: CertificationFacts, earned_at: datetime, at: datetime
) -> AwardFact:
    """The award that should have been: with another day its dates are counted anew, with another name they stay."""
    old = next(fact for fact in facts.awards if fact.id == award.pk)
    if earned_at == award.issued_at:
        return replace(old, id=NOT_YET, number="", code="", events=(), recorded_at=at)
    previous = _previous_then(award, facts)
    renews = previous is not None and standings.is_holding(
        changes.replace_award(previous)(facts).as_known(earned_at, at), previous.id, earned_at
    )
    validity = validity_of_pass(award.certification, previous if renews else None, earned_at)
    return planned_fact(award.certification, validity, dict(old.releases), at)


def _previous_then(award: Award, facts: CertificationFacts) -> AwardFact | None:
    """The award before, as it was before this one replaced it."""
    found = next((fact for fact in facts.awards if fact.id == award.previous_id), None)
    return found and changes.drop_event(found, SUPERSEDED, award.issued_at)


def _ends_earlier(facts: CertificationFacts, award_id: int | None, moment: datetime) -> bool:
    """Whether the award before was replaced later than `moment`, so that the two would overlap."""
    before = next((fact for fact in facts.awards if fact.id == award_id), None)
    return before is not None and any(
        event.kind == SUPERSEDED and event.effective_at > moment for event in before.events
    )


def _write_replacement(
    correction: AwardCorrection, facts: CertificationFacts, *, actor: str, now: datetime
) -> Award:
    award = correction.award
    right = _right_fact(award, facts, correction.earned_at, now)
    year = dates.day_of(correction.earned_at, award.policy_tz).year
    return Award.objects.create(
        number=codes.new_number(year),
        code=codes.new_code(),
        certification=award.certification,
        certification_title=award.certification_title,
        recipient=award.recipient,
        recipient_name=correction.recipient_name,
        previous=award,
        release=award.release,
        releases=award.releases,
        basis=Award.Basis.EQUIVALENCE,
        evidence_note=(NOTE % _told(correction))[:500],
        locale=award.locale,
        score_percent=award.score_percent,
        issued_at=correction.earned_at,
        valid_from=right.valid_from,
        valid_through=right.valid_through,
        expires_at=right.expires_at,
        policy_tz=right.policy_tz,
        window_days=right.window_days,
        grace_days=right.grace_days,
        recorded_at=now,
        actor=actor,
    )


def _told(correction: AwardCorrection) -> dict[str, str]:
    return {"number": correction.award.number, "reason": correction.reason}


def _open_for_decision(correction: AwardCorrection, actor: str, reason: str) -> None:
    guards.refuse_own_record(correction.award.recipient, actor)
    guards.require_reason(reason)
    guards.lock_record(correction.award.recipient)
    if not AwardCorrection.objects.filter(pk=correction.pk, decided_at=None).exists():
        raise CertificateRefusedError(
            _("This correction was decided already."), _("There is nothing to do.")
        )


def _decide(
    correction: AwardCorrection, outcome: str, actor: str, reason: str, **more: Any
) -> None:
    correction.outcome, correction.note = outcome, reason.strip()
    correction.decided_at, correction.decided_by = timezone.now(), actor
    correction.replacement = more.get("replacement")
    correction.save(update_fields=["outcome", "note", "decided_at", "decided_by", "replacement"])


def _record(
    correction: AwardCorrection,
    kind: str,
    actor: str,
    at: datetime,
    award: Award,
    written: Sequence[Model] = (),
) -> None:
    guards.record_act(
        award.recipient,
        award.certification,
        kind=kind,
        subject=f"correction:{correction.uuid}",
        actor=actor,
        at=at,
        data={"award": correction.award.number, "number": award.number},
        facts=[correction, *written],
    )
