"""`may_post` on random facts, compared with a second, naive form of its rules. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules import DatedValue, ValueChange, fold_employment
from certificates.rules.standings import standing
from channels.rules.fact_types import PostingAction, PostingFacts, RecordedSpan, RoleFact
from channels.rules.moments import PostingMoment
from channels.rules.posting import ROLE_ACTIONS, judge_at
from tests.channels import dossier
from tests.channels.dossier import DAY, NOW, decide

# What is drawn from is made once: to make and check it anew for each draw takes longer than the draw.
days = st.integers(min_value=-6, max_value=6)
perhaps_days = st.none() | days
late = st.integers(min_value=0, max_value=3)
some_days = st.lists(days, max_size=3)


@st.composite
def spans(draw: st.DrawFn) -> dict:
    start, end = draw(days), draw(perhaps_days)
    recorded = {"start": start, "recorded_at": NOW + (start + draw(late)) * DAY}
    if end is None:
        return recorded
    return {**recorded, "end": end, "end_recorded_at": NOW + (end + draw(late)) * DAY}


def some(one: st.SearchStrategy, least: int = 0) -> st.SearchStrategy:
    return st.lists(one, min_size=least, max_size=3).map(tuple)


a_span = spans()
# Gaps of less than a day and of a day, in any order: whole days but for what comes some hours later.
some_hours = st.sampled_from([0, 0, 0.25, 0.75])
jobs = st.lists(
    st.tuples(
        st.sampled_from(["left", "returned", "moved", "contract"]),
        days,
        days,
        st.sampled_from(["FI", "BR"]),
        some_hours,
    ),
    max_size=4,
)
absence = st.tuples(st.integers(-14, 6), st.sampled_from([0.25, 0.75, 1, 2, 5]))


@st.composite
def several_absences(draw: st.DrawFn) -> list[tuple[str, float, float, str, float]]:
    """Leavings, each with its return: long and short ones, one after the other."""
    told = []
    for day, lasts in draw(st.lists(absence, min_size=2, max_size=3)):
        told += [("left", day, 0, "FI", 0), ("returned", day + lasts, 0, "FI", 0)]
    return told


works = jobs | several_absences()
# A leave is long after 90 days: of those here some began so long ago.
LEAVE_BEGAN = -92


@st.composite
def leaves(draw: st.DrawFn) -> RecordedSpan:
    """Agreed until a day or not, and perhaps ended by an act: before it had begun, too."""
    over = draw(a_span)
    ended = {"ended_at": NOW + over.pop("end") * DAY} if "end" in over else {}
    if ended and draw(either):
        ended["ended_at"] = NOW + (over["start"] + LEAVE_BEGAN) * DAY
    begun = over.pop("start") + LEAVE_BEGAN
    recorded = over.pop("recorded_at") + LEAVE_BEGAN * DAY
    return dossier.leave(begun, draw(perhaps_days), recorded_at=recorded, **ended, **over)


either = st.booleans()
teams = st.lists(st.tuples(days, st.sampled_from(["T1", "T2", None])), max_size=3)
absences, holds_of_person = some(leaves()), some(a_span.map(lambda over: dossier.hold(**over)))
# Switched off, on again, off again …, each recorded as it was done.
switched = st.lists(days, max_size=2, unique=True).map(
    lambda when: DatedValue(
        False,
        tuple(
            ValueChange(NOW + day * DAY, NOW + day * DAY, bool(place % 2), not place % 2)
            for place, day in enumerate(sorted(when))
        ),
    )
)
grants = some(
    st.tuples(st.sampled_from(list(ROLE_ACTIONS)), a_span).map(
        lambda drawn: dossier.grant(drawn[0], **drawn[1])
    ),
    least=1,
)
freezes = some(
    st.tuples(a_span, st.sampled_from(["N1", "N2"])).map(
        lambda drawn: dossier.freeze(**drawn[0], allowed=frozenset({drawn[1]}))
    )
)
states = some(
    st.tuples(st.sampled_from(["live", "suspended", "sunsetting", "closed"]), days).map(
        lambda drawn: dossier.state(*drawn)
    )
)
closings = st.none() | days.map(lambda day: NOW + day * DAY)
regions, teams_bound = st.sampled_from([None, "FI", "BR"]), st.sampled_from([None, "T1", "T2"])
certified_days, authors = st.integers(1, 12), st.sampled_from(["", "", "X9"])


@st.composite
def dossiers(draw: st.DrawFn) -> PostingFacts:
    lasting = [
        dossier.job(
            what,
            day if what == "moved" else day + later_that_day,
            ends_at=NOW + later * DAY if what == "contract" else None,
            region=region,
        )
        for what, day, later, region, later_that_day in draw(works)
    ]
    moves = draw(teams)
    was = ["T1", *(team for _day, team in moves)]
    team = DatedValue(
        was[-1],
        tuple(
            ValueChange(NOW + day * DAY, NOW + day * DAY, before, now)
            for before, (day, now) in zip(was, moves, strict=False)
        ),
    )
    versions = draw(some_days)
    return dossier.facts(
        person=dossier.person(
            employment=(dossier.job(), *lasting),
            team=team,
            absences=draw(absences),
            holds=draw(holds_of_person),
            switched_off=draw(switched),
        ),
        channel=dossier.channel(
            states=(dossier.state(), *draw(states)),
            freezes=draw(freezes),
            rules=tuple(dossier.version(n + 1, day) for n, day in enumerate(versions)),
            closes_at=draw(closings),
            region=draw(regions),
            region_bound=draw(either),
            team=draw(teams_bound),
        ),
        grants=draw(grants),
        acceptances=tuple(
            dossier.accepted(n + 1, day + draw(days)) for n, day in enumerate(versions)
        ),
        certifications={1: dossier.certified(start=draw(days) - 6, end=draw(certified_days))},
        own_work=draw(either),
        author_unknown=draw(authors),
    )


a_dossier, actions = dossiers(), st.sampled_from(list(PostingAction))
moments = st.integers(min_value=-14 * 24, max_value=14 * 24).map(
    lambda hours: NOW + timedelta(hours=hours)
)


def holds(fact: RecordedSpan, at: datetime, known: datetime) -> bool:
    if fact.recorded_at > known or fact.starts_at > at:
        return False
    if fact.ends_at is not None and fact.ends_at <= at:
        return False
    return not (fact.ended_at is not None and fact.end_recorded_at <= known and fact.ended_at <= at)


def ended_by_itself(grant: RoleFact, facts: PostingFacts, at: datetime, known: datetime) -> bool:
    """Whether the holder left the channel's region or team for a day or longer, or was away for more than 90 days."""
    work, team = facts.person.employment, facts.person.team
    told = [fact for fact in work if fact.recorded_at <= known]
    began = grant.starts_at

    def place(moment: datetime) -> tuple[str | None, str | None]:
        job = fold_employment(work, at=moment, known_at=known)
        return job.region_code, team.value_at(moment, known)

    moves = [fact.effective_at for fact in told if fact.what == "moved"]
    changed = [change.effective_at for change in team.changes if change.recorded_at <= known]
    for mine, theirs, points in (
        (0, facts.channel.region, moves),
        (1, facts.channel.team, changed),
    ):
        for one in points:
            now, before = place(one)[mine], place(one - timedelta(microseconds=1))[mine]
            # The days of these dossiers are whole, so nothing is taken back within less than a day.
            if began < one <= at and theirs is not None and before == theirs != now:
                return True
    # Every leave here that was not called off began more than 70 days before the others ended: they are one.
    away = [fact for fact in facts.person.absences if fact.recorded_at <= known]
    ends = [(fact.starts_at, find_end(fact, known)) for fact in away]
    ends = [(begun, end) for begun, end in ends if end > begun]
    first = min((begun for begun, _end in ends), default=None)
    last = max((end for _begun, end in ends), default=None)
    long = first is not None and last > first + 90 * DAY and first + 90 * DAY <= at
    return long and began < first


