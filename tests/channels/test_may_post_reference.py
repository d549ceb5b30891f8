"""`may_post` on random facts, compared with a second, naive form of its rules. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules import fold_employment
from certificates.rules.standings import standing
from channels.rules.fact_types import PostingAction, PostingFacts, RecordedSpan
from channels.rules.moments import PostingMoment
from channels.rules.posting import ROLE_ACTIONS, judge_at
from tests.channels import dossier
from tests.channels.dossier import DAY, NOW, decide

days = st.integers(min_value=-6, max_value=6)
some = {"max_size": 3}


@st.composite
def spans(draw: st.DrawFn) -> dict:
    start, end = draw(days), draw(st.none() | days)
    late = draw(st.integers(min_value=0, max_value=3))
    if end is None:
        return {"start": start, "recorded_at": NOW + (start + late) * DAY}
    return {
        "start": start,
        "end": end,
        "recorded_at": NOW + (start + late) * DAY,
        "end_recorded_at": NOW + (end + draw(st.integers(min_value=0, max_value=3))) * DAY,
    }


jobs = st.lists(
    st.tuples(st.sampled_from(["left", "returned", "moved", "contract"]), days, days), **some
)


@st.composite
def dossiers(draw: st.DrawFn) -> PostingFacts:
    lasting = [
        dossier.job(
            what, day, ends_at=NOW + late * DAY if what == "contract" else None, region="FI"
        )
        for what, day, late in draw(jobs)
    ]
    grants = st.builds(
        lambda role, over: dossier.grant(role, **over), st.sampled_from(list(ROLE_ACTIONS)), spans()
    )
    freezes = st.builds(
        lambda over, may: dossier.freeze(**over, allowed=frozenset({may})),
        spans(),
        st.sampled_from(["N1", "N2"]),
    )
    states = st.builds(
        dossier.state, st.sampled_from(["live", "suspended", "sunsetting", "closed"]), days
    )
    versions = draw(st.lists(days, **some))
    return dossier.facts(
        person=dossier.person(
            employment=(dossier.job(), *lasting),
            holds=tuple(dossier.hold(**over) for over in draw(st.lists(spans(), **some))),
        ),
        channel=dossier.channel(
            states=(dossier.state(), *draw(st.lists(states, **some))),
            freezes=tuple(draw(st.lists(freezes, **some))),
            rules=tuple(dossier.version(n + 1, day) for n, day in enumerate(versions)),
            closes_at=draw(st.none() | days.map(lambda day: NOW + day * DAY)),
            region=draw(st.sampled_from([None, "FI", "BR"])),
            region_bound=draw(st.booleans()),
        ),
        grants=tuple(draw(st.lists(grants, min_size=1, max_size=3))),
        acceptances=tuple(
            dossier.accepted(n + 1, day + draw(days)) for n, day in enumerate(versions)
        ),
        certifications={1: dossier.certified(start=draw(days) - 6, end=draw(st.integers(1, 12)))},
        own_work=draw(st.booleans()),
        author_unknown=draw(st.sampled_from(["", "", "X9"])),
    )


moments = st.integers(min_value=-14 * 24, max_value=14 * 24).map(
    lambda hours: NOW + timedelta(hours=hours)
)


def holds(fact: RecordedSpan, at: datetime, known: datetime) -> bool:
    if fact.recorded_at > known or fact.starts_at > at:
        return False
    if fact.ends_at is not None and fact.ends_at <= at:
        return False
    return not (fact.ended_at is not None and fact.end_recorded_at <= known and fact.ended_at <= at)


def allowed(facts: PostingFacts, action: str, at: datetime, known: datetime) -> bool:
    """The decision that `may_post` has to give, as one list of conditions without the checks of `channels.rules`."""
    person, channel = facts.person, facts.channel
    job = fold_employment(person.employment, at=at, known_at=known)
    before = fold_employment(
        person.employment, at=(job.since or at) - timedelta(microseconds=1), known_at=known
    )
    away = before.left_at is not None and job.since - before.left_at >= DAY
    states = [s for s in channel.states if s.recorded_at <= known and s.effective_at <= at]
    states.sort(key=lambda s: (s.effective_at, s.recorded_at))
    versions = [v for v in channel.rules if v.recorded_at <= known and v.effective_at <= at]
    versions.sort(key=lambda v: (v.effective_at, v.version))
    read = {a.version for a in facts.acceptances if a.accepted_at <= at and a.recorded_at <= known}
    in_scope = not channel.region_bound or channel.region in (None, job.region_code)
    return all(
        [
            job.employed,
            not any(holds(hold, at, known) for hold in person.holds),
            bool(states) and states[-1].state in ("live", "sunsetting"),
            channel.closes_at is None or at < channel.closes_at,
            not any(holds(f, at, known) and "N1" not in f.allowed for f in channel.freezes),
            any(
                holds(g, at, known)
                and action in ROLE_ACTIONS[g.role]
                and not (away and g.starts_at < job.since)
                for g in facts.grants
            ),
            standing(facts.certifications[1], at=at, known_at=known).supports_posting,
            not versions or versions[-1].version in read,
            in_scope,
            action != "approve" or not (facts.own_work or facts.author_unknown),
        ]
    )


@settings(max_examples=80, deadline=None)
@given(dossiers(), st.sampled_from(list(PostingAction)), moments, moments)
def test_decision_agrees_with_the_naive_reference(facts, action, at, known) -> None:
    decision = decide(facts, action, at=at, known_at=known, evaluated_at=NOW)
    assert decision.allowed == allowed(facts, action, at, known)


@settings(max_examples=80, deadline=None)
@given(dossiers(), st.sampled_from(list(PostingAction)), moments, moments)
def test_refusals_have_reasons_and_allowances_have_evidence(facts, action, at, known) -> None:
    decision = decide(facts, action, at=at, known_at=known)
    assert decision.allowed == (not decision.reasons)
    assert decision.allowed == bool(decision.evidence)
    assert decision.decision in ("allow", "deny", "allow_with_review")


@settings(max_examples=150, deadline=None)
@given(
    dossiers(), st.sampled_from(list(PostingAction)), moments, st.floats(min_value=0, max_value=1)
)
def test_decision_is_constant_until_valid_until(facts, action, at, part) -> None:
    far = NOW + 99 * DAY
    decision = decide(facts, action, at=at, known_at=far, evaluated_at=far)
    until = decision.valid_until
    assert until > at
    later = at + (until - at) * part * 0.999
    again = decide(facts, action, at=later, known_at=far, evaluated_at=far)
    assert (again.decision, again.reasons, again.evidence) == (
        *(decision.decision, decision.reasons),
        decision.evidence,
    )


@settings(max_examples=80, deadline=None)
@given(dossiers(), moments, moments, moments)
def test_decision_is_valid_for_at_most_fifteen_minutes(facts, at, known, evaluated) -> None:
    decision = decide(facts, at=at, known_at=known, evaluated_at=evaluated)
    assert decision.valid_until <= evaluated + timedelta(minutes=15)


@settings(max_examples=80, deadline=None)
@given(dossiers(), moments, moments)
def test_later_recorded_facts_never_change_earlier_known_decision(facts, at, known) -> None:
    later = known + timedelta(microseconds=1)
    more = replace(
        facts,
        person=replace(
            facts.person,
            holds=(*facts.person.holds, dossier.hold(-99, recorded_at=later)),
            employment=(*facts.person.employment, dossier.job("left", -99, recorded_at=later)),
        ),
    )
    before = decide(facts, at=at, known_at=known)
    after = decide(more, at=at, known_at=known)
    assert before == after


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(dossiers(), st.sampled_from(list(PostingAction))), min_size=2, max_size=4),
    moments,
    moments,
)
def test_questions_that_share_a_moment_are_decided_as_each_alone(asked, at, known) -> None:
    moment = PostingMoment(at, known)
    for number, (facts, action) in enumerate([*asked, *asked]):
        pair = divmod(number % len(asked), 2)
        own = replace(
            facts,
            person=replace(asked[pair[0]][0].person, id=pair[0]),
            channel=replace(asked[pair[1]][0].channel, id=pair[1]),
            certifications=asked[pair[0]][0].certifications,
        )
        together = judge_at(moment, own, action=action, evaluated_at=NOW)
        assert together == decide(own, action, at=at, known_at=known, evaluated_at=NOW)
