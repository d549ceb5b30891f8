"""Makers of facts for tests of the rules: one person, one certification, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from certificates.rules.dates import ValidityPeriod, first_validity
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

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
COURSE = 7
DAY = timedelta(days=1)


def days(number: float) -> datetime:
    """The instant `number` days after NOW, or before it if negative."""
    return NOW + timedelta(days=number)


def award(passed: float, *, id: int = 1, months: int = 12, **fields: Any) -> AwardFact:
    """An award for a pass `passed` days from NOW, on release 1 of the course by default."""
    terms = first_validity(days(passed), ValidityPeriod(months, 60, "UTC"))
    release = fields.pop("release", 1)
    return AwardFact(
        **{
            "id": id,
            "number": f"N{id}",
            "code": f"C{id}",
            "valid_from": terms.valid_from,
            "valid_through": terms.valid_through,
            "expires_at": terms.expires_at,
            "policy_tz": "UTC",
            "recorded_at": days(passed),
            "release_number": release,
            "releases": ((COURSE, release),),
            **fields,
        }
    )


def event(kind: str, effective: float, recorded: float | None = None) -> EventFact:
    return EventFact(kind, days(effective), days(effective if recorded is None else recorded))


def floor(number: int, effective: float, recorded: float = -400) -> FloorFact:
    return FloorFact(COURSE, number, days(effective), days(recorded))


def hold(start: float, end: float | None = None, recorded_end: float | None = None) -> SpanFact:
    ended = None if end is None else days(end)
    known = None if end is None else days(end if recorded_end is None else recorded_end)
    return SpanFact(days(start), days(start), "Under review", None, ended, known)


def waiver(start: float, until: float, ended: float | None = None) -> SpanFact:
    end = None if ended is None else days(ended)
    return SpanFact(days(start), days(start), "On leave", days(until), end, end)


def assigned(start: float, due: float | None = None, closed: float | None = None) -> AssignmentFact:
    return AssignmentFact(
        days(start),
        days(start),
        None if due is None else days(due),
        None if due is None else days(due - 1).date(),
        None if closed is None else days(closed),
    )


def learning(start: float, end: float | None = None) -> WorkFact:
    return WorkFact(WorkKind.LEARNING, days(start), None if end is None else days(end))


def waiting(start: float, end: float | None = None) -> WorkFact:
    return WorkFact(WorkKind.REVIEW, days(start), None if end is None else days(end))


def known(*things: Any, holds: tuple[SpanFact, ...] = (), **fields: Any) -> CertificationFacts:
    """Certification facts with each fact sorted by its class; holds are passed apart, as waivers share their class."""

    def kind(of: type) -> tuple[Any, ...]:
        return tuple(thing for thing in things if isinstance(thing, of))

    return CertificationFacts(
        certification_code="POST-CORE",
        certification_title="Posting for Northlight",
        policy_tz="UTC",
        awards=kind(AwardFact),
        floors=kind(FloorFact),
        holds=holds,
        waivers=kind(SpanFact),
        assignments=kind(AssignmentFact),
        work=kind(WorkFact),
        **fields,
    )


LAST_DAY = date(2027, 6, 14)
