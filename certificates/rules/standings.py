"""Where a person stands in a certification: a pure function of facts and two instants.

`at` asks about a moment, `known_at` about what was recorded by then; both are aware datetimes. Nothing here
reads a clock or a database, and no status is ever stored, because a status changes as time passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from certificates.rules.dates import last_day_before
from certificates.rules.fact_types import (
    AssignmentFact,
    AwardFact,
    CertificationFacts,
    EventFact,
    FloorFact,
    SpanFact,
    WorkFact,
    WorkKind,
)

__all__ = [
    "AssignmentFact",
    "AwardFact",
    "CertificationFacts",
    "EventFact",
    "FloorFact",
    "SpanFact",
    "Standing",
    "Status",
    "WorkFact",
    "WorkKind",
    "award_status",
    "earlier_end",
    "is_holding",
    "is_revoked",
    "is_superseded",
    "newest_award_fact",
    "standing",
    "still_runs",
    "unmet_floor",
]


class Status(StrEnum):
    """Where somebody stands, in the order of precedence: the first status that fits counts."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CERTIFIED = "certified"
    EXPIRING = "expiring"
    UPDATE_DUE = "update_due"
    GRACE = "grace"
    EXEMPT = "exempt"
    LAPSED = "lapsed"
    OVERDUE = "overdue"
    AWAITING_REVIEW = "awaiting_review"
    IN_PROGRESS = "in_progress"
    ASSIGNED = "assigned"
    NOT_REQUIRED = "not_required"


HOLDING = frozenset({Status.CERTIFIED, Status.EXPIRING, Status.UPDATE_DUE})
COMPLIANT = HOLDING | {Status.EXEMPT}
SUPPORTS_POSTING = HOLDING | {Status.GRACE}
# The basis of an award for training that was recognised.
FROM_ELSEWHERE = "equivalence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A status with all its dates. `changes_at` is the next instant at which the status may differ.

    A waiver counts as compliant but never supports posting. `supports_posting` is one of several things a
    post needs (see channels.rules).
    """

    status: Status
    compliant: bool
    supports_posting: bool
    certification_code: str
    certification_title: str
    policy_tz: str
    award_id: int | None = None
    award_number: str = ""
    award_code: str = ""
    release_number: int | None = None
    release_course: int | None = None
    basis: str = ""
    valid_from: datetime | None = None
    valid_through: date | None = None
    expires_at: datetime | None = None
    grace_ends_at: datetime | None = None
    window_opens_at: datetime | None = None
    floor_at: datetime | None = None
    floor_release: int | None = None
    hold_since: datetime | None = None
    hold_reason: str = ""
    exempt_until: datetime | None = None
    due_on: date | None = None
    changes_at: datetime | None = None

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether training elsewhere was recognised for the award: no course of ours earned it."""
        return self.basis == FROM_ELSEWHERE

    @property
    def last_day(self) -> date | None:
        """The last whole day, in the policy's zone, on which the award counts by what is known.

        Of the end of the certificate (or of its grace, once that runs) and the floor of its course the earlier.
        """
        ends_at = self.grace_ends_at if self.status is Status.GRACE else self.expires_at
        if ends_at is None:
            return None
        return last_day_before(earlier_end(ends_at, self.floor_at), self.policy_tz)

    def is_outdated(self, at: datetime) -> bool:
        """Whether it no longer counts only because its version does not."""
        ended = self.expires_at is None or self.expires_at <= at
        return self.status is Status.LAPSED and self.floor_at is not None and not ended

    @property
    def is_below_floor(self) -> bool:
        """Whether it counts, but is of a version that is about to count no more."""
        return self.status in HOLDING and self.floor_at is not None

    @property
    def counts_through(self) -> date | None:
        """The last day of an award that counts, which a floor may put earlier; else the one it was issued with."""
        return self.last_day if self.status in HOLDING else self.valid_through


def earlier_end(ends_at: datetime, floor_at: datetime | None) -> datetime:
    """When an award that ends at `ends_at` stops counting, if from `floor_at` on its release does not reach a floor."""
    return min(ends_at, floor_at) if floor_at else ends_at


def standing(facts: CertificationFacts, *, at: datetime, known_at: datetime) -> Standing:
    """Where the person stands at `at`, by what was recorded by `known_at`."""
    known = facts.as_known(at, known_at)
    award = newest_award_fact(known.awards, at)
    floor = unmet_floor(award, known.floors) if award else None
    hold = min((h for h in known.holds if h.covers(at)), key=lambda h: h.starts_at, default=None)
    waived = [waiver.ends_at for waiver in known.waivers if waiver.covers(at)]
    status = (
        (Status.SUSPENDED if hold else None)
        or (award_status(award, floor, at) if award else None)
        or (Status.EXEMPT if waived else None)
        or _without_award(known, at, lapsed=award is not None)
    )
    return Standing(
        status=status,
        compliant=status in COMPLIANT,
        supports_posting=status in SUPPORTS_POSTING,
        certification_code=known.certification_code,
        certification_title=known.certification_title,
        policy_tz=award.policy_tz if award else known.policy_tz,
        floor_at=floor.effective_at if floor else None,
        floor_release=floor.number if floor else None,
        hold_since=hold.starts_at if hold else None,
        hold_reason=hold.reason if hold else "",
        exempt_until=max((end for end in waived if end), default=None),
        due_on=_due_on(known, at),
        changes_at=known.next_moment(at),
        **_dates(award),
    )