def is_off(facts: PostingFacts, at: datetime, known: datetime) -> bool:
    done = facts.person.switched_off.changes
    return sum(one.effective_at <= at and one.recorded_at <= known for one in done) % 2 == 1


def came_back(facts: PostingFacts, at: datetime, known: datetime) -> datetime | None:
    """The last instant up to `at` at which somebody works who had worked before, and then not for a day."""
    work, just = facts.person.employment, timedelta(microseconds=1)
    points = {one.effective_at for one in work} | {one.ends_at for one in work if one.ends_at}
    points = sorted(point for point in points if point <= at)

    def works(moment: datetime) -> bool:
        return fold_employment(work, at=moment, known_at=known).employed

    found = None
    for point in points:
        ends = [one for one in points if one < point and works(one - just) and not works(one)]
        if ends and works(point) and not works(point - just) and point - ends[-1] >= DAY:
            found = point
    return found


def find_end(leave: RecordedSpan, known: datetime) -> datetime:
    said = leave.ended_at and leave.end_recorded_at <= known
    return min(leave.ends_at or NOW + 999 * DAY, leave.ended_at if said else NOW + 999 * DAY)


def allowed(facts: PostingFacts, action: str, at: datetime, known: datetime) -> bool:
    """The decision that `may_post` has to give, as one list of conditions without the checks of `channels.rules`."""
    person, channel = facts.person, facts.channel
    job = fold_employment(person.employment, at=at, known_at=known)
    back = came_back(facts, at, known)
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
            not is_off(facts, at, known),
            bool(states) and states[-1].state in ("live", "sunsetting"),
            channel.closes_at is None or at < channel.closes_at,
            not any(holds(f, at, known) and "N1" not in f.allowed for f in channel.freezes),
            any(
                holds(g, at, known)
                and action in ROLE_ACTIONS[g.role]
                and not (back and g.starts_at < back)
                and not ended_by_itself(g, facts, at, known)
                for g in facts.grants
            ),
            standing(facts.certifications[1], at=at, known_at=known).supports_posting,
            not versions or versions[-1].version in read,
            in_scope,
            action != "approve" or not (facts.own_work or facts.author_unknown),
        ]
    )


