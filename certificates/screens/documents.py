"""The certificate as a document: one award with its state, for its page and for verification.

Reading takes two queries, for one certificate or for many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import CharField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from accounts.models import User
from accounts.readers import days
from certificates.facts.gathering import SNAPSHOT_FIELDS, build_award_fact
from certificates.models import Award, AwardEvent, Hold
from certificates.rules import standings
from certificates.rules.dates import day_of, last_day_before
from certificates.rules.fact_types import AwardFact, FloorFact
from courses.models import VersionFloor
from ledger.prepared_queries import PreparedQuery


class DocumentState(StrEnum):
    """The state of a certificate at a moment; the first in this order that fits."""

    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    EXPIRED = "expired"
    GRACE = "grace"
    OUTDATED = "outdated"
    PAUSED = "paused"
    ENDS_SOON = "ends_soon"
    UPDATE_DUE = "update_due"
    VALID = "valid"

    @property
    def is_valid(self) -> bool:
        return self in {DocumentState.VALID, DocumentState.ENDS_SOON, DocumentState.UPDATE_DUE}

    @property
    def is_renewable(self) -> bool:
        """Whether a course helps: not where a newer certificate counts, nor while a pause lasts."""
        return self not in {DocumentState.REPLACED, DocumentState.PAUSED}

    @property
    def is_of_old_version(self) -> bool:
        """Whether catching up with what has changed helps."""
        return self in {DocumentState.UPDATE_DUE, DocumentState.OUTDATED}

    @property
    def look(self) -> tuple[str, str]:
        """The colour tone and the icon of the state."""
        if self is DocumentState.VALID:
            return "go", "circle-check"
        if self in {DocumentState.ENDS_SOON, DocumentState.UPDATE_DUE, DocumentState.GRACE}:
            return "wait", "clock"
        return ("none", "history") if self is DocumentState.REPLACED else ("stop", "circle-alert")


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """An award, its state at `checked_at`, since when (or until when) it has that state, and why it was withdrawn."""

    award: Award
    state: DocumentState
    checked_at: datetime
    since: datetime | None = None
    reason: str = ""

    @property
    def tone(self) -> str:
        return self.state.look[0]

    @property
    def icon(self) -> str:
        return self.state.look[1]

    @property
    def earned_on(self) -> date:
        return self.award.earned_on

    @property
    def since_day(self) -> date | None:
        """The day to show with the state. A certificate, its grace and a version end at the end of the last day."""
        if self.state in {DocumentState.EXPIRED, DocumentState.VALID}:
            return self.award.valid_through
        is_until = self.state.is_valid or self.state is DocumentState.GRACE
        if is_until and self.since:
            return last_day_before(self.since, self.award.policy_tz)
        return self._day(self.since) if self.since else None

    @property
    def counts_through(self) -> date:
        """The last day of a certificate that counts, which a floor may put earlier; else the one it was issued with."""
        return (self.since_day if self.state.is_valid else None) or self.award.valid_through

    @property
    def code_groups(self) -> list[str]:
        """The code in fours, to be read aloud and to break over lines."""
        code = self.award.code
        return [code[start : start + 4] for start in range(0, len(code), 4)]

    @property
    def zone(self) -> str:
        """The city of the time zone in which the dates count: "Helsinki"."""
        return days.name_zone(self.award.policy_tz)

    def _day(self, moment: datetime) -> date:
        return day_of(moment, self.award.policy_tz)

    @property
    def initials(self) -> str:
        """The recipient's initials: "A. V."."""
        return " ".join(f"{word[0]}." for word in self.award.recipient_name.split())

    @property
    def public_name(self) -> str:
        """What strangers read: the name if the recipient chose to show it, else the initials."""
        return self.award.recipient_name if self.award.public_name else self.initials


def select_awards(at: datetime) -> QuerySet[Award]:
    """Awards with what the document needs; `held_since` is the start of the recipient's hold at `at`, or None."""
    theirs = Q(certification__isnull=True) | Q(certification=OuterRef("certification"))
    held = (
        Hold.objects.current(at).filter(theirs, person=OuterRef("recipient")).order_by("starts_at")
    )
    return Award.objects.select_related("recipient", "certification", "release__course").annotate(
        held_since=Subquery(held.values("starts_at")[:1])
    )


def document_by_code(code: str, at: datetime) -> CertificateDocument | None:
    award = _kept_awards.first(code, at)
    return documents_for([award], at)[0] if award else None


def _awards_with_code(code: str, at: datetime) -> QuerySet[Award]:
    return select_awards(at).filter(code=code)


