"""Properties of standings that hold for every generated history."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import Status, standing
from tests.certificates.records import (
    assigned,
    award,
    days,
    event,
    floor,
    hold,
    known,
    learning,
    waiver,
)

whole = st.integers(-800, 400)
length = st.integers(1, 300)
later = st.integers(401, 800)


@st.composite
def histories(draw: st.DrawFn) -> CertificationFacts:
    """Awards in a chain, with revocations, floors, holds, waivers, assignments and learning."""
    passes = sorted(draw(st.sets(whole, max_size=4)))
    awards = []
    for index, passed in enumerate(passes):
        events = []
        if draw(st.booleans()):
            revoked = passed + draw(length)
            events.append(event("revoked", revoked))
            if draw(st.booleans()):
                events.append(event("reinstated", revoked + draw(length)))
        if index + 1 < len(passes):
            events.append(event("superseded", passes[index + 1]))
        release, grace = draw(st.integers(1, 3)), draw(st.sampled_from([0, 7]))
        awards.append(
            award(passed, id=index + 1, release=release, grace_days=grace, events=tuple(events))
        )
    things = [
        *awards,
        *[floor(n, draw(whole)) for n in draw(st.lists(st.integers(1, 4), max_size=2))],
        *[waiver(start, start + draw(length)) for start in draw(st.lists(whole, max_size=1))],
        *[assigned(start, start + draw(length)) for start in draw(st.lists(whole, max_size=1))],
        *[learning(start, start + draw(length)) for start in draw(st.lists(whole, max_size=1))],
    ]
    holds = [hold(start, start + draw(length)) for start in draw(st.lists(whole, max_size=2))]
    return known(*things, holds=tuple(holds))


@given(histories(), whole)
def test_hold_is_never_compliant_and_never_supports_posting(
    facts: CertificationFacts, day: int
) -> None:
    answer = standing(facts, at=days(day), known_at=days(900))
    on_hold = any(h.covers(days(day)) for h in facts.holds)
    assert on_hold is (answer.status is Status.SUSPENDED)
    assert not (on_hold and (answer.compliant or answer.supports_posting))


@given(histories(), whole)
def test_certified_status_implies_valid_award(facts: CertificationFacts, day: int) -> None:
    answer = standing(facts, at=days(day), known_at=days(900))
    if answer.status in {Status.CERTIFIED, Status.EXPIRING, Status.UPDATE_DUE}:
        assert answer.valid_from is not None
        assert answer.expires_at is not None
        assert answer.valid_from <= days(day) < answer.expires_at


@given(histories(), whole)
def test_waiver_alone_never_supports_posting(facts: CertificationFacts, day: int) -> None:
    answer = standing(facts, at=days(day), known_at=days(900))
    assert not (answer.status is Status.EXEMPT and answer.supports_posting)


@settings(max_examples=200)
@given(histories(), whole, st.integers(0, 999))
def test_standing_is_constant_until_changes_at(
    facts: CertificationFacts, day: int, part: int
) -> None:
    now = days(day)
    answer = standing(facts, at=now, known_at=days(900))
    end = answer.changes_at or now + timedelta(days=4000)
    between = standing(facts, at=now + (end - now) * part / 1000, known_at=days(900))
    assert between == answer


@given(histories(), whole, later)
def test_standing_is_deterministic_for_past_known_at(
    facts: CertificationFacts, day: int, known_at: int
) -> None:
    first = standing(facts, at=days(day), known_at=days(known_at))
    assert standing(facts, at=days(day), known_at=days(known_at)) == first
