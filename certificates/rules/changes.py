"""The facts as they would be after an act: what its preview gives to the rules. No clock, no database.

Each function returns the facts of one certification with the change added. `certificates.acts` writes the same change
to the records; tests compare the two for every act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from certificates.rules.dates import end_of_day
from certificates.rules.fact_types import (
    AssignmentFact,
    AwardFact,
    CertificationFacts,
    EventFact,
    FloorFact,
    SpanFact,
)

FactsChange = Callable[[CertificationFacts], CertificationFacts]


def leave_unchanged(facts: CertificationFacts) -> CertificationFacts:
    return facts


def add_hold(hold: SpanFact) -> FactsChange:
    return lambda facts: replace(facts, holds=(*facts.holds, hold))


def end_hold(hold: SpanFact, at: datetime) -> FactsChange:
    return lambda facts: replace(facts, holds=_end_span(facts.holds, hold, at))


def add_waiver(waiver: SpanFact) -> FactsChange:
    return lambda facts: replace(facts, waivers=(*facts.waivers, waiver))


def end_waiver(waiver: SpanFact, at: datetime) -> FactsChange:
    return lambda facts: replace(facts, waivers=_end_span(facts.waivers, waiver, at))


def _end_span(spans: tuple[SpanFact, ...], span: SpanFact, at: datetime) -> tuple[SpanFact, ...]:
    """The spans with one that equals `span` ended: of two alike it does not matter which."""
    place = spans.index(span)
    ended = replace(span, ended_at=at, end_recorded_at=at)
    return (*spans[:place], ended, *spans[place + 1 :])


def add_event(award_id: int, event: EventFact) -> FactsChange:
    """Something happens to an award."""
    return lambda facts: replace(
        facts,
        awards=tuple(
            replace(award, events=(*award.events, event)) if award.id == award_id else award
            for award in facts.awards
        ),
    )


def replace_award(award: AwardFact) -> FactsChange:
    """The award in place of the one with its id."""
    return lambda facts: replace(
        facts, awards=tuple(award if one.id == award.id else one for one in facts.awards)
    )


def drop_event(award: AwardFact, kind: str, effective_at: datetime) -> AwardFact:
    """The award as if this had not happened to it."""
    gone = (kind, effective_at)
    kept = tuple(e for e in award.events if (e.kind, e.effective_at) != gone)
    return replace(award, events=kept)


def add_award(award: AwardFact) -> FactsChange:
    return lambda facts: replace(facts, awards=(*facts.awards, award))


def revoke(award_id: int, effective_at: datetime, recorded_at: datetime) -> FactsChange:
    return add_event(award_id, EventFact("revoked", effective_at, recorded_at))


def reinstate(award: AwardFact, recorded_at: datetime) -> FactsChange:
    """The last withdrawal of the award never counted."""
    revoked = [event.effective_at for event in award.events if event.kind == "revoked"]
    return add_event(award.id, EventFact("reinstated", revoked[-1], recorded_at))


def move_due_day(course_id: int, due_on: date, at: datetime) -> FactsChange:
    """The open assignment of the course is closed, and one with the later day takes its place."""

    def change(facts: CertificationFacts) -> CertificationFacts:
        found: list[AssignmentFact] = []
        for fact in facts.assignments:
            if fact.course_id != course_id or fact.closed_at is not None:
                found.append(fact)
                continue
            later = replace(fact, due_on=due_on, due_at=end_of_day(due_on, facts.policy_tz))
            found += [replace(fact, closed_at=at), replace(later, recorded_at=at)]
        return replace(facts, assignments=tuple(found))

    return change


def add_floor(floor: FloorFact) -> FactsChange:
    """Older versions of a course stop counting."""
    return lambda facts: replace(facts, floors=(*facts.floors, floor))


def combine(*changes: FactsChange) -> FactsChange:
    """One change after the other."""

    def change(facts: CertificationFacts) -> CertificationFacts:
        for one in changes:
            facts = one(facts)
        return facts

    return change