_kept_awards = PreparedQuery(_awards_with_code)


def documents_of_person(person: User, at: datetime) -> list[CertificateDocument]:
    """The person's certificates, the newest first."""
    return documents_for(
        select_awards(at).filter(recipient=person).order_by("-issued_at", "-id"), at
    )


def documents_for(found: Iterable[Award], at: datetime) -> list[CertificateDocument]:
    """The documents of awards that `select_awards` read, as known now, in the same order."""
    listed = list(found)
    events, floors = _events_and_floors(listed)
    return [_document(award, events[award.pk], floors, at) for award in listed]


def _document(
    award: Award, events: Sequence[tuple[Any, ...]], floors: list[FloorFact], at: datetime
) -> CertificateDocument:
    release = award.release
    held_since: datetime | None = getattr(award, "held_since")  # noqa: B009 - from `select_awards`
    fact = build_award_fact(
        {name: getattr(award, name) for name in SNAPSHOT_FIELDS},
        releases=award.releases,
        release=(release.course_id, release.number) if release else (None, None),
        events=[event[:3] for event in events],
    )
    state, since = award_state(fact, standings.unmet_floor(fact, floors), held_since, at)
    reasons = [event[3] for event in events if event[0] == "revoked"]
    return CertificateDocument(
        award, state, at, since, reasons[-1] if state is DocumentState.WITHDRAWN else ""
    )


def award_state(
    award: AwardFact, floor: FloorFact | None, held_since: datetime | None, at: datetime
) -> tuple[DocumentState, datetime | None]:
    """The state of an award at `at`, and the instant at which that state began or will end."""
    if standings.is_revoked(award, at):
        return DocumentState.WITHDRAWN, _last(award, "revoked", at)
    if standings.is_superseded(award, at):
        return DocumentState.REPLACED, _last(award, "superseded", at)
    raised_at = floor.effective_at if floor else None
    is_outdated = raised_at is not None and raised_at <= at
    if at >= (award.expires_at if is_outdated else award.grace_ends_at):
        return DocumentState.EXPIRED, award.expires_at
    if is_outdated:
        return DocumentState.OUTDATED, raised_at
    if held_since:
        return DocumentState.PAUSED, held_since
    return _counting_state(award, raised_at, at)


def _counting_state(
    award: AwardFact, raised_at: datetime | None, at: datetime
) -> tuple[DocumentState, datetime]:
    """The state of an award that lets its holder post, and until when it has it; a floor is met until `raised_at`."""
    if at >= award.expires_at:
        return DocumentState.GRACE, standings.earlier_end(award.grace_ends_at, raised_at)
    ends_at = standings.earlier_end(award.expires_at, raised_at)
    if at >= award.window_opens_at:
        return DocumentState.ENDS_SOON, ends_at
    return (DocumentState.UPDATE_DUE if raised_at else DocumentState.VALID), ends_at


def _last(award: AwardFact, kind: str, at: datetime) -> datetime | None:
    moments = [e.effective_at for e in award.events if e.kind == kind and e.effective_at <= at]
    return max(moments, default=None)


def _events_and_floors(
    listed: Sequence[Award],
) -> tuple[dict[int, list[tuple[Any, ...]]], list[FloorFact]]:
    """The events of these awards, and the version floors of their courses, in one query."""
    courses = {int(course) for award in listed for course in award.releases}
    courses |= {award.release.course_id for award in listed if award.release}
    events: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    floors = []
    rows = _kept_news.fetch([award.pk for award in listed], list(courses))
    for about, kind, effective, recorded, reason, number, _pk in sorted(
        rows, key=lambda row: row[-1]
    ):
        if kind == "floor":
            floors.append(FloorFact(about, number, effective, recorded))
        else:
            events[about].append((kind, effective, recorded, reason))
    return events, floors


def _news_rows(awards: list[int], courses: list[int]) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of the same seven columns for the events of awards and for the floors of courses."""
    happened = AwardEvent.objects.filter(award__in=awards).values_list(
        "award_id", "kind", "effective_at", "recorded_at", "reason", _number(0), "id"
    )
    raised = VersionFloor.objects.filter(course__in=courses).values_list(
        "course_id",
        Value("floor", output_field=CharField()),
        "effective_at",
        "recorded_at",
        "reason",
        F("release__number"),
        "id",
    )
    return happened.order_by().union(raised.order_by(), all=True)


_kept_news = PreparedQuery(_news_rows)


def _number(value: int) -> Value:
    return Value(value, output_field=IntegerField())
