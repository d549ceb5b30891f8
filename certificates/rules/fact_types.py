"""The facts about one person in one certification, as plain values that the rules read.

Every fact says when it counts and when it was recorded, so that `as_known` can return what was known on an
earlier day. No clock, no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self, TypeVar

from accounts.rules import DatedValue
from certificates.rules.dates import end_of_day, window_opens


@dataclass(frozen=True, slots=True)
class EventFact:
    """Something that happened to an award: superseded, revoked or reinstated."""

    kind: str
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AwardFact:
    """An award as issued, and what happened to it. `releases` maps course ids to release numbers.

    `release_course` is the course of its release, which earned it unless the `basis` is training from elsewhere.
    """

    id: int
    number: str
    code: str
    valid_from: datetime
    valid_through: date
    expires_at: datetime
    policy_tz: str
    recorded_at: datetime
    window_days: int = 60
    grace_days: int = 0
    basis: str = ""
    release_number: int | None = None
    release_course: int | None = None
    releases: tuple[tuple[int, int], ...] = ()
    events: tuple[EventFact, ...] = ()

    @property
    def window_opens_at(self) -> datetime:
        return window_opens(self.valid_through, self.window_days, self.policy_tz)

    @property
    def grace_ends_at(self) -> datetime:
        if not self.grace_days:
            return self.expires_at
        return end_of_day(self.valid_through + timedelta(days=self.grace_days), self.policy_tz)

    def as_known(self, known_at: datetime) -> AwardFact:
        if all(event.recorded_at <= known_at for event in self.events):
            return self
        return replace(self, events=tuple(e for e in self.events if e.recorded_at <= known_at))

    def moments(self) -> Iterator[datetime]:
        yield from (self.valid_from, self.window_opens_at, self.expires_at, self.grace_ends_at)
        yield from (event.effective_at for event in self.events)


@dataclass(frozen=True, slots=True)
class FloorFact:
    """From `effective_at` a course counts only on release `number` or later."""

    course_id: int
    number: int
    effective_at: datetime
    recorded_at: datetime

    def as_known(self, known_at: datetime) -> FloorFact:
        return self

    def moments(self) -> Iterator[datetime]:
        yield self.effective_at


@dataclass(frozen=True, slots=True)
class SpanFact:
    """A hold (no posting) or a waiver (no training needed): from `starts_at` to `until`, if it has one,
    or until it was ended earlier."""

    starts_at: datetime
    recorded_at: datetime
    reason: str = ""
    until: datetime | None = None
    ended_at: datetime | None = None
    end_recorded_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        ends = [moment for moment in (self.until, self.ended_at) if moment is not None]
        return min(ends, default=None)

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def as_known(self, known_at: datetime) -> SpanFact:
        if self.end_recorded_at is None or self.end_recorded_at <= known_at:
            return self
        return replace(self, ended_at=None, end_recorded_at=None)

    def moments(self) -> Iterator[datetime]:
        yield from (m for m in (self.starts_at, self.until, self.ended_at) if m is not None)


@dataclass(frozen=True, slots=True)
class AssignmentFact:
    """A person has to take a required course before `due_at`: the end of `due_on` in the policy's zone."""

    assigned_at: datetime
    recorded_at: datetime
    due_at: datetime | None = None
    due_on: date | None = None
    closed_at: datetime | None = None
    course_id: int | None = None

    def covers(self, at: datetime) -> bool:
        return self.assigned_at <= at and (self.closed_at is None or at < self.closed_at)

    def as_known(self, known_at: datetime) -> AssignmentFact:
        if self.closed_at is None or self.closed_at <= known_at:
            return self
        return replace(self, closed_at=None)

    def in_zone(self, zone: str) -> AssignmentFact:
        """The same with its last day in the time zone `zone`."""
        return replace(self, due_at=end_of_day(self.due_on, zone)) if self.due_on else self

    def moments(self) -> Iterator[datetime]:
        yield from (m for m in (self.assigned_at, self.due_at, self.closed_at) if m is not None)


