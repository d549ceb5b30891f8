"""`may_post` with one fact changed at a time. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules import DatedValue, ValueChange
from certificates.rules.fact_types import EventFact, FloorFact, SpanFact
from channels.rules.fact_types import PostingAction
from channels.rules.posting import CHECKS, ROLE_ACTIONS
from tests.channels.dossier import (
    DAY,
    NOW,
    accepted,
    certified,
    channel,
    codes,
    decide,
    facts,
    freeze,
    grant,
    hold,
    job,
    leave,
    needs,
    person,
    span,
    state,
    uncertified,
    version,
)

WEEK = 7


def test_complete_facts_are_allowed_with_evidence() -> None:
    decision = decide()
    assert (decision.decision, decision.reasons) == ("allow", ())
    assert decision.evidence == ("acceptance:7", "award:PW-POST-CORE", "permission:publisher-uuid")


SWITCHED_OFF = DatedValue(False, (ValueChange(NOW, NOW, was=False, now=True),))


def moved_team(days: float) -> DatedValue:
    """From SOCIAL to PR, so many days from NOW."""
    when = NOW + days * DAY
    return DatedValue("PR", (ValueChange(when, NOW - 99 * DAY, "SOCIAL", "PR"),))


def turned_contractor(days: float) -> DatedValue:
    """From employee to contractor, so many days from NOW."""
    when = NOW + days * DAY
    return DatedValue("contractor", (ValueChange(when, when, "employee", "contractor"),))


REFUSALS = {
    "nobody has the HR id": (facts(person=None), "person_unknown"),
    "no channel has the code": (facts(channel=None), "channel_unknown"),
    "not joined yet": (facts(person=person(employment=(job(days=3),))), "not_joined"),
    "no employment known": (facts(person=person(employment=())), "not_joined"),
    "left": (facts(person=person(employment=(job(), job("left", -2)))), "person_left"),
    "left this instant": (facts(person=person(employment=(job(), job("left", 0)))), "person_left"),
    "contract over": (
        facts(person=person(employment=(job(ends_at=NOW - DAY),))),
        "contract_ended",
    ),
    "contract over this instant": (
        facts(person=person(employment=(job(ends_at=NOW),))),
        "contract_ended",
    ),
    "account switched off": (
        facts(person=person(switched_off=SWITCHED_OFF)),
        "account_off",
    ),
    "sponsor left": (facts(person=person(sponsor=(job(), job("left", -2)))), "sponsor_left"),
    "sponsor became a contractor": (
        facts(person=person(sponsor=(job(),), sponsor_kind=turned_contractor(-2))),
        "sponsor_left",
    ),
    "sponsor unknown to HR": (facts(person=person(sponsor=())), "sponsor_left"),
    "on hold": (facts(person=person(holds=(hold(),))), "person_on_hold"),
    "frozen": (facts(channel=channel(freezes=(freeze(),))), "frozen"),
    "frozen for its certificate": (
        facts(channel=channel(freezes=(freeze(scope="certification", target=1),))),
        "frozen",
    ),
    "frozen, others may go on": (
        facts(channel=channel(freezes=(freeze(allowed=frozenset({"N2"})),))),
        "frozen",
    ),
    "channel without a state": (facts(channel=channel(states=())), "channel_not_live"),
    "channel suspended": (
        facts(channel=channel(states=(state(), state("suspended", -1)))),
        "channel_not_live",
    ),
    "channel only approved": (
        facts(channel=channel(states=(state("approved"),))),
        "channel_not_live",
    ),
    "channel closed": (
        facts(channel=channel(states=(state(), state("sunsetting", -9), state("closed", -1)))),
        "channel_not_live",
    ),
    "past its last day": (facts(channel=channel(closes_at=NOW)), "channel_closed"),
    "no role": (facts(grants=()), "no_role"),
    "role ended": (facts(grants=(grant(end=-1),)), "role_ended"),
    "role ended by agreement": (facts(grants=(grant(ends_at=NOW),)), "role_ended"),
    "role not begun": (facts(grants=(grant(start=1),)), "no_role"),
    "no certificate": (facts(certifications={1: uncertified()}), "certificate_missing"),
    "certificate ended": (facts(certifications={1: certified(end=-1)}), "certificate_expired"),
    "certificate ends this instant": (
        facts(certifications={1: certified(end=0)}),
        "certificate_expired",
    ),
    "certificate not begun": (facts(certifications={1: certified(start=1)}), "certificate_missing"),
    "rules not accepted": (facts(acceptances=()), "rules_not_accepted"),
    "older rules accepted": (
        facts(channel=channel(rules=(version(), version(2, -1)))),
        "rules_not_accepted",
    ),
    "rules accepted later": (facts(acceptances=(accepted(days=1),)), "rules_not_accepted"),
    "another region": (
        facts(channel=channel(region="BR", region_bound=True)),
        "region_mismatch",
    ),
    "moved from the region of the channel": (
        facts(
            person=person(employment=(job(), job("moved", -1, region="BR"))),
            channel=channel(region="FI"),
        ),
        "role_ended_by_move",
    ),
    "moved before the role was given": (
        facts(
            person=person(employment=(job(), job("moved", -150, region="BR"))),
            channel=channel(region="FI", region_bound=True),
        ),
        "region_mismatch",
    ),
    "left the team of the channel this instant": (
        facts(person=person(team=moved_team(0)), channel=channel(team="SOCIAL")),
        "role_ended_by_move",
    ),
    "on leave for 90 days, and longer": (
        facts(person=person(absences=(leave(-90),))),
        "role_ended_by_leave",
    ),
    "was on leave for 91 days": (
        facts(person=person(absences=(leave(-95, -4),))),
        "role_ended_by_leave",
    ),
    "was on two leaves without a day between": (
        facts(person=person(absences=(leave(-95, -40), leave(-40, -1)))),
        "role_ended_by_leave",
    ),
}


@pytest.mark.parametrize(("asked", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_single_failing_fact_gives_its_one_reason(asked, code) -> None:
    decision = decide(asked)
    assert (decision.decision, codes(decision), decision.evidence) == ("deny", [code], ())


FINE = {
    "hold is over": facts(person=person(holds=(hold(-9, -1),))),
    "hold ends this instant": facts(person=person(holds=(hold(-9, 0),))),
    "hold begins later": facts(person=person(holds=(hold(1),))),
    "a crisis poster goes on": facts(channel=channel(freezes=(freeze(allowed=frozenset({"N1"})),))),
    "another certificate is frozen": facts(
        channel=channel(freezes=(freeze(scope="certification", target=2),))
    ),
    "the frozen certificate is no longer asked for": facts(
        channel=channel(
            access_rules=(needs(), needs(2, 2, ended_at=NOW - DAY, end_recorded_at=NOW - DAY)),
            freezes=(freeze(scope="certification", target=2),),
        ),
        certifications={1: certified(), 2: certified()},
    ),
    "freeze is over": facts(channel=channel(freezes=(freeze(-9, -1),))),
    "freeze ended by its date": facts(channel=channel(freezes=(freeze(ends_at=NOW),))),
    "closing, not yet closed": facts(
        channel=channel(states=(state(), state("sunsetting", -1)), closes_at=NOW + DAY)
    ),
    "reopened": facts(channel=channel(states=(state("suspended", -9), state("live", -1)))),
    "no house rules": facts(channel=channel(rules=()), acceptances=()),
    "new rules are not in force yet": facts(channel=channel(rules=(version(), version(2, 1)))),
    "no certification asked for": facts(channel=channel(access_rules=()), certifications={}),
    "that rule has ended": facts(
        channel=channel(access_rules=(needs(ended_at=NOW - DAY, end_recorded_at=NOW - DAY),)),
        certifications={1: uncertified()},
    ),
    "same region": facts(channel=channel(region="FI", region_bound=True)),
    "region is not binding": facts(channel=channel(region="BR")),
    "bound without a region": facts(channel=channel(region_bound=True)),
    "sponsor is here": facts(person=person(sponsor=(job(),))),
    "contract runs": facts(person=person(employment=(job(ends_at=NOW + DAY),))),
    "contract made longer": facts(
        person=person(employment=(job(ends_at=NOW - DAY), job("contract", -5, ends_at=NOW + DAY)))
    ),
    "moved, and the channel is of no region": facts(
        person=person(employment=(job(), job("moved", -1, region="BR")))
    ),
    "moved, and the channel is of another region": facts(
        person=person(employment=(job(), job("moved", -1, region="BR"))),
        channel=channel(region="US"),
    ),
    "moved, and taken back within a day": facts(
        person=person(
            employment=(
                job(),
                job("moved", -9, region="BR"),
                job("moved", -8.5, region="FI"),
            )
        ),
        channel=channel(region="FI", region_bound=True),
    ),
    "moved, which was corrected": facts(
        person=person(
            employment=(
                job(),
                job("moved", -9, region="BR"),
                job("moved", -9, region="FI", corrects=NOW - 9 * DAY, recorded_at=NOW - DAY),
            )
        ),
        channel=channel(region="FI"),
    ),
    "the channel came to the region later": facts(
        person=person(employment=(job(), job("moved", -9, region="BR"))),
        channel=channel(
            region="FI",
            dated={"region": DatedValue("FI", (ValueChange(NOW - DAY, NOW - DAY, "US", "FI"),))},
        ),
    ),
    "left another team": facts(person=person(team=moved_team(-1)), channel=channel(team="PR")),
    "will leave the team": facts(person=person(team=moved_team(1)), channel=channel(team="SOCIAL")),
    "on leave for less than 90 days": facts(person=person(absences=(leave(-89),))),
    "was on leave for 90 days": facts(person=person(absences=(leave(-95, -5),))),
    "a leave that was called off": facts(
        person=person(
            absences=(leave(-95, ended_at=NOW - 95 * DAY, end_recorded_at=NOW - 60 * DAY),)
        )
    ),
    "was back before the agreed day": facts(
        person=person(
            absences=(leave(-95, 5, ended_at=NOW - 30 * DAY, end_recorded_at=NOW - 30 * DAY),)
        )
    ),
    "the role was given during the leave": facts(person=person(absences=(leave(-120),))),
    "leaves tomorrow": facts(person=person(employment=(job(), job("left", 1)))),
}


@pytest.mark.parametrize("asked", FINE.values(), ids=FINE.keys())
def test_harmless_facts_are_allowed(asked) -> None:
    assert decide(asked).decision == "allow"


@pytest.mark.parametrize(
    ("role", "action"),
    [(role, action) for role in ROLE_ACTIONS for action in PostingAction],
    ids=str,
)
def test_role_covers_exactly_its_actions(role, action) -> None:
    decision = decide(facts(grants=(grant(role),)), action)
    covered = {
        "contributor": "publish schedule reply",
        "publisher": "publish schedule reply",
        "approver": "publish schedule reply approve",
        "admin": "publish schedule reply approve administer",
    }[role].split()
    assert decision.allowed == (action in covered)
    assert codes(decision) == ([] if action in covered else ["role_too_small"])


@pytest.mark.parametrize(
    ("grants", "reviews_each", "action", "expected"),
    [
        (["contributor"], False, "publish", "allow_with_review"),
        (["contributor"], False, "reply", "allow_with_review"),
        (["contributor", "publisher"], False, "publish", "allow"),
        (["publisher"], True, "publish", "allow_with_review"),
        (["admin"], True, "schedule", "allow_with_review"),
        (["approver"], True, "approve", "allow"),
        (["admin"], True, "administer", "allow"),
    ],
)
def test_review_is_required_by_role_and_channel(grants, reviews_each, action, expected) -> None:
    asked = facts(
        grants=tuple(grant(role) for role in grants), channel=channel(reviews_each=reviews_each)
    )
    assert decide(asked, action).decision == expected


def test_own_post_cannot_be_approved() -> None:
    asked = facts(grants=(grant("approver"),), own_work=True)
    assert codes(decide(asked, "approve")) == ["own_work"]
    assert decide(asked, "publish").allowed


def test_post_of_an_unknown_author_cannot_be_approved() -> None:
    asked = facts(grants=(grant("approver"),), author_unknown="t00001")
    assert codes(decide(asked, "approve")) == ["author_unknown"]
    assert decide(asked, "publish").allowed


@pytest.mark.parametrize(
    ("one", "two", "three", "expected"),
    [
        (True, True, True, []),
        (True, False, True, []),
        (False, True, True, []),
        (True, True, False, ["C"]),
        (False, False, True, ["A"]),
        (False, False, False, ["A", "C"]),
    ],
)
def test_access_rule_group_needs_one_of_its_certificates(one, two, three, expected) -> None:
    has = {1: ("A", one), 2: ("B", two), 3: ("C", three)}
    asked = facts(
        channel=channel(access_rules=(needs(1), needs(2), needs(3, group=2))),
        certifications={n: (certified if ok else uncertified)(c) for n, (c, ok) in has.items()},
    )
    assert [reason.params["certification"] for reason in decide(asked).reasons] == expected


def test_reason_names_the_nearer_of_two_alternatives() -> None:
    asked = facts(
        channel=channel(access_rules=(needs(1), needs(2))),
        certifications={1: uncertified("A"), 2: certified("B", end=-1)},
    )
    assert decide(asked).reasons[0].params["certification"] == "B"


CERTIFICATES = {
    "on hold": (certified(), {"holds": (SpanFact(NOW - DAY, NOW - DAY),)}, "certificate_on_hold"),
    "below the floor": (
        certified(),
        {"floors": (FloorFact(5, 3, NOW - DAY, NOW - DAY),)},
        "certificate_outdated",
    ),
    "waived without a certificate": (
        uncertified(),
        {"waivers": (SpanFact(NOW - DAY, NOW - DAY, until=NOW + DAY),)},
        "certificate_missing",
    ),
}


@pytest.mark.parametrize(
    ("base", "changes", "code"), CERTIFICATES.values(), ids=CERTIFICATES.keys()
)
def test_unusable_certificate_gives_its_reason(base, changes, code) -> None:
    awards = tuple(replace(award, releases=((5, 2),), release_number=2) for award in base.awards)
    asked = facts(certifications={1: replace(base, awards=awards, **changes)})
    assert codes(decide(asked)) == [code]


def test_withdrawn_certificate_is_refused_from_its_revocation_on() -> None:
    base = certified()
    revoked = EventFact("revoked", NOW - DAY, NOW - DAY)
    asked = facts(
        certifications={1: replace(base, awards=(replace(base.awards[0], events=(revoked,)),))}
    )
    assert codes(decide(asked)) == ["certificate_withdrawn"]
    assert decide(asked, at=NOW - 2 * DAY).allowed


def test_reasons_are_listed_most_actionable_first() -> None:
    asked = facts(
        person=person(
            employment=(job(), job("left", -1)),
            holds=(hold(),),
            sponsor=(job(), job("left", -1)),
            switched_off=SWITCHED_OFF,
        ),
        channel=channel(
            states=(), freezes=(freeze(),), region="BR", region_bound=True, rules=(version(),)
        ),
        grants=(grant("approver", end=-1),),
        acceptances=(),
        certifications={1: uncertified()},
        own_work=True,
    )
    assert codes(decide(asked, "approve")) == [
        *("rules_not_accepted", "certificate_missing", "own_work", "role_ended"),
        *("region_mismatch", "person_on_hold", "frozen", "channel_not_live"),
        *("account_off", "sponsor_left", "person_left"),
    ]
    assert len(CHECKS) == 11


def test_unknown_person_and_channel_give_both_reasons() -> None:
    asked = facts(person=None, channel=None)
    assert codes(decide(asked)) == ["person_unknown", "channel_unknown"]


def test_returner_needs_a_new_role() -> None:
    absent = (job(), job("left", -50), job("returned", -20))
    assert codes(decide(facts(person=person(employment=absent)))) == ["no_role"]
    again = facts(person=person(employment=absent), grants=(grant(start=-10),))
    assert decide(again).allowed


def test_leaving_cancelled_within_a_day_keeps_the_role() -> None:
    flap = (job(), job("left", -20), job("returned", -19.5))
    assert decide(facts(person=person(employment=flap))).allowed


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        # (days ago, hours away) of each absence
        ([(50, 240), (20, 12)], ["no_role"]),
        ([(50, 240), (20, 12), (10, 1), (5, 23)], ["no_role"]),
        ([(50, 25), (20, 20)], ["no_role"]),
        ([(50, 20), (20, 25)], ["no_role"]),
        ([(50, 20), (20, 20)], []),
    ],
)
@pytest.mark.parametrize("by_contract", [False, True])
def test_role_of_before_a_long_absence_stays_lost_after_short_ones(
    gaps, expected, by_contract
) -> None:
    work = [job(ends_at=NOW - gaps[0][0] * DAY if by_contract else None)]
    for place, (ago, hours) in enumerate(gaps):
        later = [NOW - day * DAY for day, _hours in gaps[place + 1 :]]
        ends_at = (later or [NOW + 90 * DAY])[0] if by_contract else None
        back = "contract" if by_contract and place % 2 else "returned"
        work += [] if by_contract else [job("left", -ago)]
        work.append(job(back, -ago + hours / 24, ends_at=ends_at))
    asked = facts(person=person(employment=tuple(work)))
    assert codes(decide(asked)) == expected
    returned = NOW - min(ago for ago, _hours in gaps) * DAY + 25 * DAY / 24
    again = grant(start=(returned - NOW) / DAY)
    assert decide(facts(person=asked.person, grants=(again,))).allowed


def test_role_held_before_leaving_counts_for_that_time() -> None:
    absent = (job(), job("left", -50), job("returned", -20))
    assert decide(facts(person=person(employment=absent)), at=NOW - 60 * DAY).allowed


LATE = NOW + DAY
UNKNOWN_YET = {
    "a hold recorded later": facts(person=person(holds=(hold(-9, recorded_at=LATE),))),
    "a leaving recorded later": facts(
        person=person(employment=(job(), job("left", -9, recorded_at=LATE)))
    ),
    "a freeze recorded later": facts(channel=channel(freezes=(freeze(-9, recorded_at=LATE),))),
    "a suspension recorded later": facts(
        channel=channel(states=(state(), state("suspended", -9, known=1)))
    ),
    "a role whose end was recorded later": facts(grants=(grant(end=-9, end_recorded_at=LATE),)),
    "a rule recorded later": facts(
        channel=channel(access_rules=(needs(recorded_at=LATE),)), certifications={1: uncertified()}
    ),
}


@pytest.mark.parametrize("asked", UNKNOWN_YET.values(), ids=UNKNOWN_YET.keys())
def test_later_recorded_obstacle_does_not_count_at_known_at(asked) -> None:
    assert decide(asked).allowed
    assert not decide(asked, known_at=LATE).allowed


@pytest.mark.parametrize(
    "asked",
    [
        facts(grants=(grant(recorded_at=LATE),)),
        facts(acceptances=(accepted(),), channel=channel(states=(state(known=1),))),
        facts(person=person(employment=(job(recorded_at=LATE),))),
    ],
    ids=["role", "state", "employment"],
)
def test_later_recorded_requirement_is_missing_at_known_at(asked) -> None:
    assert not decide(asked).allowed
    assert decide(asked, known_at=LATE).allowed


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


SOON = timedelta(minutes=5) / DAY
ENDS = {
    "leaves the team": (
        facts(person=person(team=moved_team(SOON)), channel=channel(team="SOCIAL")),
        minutes(5),
    ),
    "is away for 90 days": (
        facts(person=person(absences=(leave(SOON - 90),))),
        minutes(5),
    ),
    "nothing ahead": (facts(), minutes(15)),
    "certificate ends": (facts(certifications={1: certified(end=SOON)}), minutes(5)),
    "role ends": (facts(grants=(grant(ends_at=minutes(5)),)), minutes(5)),
    "role is known to end": (
        facts(grants=(grant(end=SOON, end_recorded_at=NOW),)),
        minutes(5),
    ),
    "contract ends": (facts(person=person(employment=(job(ends_at=minutes(5)),))), minutes(5)),
    "leaves": (
        facts(person=person(employment=(job(), job("left", SOON, recorded_at=NOW)))),
        minutes(5),
    ),
    "hold begins": (facts(person=person(holds=(hold(SOON, recorded_at=NOW),))), minutes(5)),
    "freeze begins": (
        facts(channel=channel(freezes=(freeze(SOON, recorded_at=NOW),))),
        minutes(5),
    ),
    "channel closes": (facts(channel=channel(closes_at=minutes(5))), minutes(5)),
    "new rules begin": (
        facts(channel=channel(rules=(version(), replace(version(2, SOON), recorded_at=NOW)))),
        minutes(5),
    ),
    "new rules nobody knows of": (
        facts(channel=channel(rules=(version(), version(2, SOON)))),
        minutes(15),
    ),
    "moves away": (
        facts(person=person(employment=(job(), job("moved", SOON, region="BR", recorded_at=NOW)))),
        minutes(5),
    ),
    "sponsor leaves": (
        facts(person=person(sponsor=(job(), job("left", SOON, recorded_at=NOW)))),
        minutes(5),
    ),
}


@pytest.mark.parametrize(("asked", "expected"), ENDS.values(), ids=ENDS.keys())
def test_valid_until_is_the_next_known_change(asked, expected) -> None:
    assert decide(asked).valid_until == expected


def test_refusal_is_valid_until_it_may_change() -> None:
    assert decide(facts(grants=(grant(start=SOON, recorded_at=NOW),))).valid_until == minutes(5)
    assert decide(facts(person=None)).valid_until == minutes(15)


def test_past_answer_is_valid_until_its_change() -> None:
    asked = facts(grants=(grant(end=-10),))
    assert decide(asked, at=NOW - 20 * DAY).valid_until == NOW - 10 * DAY


def test_post_scheduled_after_certificate_end_is_refused() -> None:
    asked = facts(certifications={1: certified(end=3)})
    assert decide(asked, "schedule").allowed
    assert codes(decide(asked, "schedule", at=NOW + 3 * DAY)) == ["certificate_expired"]
    assert decide(asked, "schedule", at=NOW + 3 * DAY - timedelta(microseconds=1)).allowed


@pytest.mark.parametrize("which", ["at", "known_at", "evaluated_at"])
def test_naive_datetime_raises_value_error(which) -> None:
    with pytest.raises(ValueError, match="time zone"):
        decide(**{which: datetime(2026, 6, 15, 9, 0)})  # noqa: DTZ001 - the point of the test


def test_unknown_action_raises_value_error() -> None:
    with pytest.raises(ValueError, match="delete"):
        decide(action="delete")


def test_equal_instants_in_other_zones_give_equal_decisions() -> None:
    helsinki = datetime.fromisoformat("2026-06-15T12:00:00+03:00")
    assert helsinki == datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
    assert decide(at=helsinki) == decide()


def test_spans_are_half_open() -> None:
    one = grant(start=0, end=1)
    assert one.holds(NOW, LATE)
    assert not one.holds(NOW + DAY, LATE)
    assert span(0)["starts_at"] == NOW
