"""Issue, revoke and reinstate awards. Each is one transaction with its ledger entry and its message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from certificates import notices
from certificates.acts import guards
from certificates.acts.evidence import EvidenceUpload
from certificates.acts.guards import CertificateRefusedError
from certificates.acts.issuing import (
    AwardEvidence,
    find_award_fact,
    foretell_award,
    issue_award,
    newest_award,
)
from certificates.facts import gathering
from certificates.models import Award, AwardEvent, Certification
from certificates.rules import standings
from certificates.rules.changes import FactsChange
from certificates.rules.fact_types import CertificationFacts
from courses.models import CourseCompletion, CourseRelease
from quizzes.models import Attempt

SYSTEM_ACTOR = "system:awards"
_ATTEMPT = "attempt:"

AwardEventKind = AwardEvent.Kind


@transaction.atomic
def issue_earned_awards(person: User, *, at: datetime) -> list[Award]:
    """Issue what the person's completions have earned by `at` and was not issued yet.

    Reads what is stored, not what a signal says: it may run any number of times, also twice at once, and issues
    each award once.
    """
    guards.lock_record(person)
    completions = list(
        CourseCompletion.objects.filter(
            person=person,
            completed_at__lte=at,
            course__requirements__certification__isnull=False,
        )
        .select_related("release", "course")
        .order_by("completed_at", "id")
        .distinct()
    )
    if not completions:
        return []
    return [
        award
        for terms in gathering.certification_terms()
        for award in _catch_up(person, terms, completions, at)
    ]


def people_awaiting_awards() -> QuerySet[User]:
    """People with a completion newer than their award in a certification that asks for it.

    Mostly nobody. People who have completed only one of several required courses are among them as well.
    """
    later = Award.objects.filter(
        recipient=OuterRef("person"),
        certification=OuterRef("course__requirements__certification"),
        issued_at__gte=OuterRef("completed_at"),
    )
    unawarded = CourseCompletion.objects.filter(
        ~Exists(later), course__requirements__certification__isnull=False
    )
    return User.objects.filter(pk__in=unawarded.values("person")).order_by("pk")


def issue_missed_awards(*, at: datetime) -> list[Award]:
    """Issue every award that was earned by `at` and never issued. Safe to repeat at any time."""
    return [
        award for person in people_awaiting_awards() for award in issue_earned_awards(person, at=at)
    ]


def _catch_up(
    person: User,
    terms: gathering.CertificationTerms,
    completions: list[CourseCompletion],
    at: datetime,
) -> list[Award]:
    """Walk the completions since the newest award; whenever every required course is among them, issue an award."""
    last = newest_award(person, terms.id)
    fresh: dict[int, CourseCompletion] = {}
    issued = []
    short = _find_updates(completions, last)
    for completion in completions:
        late = terms.retired_at is not None and completion.completed_at >= terms.retired_at
        if late or completion.course_id not in terms.course_ids:
            continue
        if last is not None and completion.completed_at <= last.issued_at:
            continue
        if completion.pk in short:
            if last is not None and (proof := _proof_of_update(last, completion)):
                last = issue_award(person, last.certification, proof, actor=SYSTEM_ACTOR, at=at)
                issued.append(last)
            continue
        fresh[completion.course_id] = completion
        if fresh.keys() == terms.course_ids:
            certification = Certification.objects.get(pk=terms.id)
            proof = _proof(fresh, completion)
            last = issue_award(person, certification, proof, actor=SYSTEM_ACTOR, at=at)
            issued.append(last)
            fresh = {}
    return issued


def _find_updates(completions: list[CourseCompletion], last: Award | None) -> set[int]:
    """The completions since the award in which somebody only caught up: alone they earn no new certification."""
    newer = {
        UUID(one.evidence.removeprefix(_ATTEMPT)): one.pk
        for one in completions
        if one.evidence.startswith(_ATTEMPT) and (last is None or one.completed_at > last.issued_at)
    }
    if not newer:
        return set()
    short = Attempt.objects.filter(uuid__in=newer, snapshot__rules__has_key="only")
    return {newer[uuid] for uuid in short.values_list("uuid", flat=True)}


def _proof_of_update(last: Award, completion: CourseCompletion) -> AwardEvidence | None:
    """The award that was held, on the new release of this course; None where there is nothing left to bring up to date.

    The other courses stay on the releases they were passed on.
    """
    award = find_award_fact(last, completion.completed_at)
    if not standings.still_runs(award, completion.completed_at):
        return None
    releases = {
        row.course_id: row
        for course, number in award.releases
        for row in CourseRelease.objects.filter(course=course, number=number)
    }
    proof = _proof({completion.course_id: completion}, completion)
    return replace(proof, releases=releases | proof.releases, updated=last)


def _proof(fresh: dict[int, CourseCompletion], last: CourseCompletion) -> AwardEvidence:
    attempt = None
    if last.evidence.startswith(_ATTEMPT):
        attempt = Attempt.objects.filter(
            uuid=UUID(last.evidence.removeprefix(_ATTEMPT)), person_id=last.person_id, passed=True
        ).first()
    return AwardEvidence(
        earned_at=last.completed_at,
        releases={course: completion.release for course, completion in fresh.items()},
        release=last.release,
        completion=last,
        attempt=attempt,
    )


@transaction.atomic
def issue_equivalence(
    person: User,
    certification: Certification,
    *,
    actor: str,
    at: datetime,
    evidence: str,
    earned_at: datetime | None = None,
    upload: EvidenceUpload | None = None,
) -> Award:
    """Recognise training from elsewhere: dates count from `earned_at` (default `at`), not from today.

    `upload` is the file that was seen; it is kept with the award. The award counts for the course releases that were
    current at `earned_at`. Raises CertificateRefusedError for one's own record, without evidence, for a date in the
    future, or for one before the newest certificate began.
    """
    earned_at = earned_at or at
    guards.refuse_own_record(person, actor)
    if not evidence.strip():
        raise CertificateRefusedError(
            _("There is no evidence."), _("Say what was seen: the course, the provider, the date.")
        )
    if earned_at > at:
        raise CertificateRefusedError(
            _("The date is in the future."), _("Enter the day the training was passed.")
        )
    guards.lock_record(person)
    last = newest_award(person, certification.pk)
    if last is not None and earned_at < last.valid_from:
        raise CertificateRefusedError(
            _("The person has a newer certificate."),
            _("Enter a date after that certificate began."),
        )
    current = current_releases(certification, earned_at)
    release = next(iter(current.values()), None)
    proof = AwardEvidence(earned_at, current, release, note=evidence.strip(), upload=upload)
    return issue_award(person, certification, proof, actor=actor, at=at)


def foretell_equivalence(
    certification: Certification, facts: CertificationFacts, *, earned_at: datetime, at: datetime
) -> FactsChange:
    """What `issue_equivalence` would change."""
    current = current_releases(certification, earned_at)
    releases = {course: release.number for course, release in current.items()}
    return foretell_award(certification, facts, releases, earned_at=earned_at, at=at)


def current_releases(certification: Certification, at: datetime) -> dict[int, CourseRelease]:
    """By course, the release that was current at `at`: on which training from elsewhere counts."""
    published = CourseRelease.objects.filter(
        course__requirements__certification=certification, published_at__lte=at
    )
    return {release.course_id: release for release in published.order_by("number")}


@transaction.atomic
def revoke_award(
    award: Award, *, actor: str, at: datetime, reason: str, effective_at: datetime | None = None
) -> AwardEvent:
    """Withdraw an award from `effective_at` (default `at`) on; before that instant it still counts.

    Raises CertificateRefusedError for one's own record, without a reason, or if it is withdrawn already.
    """
    guards.refuse_own_record(award.recipient, actor)
    guards.require_reason(reason)
    guards.lock_record(award.recipient)
    if is_withdrawn(award):
        raise CertificateRefusedError(
            _("This certificate is withdrawn already."), _("There is nothing to do.")
        )
    effective_at = max(effective_at or at, award.valid_from)
    event = _record(
        award, AwardEventKind.REVOKED, actor=actor, at=at, effective_at=effective_at, reason=reason
    )
    notices.notify_withdrawn(award, event, at=at)
    return event


@transaction.atomic
def reinstate_award(award: Award, *, actor: str, at: datetime, reason: str) -> AwardEvent:
    """Correct a mistaken revocation: the revocation never counted, for whoever asks from now on.

    Raises CertificateRefusedError for one's own record, without a reason, or if it is not withdrawn.
    """
    guards.refuse_own_record(award.recipient, actor)
    guards.require_reason(reason)
    guards.lock_record(award.recipient)
    if not is_withdrawn(award):
        raise CertificateRefusedError(
            _("This certificate is not withdrawn."), _("There is nothing to correct.")
        )
    revoked = award.events.filter(kind=AwardEventKind.REVOKED).latest("id")
    return _record(
        award,
        AwardEventKind.REINSTATED,
        actor=actor,
        at=at,
        effective_at=revoked.effective_at,
        reason=reason,
    )


def is_withdrawn(award: Award) -> bool:
    """Whether the award is withdrawn, by what is recorded now."""
    last = (
        award.events.filter(kind__in=[AwardEventKind.REVOKED, AwardEventKind.REINSTATED])
        .order_by("id")
        .last()
    )
    return last is not None and last.kind == AwardEventKind.REVOKED


def _record(
    award: Award, kind: str, *, actor: str, at: datetime, effective_at: datetime, reason: str
) -> AwardEvent:
    event = AwardEvent.objects.create(
        award=award,
        kind=kind,
        effective_at=effective_at,
        recorded_at=timezone.now(),
        actor=actor,
        reason=reason.strip(),
    )
    guards.record_act(
        award.recipient,
        award.certification,
        kind=f"award.{kind}",
        subject=f"award:{award.uuid}",
        actor=actor,
        at=effective_at,
        data={"number": award.number},
        facts=[event],
    )
    return event