class WorkKind(StrEnum):
    """What a person has begun for a certification and not finished."""

    LEARNING = "learning"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class WorkFact:
    """A person learns for a certification, or waits for a reviewer, from `started_at` until `ended_at`."""

    kind: WorkKind
    started_at: datetime
    ended_at: datetime | None = None
    course_id: int | None = None

    @property
    def recorded_at(self) -> datetime:
        return self.started_at

    def covers(self, at: datetime) -> bool:
        return self.started_at <= at and (self.ended_at is None or at < self.ended_at)

    def as_known(self, known_at: datetime) -> WorkFact:
        if self.ended_at is None or self.ended_at <= known_at:
            return self
        return replace(self, ended_at=None)

    def moments(self) -> Iterator[datetime]:
        yield from (m for m in (self.started_at, self.ended_at) if m is not None)


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """All facts about one person in one certification.

    `courses` are those that it asks for; None: the facts are of no other. `dated` holds the recorded changes of the
    columns of DATED, by name; `as_known` sets the columns to what they were, and `edges` to the instants at which
    they change.
    """

    certification_code: str
    certification_title: str
    policy_tz: str
    awards: tuple[AwardFact, ...] = ()
    floors: tuple[FloorFact, ...] = ()
    holds: tuple[SpanFact, ...] = ()
    waivers: tuple[SpanFact, ...] = ()
    assignments: tuple[AssignmentFact, ...] = ()
    work: tuple[WorkFact, ...] = ()
    retired_at: datetime | None = None
    courses: frozenset[int] | None = None
    dated: Mapping[str, DatedValue] = field(default_factory=dict)
    edges: tuple[datetime, ...] = ()

    def as_known(self, at: datetime, known_at: datetime) -> CertificationFacts:
        """These facts without what was recorded after `known_at`, of the courses that were asked for at `at`."""
        then = self._columns_at(at, known_at)
        return replace(
            then,
            awards=_known(self.awards, known_at),
            floors=_known(_asked(self.floors, then.courses), known_at),
            holds=_known(self.holds, known_at),
            waivers=_known(self.waivers, known_at),
            assignments=_known(_asked(then.assignments, then.courses), known_at),
            work=_known(_asked(self.work, then.courses), known_at),
        )

    def _columns_at(self, at: datetime, known_at: datetime) -> CertificationFacts:
        if not self.dated:
            return self
        columns = {name: dated.value_at(at, known_at) for name, dated in self.dated.items()}
        edges = tuple(edge for dated in self.dated.values() for edge in dated.edges(known_at))
        then = replace(self, **columns, edges=edges)
        if then.policy_tz == self.policy_tz:
            return then
        due = tuple(fact.in_zone(then.policy_tz) for fact in self.assignments)
        return replace(then, assignments=due)

    def next_moment(self, at: datetime) -> datetime | None:
        """The first instant after `at` at which any of these facts begins or ceases to count."""
        facts = (self.awards, self.floors, self.holds, self.waivers, self.assignments, self.work)
        moments = [m for group in facts for fact in group for m in fact.moments() if m > at]
        moments += [edge for edge in self.edges if edge > at]
        if self.retired_at is not None and self.retired_at > at:
            moments.append(self.retired_at)
        return min(moments, default=None)


class DatedFact(Protocol):
    @property
    def recorded_at(self) -> datetime: ...

    def as_known(self, known_at: datetime) -> Self: ...

    def moments(self) -> Iterator[datetime]: ...


class CourseFact(Protocol):
    @property
    def course_id(self) -> int | None: ...


F = TypeVar("F", bound=DatedFact)
C = TypeVar("C", bound=CourseFact)


def _known(facts: tuple[F, ...], known_at: datetime) -> tuple[F, ...]:
    return tuple(f.as_known(known_at) for f in facts if f.recorded_at <= known_at)


def _asked(facts: tuple[C, ...], courses: frozenset[int] | None) -> tuple[C, ...]:
    if courses is None:
        return facts
    return tuple(fact for fact in facts if fact.course_id in courses)
