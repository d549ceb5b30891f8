"""Write an award: for whom, in which certification, on which releases and until when. It never changes later."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from certificates import codes, notices
from certificates.acts import guards
from certificates.acts.evidence import EvidenceUpload, keep_evidence
from certificates.facts import gathering
from certificates.models import Award, AwardEvent, Certification
from certificates.rules import changes, dates, standings
from certificates.rules.changes import FactsChange
from certificates.rules.fact_types import AwardFact, CertificationFacts, EventFact
from courses.models import CourseCompletion, CourseRelease
from quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class AwardEvidence:
    """What proves that somebody earned a certification, and on which releases of its courses.

    `upload` is the file that was seen, if there is one; it is kept with the award. `updated` is the award whose holder
    caught up with a new version: dates and terms stay as they are. `validity` and `policy_tz` are those of an
    earlier register; without one they follow from the certification.
    """

    earned_at: datetime
    releases: dict[int, CourseRelease]
    release: CourseRelease | None
    completion: CourseCompletion | None = None
    attempt: Attempt | None = None
    note: str = ""
    upload: EvidenceUpload | None = None
    updated: Award | None = None
    validity: dates.Validity | None = None
    policy_tz: str = ""

    @property
    def basis(self) -> str:
        if self.completion is None:
            return Award.Basis.EQUIVALENCE
        return Award.Basis.ATTEMPT if self.attempt else Award.Basis.COMPLETION


def newest_award(person: User, certification_id: int) -> Award | None:
    """The last award of the person's chain in a certification; None without one."""
    return Award.objects.filter(
        recipient=person, certification_id=certification_id, next=None
    ).first()


def issue_award(
    person: User, certification: Certification, proof: AwardEvidence, *, actor: str, at: datetime
) -> Award:
    """Write the next award of the person's chain. A previous award that is still valid is superseded from
    `proof.earned_at` on, so the two never overlap. Call this inside a transaction that holds `lock_record`.
    """
    previous = newest_award(person, certification.pk)
    updates = proof.updated is not None
    renews = previous is not None and (updates or _is_valid(previous, proof.earned_at))
    now, zone = timezone.now(), proof.policy_tz or certification.policy_tz
    award = Award.objects.create(
        number=codes.new_number(dates.day_of(proof.earned_at, zone).year),
        code=codes.new_code(),
        recipient=person,
        recipient_name=person.display_name,
        previous=previous,
        recorded_at=now,
        actor=actor,
        **_terms(certification, proof, previous if renews else None),
        **_earned(proof, person),
    )
    facts: list[Model] = [award]
    if previous is not None and renews:
        facts.append(_supersede(previous, award))
    if proof.upload is not None:
        facts.append(keep_evidence(award, proof.upload, actor=actor))
    guards.record_act(
        person,
        certification,
        kind="award.issued",
        subject=f"award:{award.uuid}",
        actor=actor,
        at=proof.earned_at,
        data={"number": award.number, "basis": award.basis, "through": award.valid_through},
        facts=facts,
    )
    notices.notify_certified(award, at=at)
    return award


def _supersede(previous: Award, award: Award) -> AwardEvent:
    return AwardEvent.objects.create(
        award=previous,
        kind=AwardEvent.Kind.SUPERSEDED,
        effective_at=award.issued_at,
        recorded_at=award.recorded_at,
        actor=award.actor,
    )


def _terms(
    certification: Certification, proof: AwardEvidence, renewed: Award | None
) -> dict[str, Any]:
    """The certification's terms as they are now; the award keeps this copy when the certification changes."""
    named = {"certification": certification, "certification_title": certification.title}
    if proof.updated is not None:
        kept = ("policy_tz", "window_days", "grace_days", "valid_through", "expires_at")
        same = {name: getattr(proof.updated, name) for name in kept}
        return {**named, **same, "valid_from": proof.earned_at}
    validity = proof.validity or validity_of_pass(certification, renewed, proof.earned_at)
    return {
        **named,
        "policy_tz": proof.policy_tz or certification.policy_tz,
        "window_days": certification.window_days,
        "grace_days": certification.posting_grace_days,
        "valid_from": validity.valid_from,
        "valid_through": validity.valid_through,
        "expires_at": validity.expires_at,
    }


def _earned(proof: AwardEvidence, person: User) -> dict[str, Any]:
    """How the award was earned, on which releases, and in which language."""
    return {
        "release": proof.release,
        "releases": {str(course): release.number for course, release in proof.releases.items()},
        "basis": proof.basis,
        "completion": proof.completion,
        "attempt": proof.attempt,
        "evidence_note": proof.note,
        "locale": proof.attempt.locale if proof.attempt else person.locale,
        "score_percent": proof.attempt.percent if proof.attempt else None,
        "issued_at": proof.earned_at,
    }


def _is_valid(award: Award, moment: datetime) -> bool:
    """Whether `award` still counts at `moment`, by all that is recorded. Holds are ignored: they stop only posting."""
    return standings.is_holding(_read_known(award, moment), award.pk, moment)


def find_award_fact(award: Award, moment: datetime) -> AwardFact:
    """The award at `moment` as the rules read it, by all that is recorded."""
    return next(one for one in _read_known(award, moment).awards if one.id == award.pk)


def _read_known(award: Award, moment: datetime) -> CertificationFacts:
    pair = (award.recipient_id, award.certification_id)
    gathered = gathering.gather_certification_facts([pair[0]], [pair[1]], training=False)
    return gathered[pair].as_known(moment, timezone.now())


# The number of an award that is not written yet: later than all others.
NOT_YET = sys.maxsize


def foretell_award(
    certification: Certification,
    facts: CertificationFacts,
    releases: Mapping[int, int],
    *,
    earned_at: datetime,
    at: datetime,
) -> FactsChange:
    """What `issue_award` would change, by the same dates. `releases`: course ids and numbers."""
    previous = max(facts.awards, key=lambda award: award.id, default=None)
    known = facts.as_known(earned_at, at)
    renews = previous is not None and standings.is_holding(known, previous.id, earned_at)
    validity = validity_of_pass(certification, previous if renews else None, earned_at)
    added = changes.add_award(planned_fact(certification, validity, releases, at))
    if previous is None or not renews:
        return added
    replaced = EventFact(AwardEvent.Kind.SUPERSEDED, earned_at, at)
    return changes.combine(changes.add_event(previous.id, replaced), added)


def planned_fact(
    certification: Certification,
    validity: dates.Validity,
    releases: Mapping[int, int],
    at: datetime,
) -> AwardFact:
    """An award with this validity as the rules would read it."""
    return AwardFact(
        id=NOT_YET,
        number="",
        code="",
        valid_from=validity.valid_from,
        valid_through=validity.valid_through,
        expires_at=validity.expires_at,
        policy_tz=certification.policy_tz,
        recorded_at=at,
        window_days=certification.window_days,
        grace_days=certification.posting_grace_days,
        releases=tuple(sorted(releases.items())),
    )


def validity_of_pass(
    certification: Certification, renewed: Award | AwardFact | None, passed_at: datetime
) -> dates.Validity:
    """What a pass at `passed_at` earns; `renewed` is the award that is still valid then, if there is one."""
    period = dates.ValidityPeriod(
        months=certification.period_months,
        window_days=renewed.window_days if renewed else certification.window_days,
        policy_tz=certification.policy_tz,
        mode=dates.RenewalMode(certification.mode),
    )
    if renewed is None:
        return dates.first_validity(passed_at, period)
    return dates.renewed_validity(passed_at, period, renewed.valid_through)