@settings(max_examples=80, deadline=None)
@given(a_dossier, actions, moments, moments)
def test_decision_agrees_with_the_naive_reference(facts, action, at, known) -> None:
    decision = decide(facts, action, at=at, known_at=known, evaluated_at=NOW)
    assert decision.allowed == allowed(facts, action, at, known)


given_days = st.lists(st.integers(-20, 6), min_size=1, max_size=2)


@settings(max_examples=80, deadline=None)
@given(several_absences(), given_days, moments)
def test_roles_after_several_absences_agree_with_the_naive_reference(absent, began, at) -> None:
    """Nothing but the absences stands in the way, so that they decide."""
    work = [dossier.job(what, day, region="FI") for what, day, *_rest in absent]
    asked = dossier.facts(
        person=dossier.person(employment=(dossier.job(), *work)),
        grants=tuple(dossier.grant(start=day) for day in began),
    )
    known = NOW + 99 * DAY
    decision = decide(asked, at=at, known_at=known, evaluated_at=known)
    assert decision.allowed == allowed(asked, "publish", at, known)


@settings(max_examples=80, deadline=None)
@given(a_dossier, actions, moments, moments)
def test_refusals_have_reasons_and_allowances_have_evidence(facts, action, at, known) -> None:
    decision = decide(facts, action, at=at, known_at=known)
    assert decision.allowed == (not decision.reasons)
    assert decision.allowed == bool(decision.evidence)
    assert decision.decision in ("allow", "deny", "allow_with_review")


@settings(max_examples=150, deadline=None)
@given(a_dossier, actions, moments, st.floats(min_value=0, max_value=1))
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
@given(a_dossier, moments, moments, moments)
def test_decision_is_valid_for_at_most_fifteen_minutes(facts, at, known, evaluated) -> None:
    decision = decide(facts, at=at, known_at=known, evaluated_at=evaluated)
    assert decision.valid_until <= evaluated + timedelta(minutes=15)


@settings(max_examples=80, deadline=None)
@given(a_dossier, moments, moments)
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
    st.lists(st.tuples(a_dossier, actions), min_size=2, max_size=4),
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