def _dates(award: AwardFact | None) -> dict[str, Any]:
    if award is None:
        return {}
    return {
        "award_id": award.id,
        "award_number": award.number,
        "award_code": award.code,
        "release_number": award.release_number,
        "release_course": award.release_course,
        "basis": award.basis,
        "valid_from": award.valid_from,
        "valid_through": award.valid_through,
        "expires_at": award.expires_at,
        "grace_ends_at": award.grace_ends_at,
        "window_opens_at": award.window_opens_at,
    }


def _without_award(known: CertificationFacts, at: datetime, *, lapsed: bool) -> Status:
    """The status when no award counts and no waiver holds: LAPSED and what follows it in Status."""
    if known.retired_at is not None and known.retired_at <= at:
        return Status.NOT_REQUIRED
    if lapsed:
        return Status.LAPSED
    due = [assignment for assignment in known.assignments if assignment.covers(at)]
    if any(assignment.due_at is not None and assignment.due_at <= at for assignment in due):
        return Status.OVERDUE
    doing = {work.kind for work in known.work if work.covers(at)}
    if WorkKind.REVIEW in doing:
        return Status.AWAITING_REVIEW
    if WorkKind.LEARNING in doing:
        return Status.IN_PROGRESS
    return Status.ASSIGNED if due else Status.NOT_REQUIRED


def _due_on(known: CertificationFacts, at: datetime) -> date | None:
    return min((a.due_on for a in known.assignments if a.due_on and a.covers(at)), default=None)


def award_status(award: AwardFact, floor: FloorFact | None, at: datetime) -> Status | None:
    """The status by the award alone at `at`, from REVOKED to GRACE; None when the award no longer counts."""
    if is_revoked(award, at):
        return Status.REVOKED
    if (
        at >= award.grace_ends_at
        or is_superseded(award, at)
        or (floor and floor.effective_at <= at)
    ):
        return None
    if at >= award.expires_at:
        return Status.GRACE
    if at >= award.window_opens_at:
        # Taking the whole course renews it and reaches the floor; catching up would only reach the floor.
        return Status.EXPIRING
    return Status.UPDATE_DUE if floor else Status.CERTIFIED


def is_holding(known: CertificationFacts, award_id: int, at: datetime) -> bool:
    """Whether an award counts at `at`; holds are ignored, because they stop only posting."""
    award = next((award for award in known.awards if award.id == award_id), None)
    if award is None:
        return False
    return award_status(award, unmet_floor(award, known.floors), at) in HOLDING


def newest_award_fact(awards: Iterable[AwardFact], at: datetime) -> AwardFact | None:
    """The award that decides the status at `at`: the last one begun that was not superseded, else the last begun."""
    begun = [award for award in awards if award.valid_from <= at]
    return max(begun, key=lambda a: (not is_superseded(a, at), a.valid_from, a.id), default=None)


def still_runs(award: AwardFact, at: datetime) -> bool:
    """Whether an award has neither ended nor been replaced or withdrawn, whatever has become of its version."""
    over = at >= award.expires_at or is_superseded(award, at) or is_revoked(award, at)
    return not over


def is_superseded(award: AwardFact, at: datetime) -> bool:
    return any(e.kind == "superseded" and e.effective_at <= at for e in award.events)


def is_revoked(award: AwardFact, at: datetime) -> bool:
    """Whether `at` lies in a revocation. A reinstatement ends it from its own effective instant on,
    so one with the revocation's effective instant cancels the revocation (once it is known)."""
    since: datetime | None = None
    for event in sorted(award.events, key=lambda e: e.recorded_at):
        if event.kind == "revoked":
            since = event.effective_at
        elif event.kind == "reinstated" and since is not None:
            if since <= at < event.effective_at:
                return True
            since = None
    return since is not None and since <= at


def unmet_floor(award: AwardFact, floors: Iterable[FloorFact]) -> FloorFact | None:
    """The first floor that the award's releases do not reach, whether it is in force yet or not."""
    earned = dict(award.releases)
    unmet = [f for f in floors if f.course_id in earned and earned[f.course_id] < f.number]
    return min(unmet, key=lambda f: (f.effective_at, -f.number), default=None)
