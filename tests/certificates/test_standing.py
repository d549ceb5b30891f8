"""The truth table of standings: facts in, one status out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from certificates.rules.dates import last_day_before
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import Status, standing
from certificates.screens import documents
from tests.certificates.records import (
    NOW,
    assigned,
    award,
    days,
    event,
    floor,
    hold,
    known,
    learning,
    waiting,
    waiver,
)

ROWS = {
    # not required
    "nothing known": (known(), "not_required"),
    "an assignment that comes later": (known(assigned(1)), "not_required"),
    "an assignment already closed": (known(assigned(-9, closed=-1)), "not_required"),
    "retired, never certified": (known(assigned(-9), retired_at=days(-1)), "not_required"),
    "retired, certificate ran out": (known(award(-400), retired_at=days(-1)), "not_required"),
    "only a certificate that begins tomorrow": (known(award(1)), "not_required"),
    # required, not yet certified
    "assigned": (known(assigned(-3, due=11)), "assigned"),
    "assigned without a date": (known(assigned(-3)), "assigned"),
    "overdue": (known(assigned(-30, due=-1)), "overdue"),
    "overdue from the very end of the due day": (known(assigned(-30, due=0)), "overdue"),
    "overdue although learning": (known(assigned(-30, due=-1), learning(-2)), "overdue"),
    "in progress": (known(assigned(-3), learning(-1)), "in_progress"),
    "in progress of one's own will": (known(learning(-1)), "in_progress"),
    "started once, then left": (known(assigned(-9), learning(-8, -2)), "assigned"),
    "waits for a reviewer": (known(assigned(-3), learning(-2), waiting(-1)), "awaiting_review"),
    # certified
    "certified": (known(award(-10)), "certified"),
    "certified at the very instant of the pass": (known(award(0)), "certified"),
    "certified, though assigned again and late": (
        known(award(-10), assigned(-5, due=-1)),
        "certified",
    ),
    "certified on a release above the floor": (
        known(award(-10, release=3), floor(2, -5)),
        "certified",
    ),
    "certified on the very release of the floor": (
        known(award(-10, release=2), floor(2, -5)),
        "certified",
    ),
    "a floor of another course": (
        known(award(-10, releases=((99, 1),)), floor(2, -5)),
        "certified",
    ),
    "renewed": (
        known(award(-340, events=(event("superseded", -5),)), award(-5, id=2)),
        "certified",
    ),
    "revoked, then earned again": (
        known(award(-90, events=(event("revoked", -50),)), award(-5, id=2)),
        "certified",
    ),
    "revocation taken back from its beginning": (
        known(award(-90, events=(event("revoked", -50), event("reinstated", -50, -20)))),
        "certified",
    ),
    "revocation taken back later on": (
        known(award(-90, events=(event("revoked", -50), event("reinstated", -20)))),
        "certified",
    ),
    "revocation that begins tomorrow": (
        known(award(-9, events=(event("revoked", 1),))),
        "certified",
    ),
    "retired, certificate still runs": (known(award(-9), retired_at=days(-1)), "certified"),
    # inside the renewal window
    "inside the renewal window": (known(award(-330)), "expiring"),
    "still inside on the last day": (known(award(-364.3)), "expiring"),
    "a window of its own": (known(award(-270, window_days=100)), "expiring"),
    # below an announced floor
    "a floor is announced": (known(award(-10), floor(2, 20)), "update_due"),
    "a floor is announced, and it ends soon": (known(award(-330), floor(2, 20)), "expiring"),
    # expired, inside the grace period
    "expired, inside the grace": (known(award(-368, grace_days=7)), "grace"),
    "inside the grace, and excused": (
        known(award(-368, grace_days=7), waiver(-5, 5)),
        "grace",
    ),
    # excused by a waiver
    "excused": (known(waiver(-5, 5)), "exempt"),
    "excused after the certificate ended": (known(award(-400), waiver(-5, 5)), "exempt"),
    "excused though overdue": (known(assigned(-30, due=-1), waiver(-5, 5)), "exempt"),
    "no longer excused": (known(assigned(-30), waiver(-20, -1)), "assigned"),
    "excuse ended early": (known(assigned(-30), waiver(-20, 20, ended=-1)), "assigned"),
    "certified and excused": (known(award(-10), waiver(-5, 5)), "certified"),
    # lapsed
    "expired": (known(award(-400)), "lapsed"),
    "expired, no grace by default": (known(award(-366)), "lapsed"),
    "expired, grace over": (known(award(-380, grace_days=7)), "lapsed"),
    "below a floor in force": (known(award(-10), floor(2, -5)), "lapsed"),
    "below a floor from this instant": (known(award(-10), floor(2, 0)), "lapsed"),
    "below a floor, grace does not help": (
        known(award(-368, grace_days=7), floor(2, -5)),
        "lapsed",
    ),
    "lapsed while learning again": (known(award(-400), learning(-2)), "lapsed"),
    "replaced by one nobody has": (known(award(-9, events=(event("superseded", -5),))), "lapsed"),
    # revoked
    "revoked": (known(award(-90, events=(event("revoked", -50),))), "revoked"),
    "revoked from this instant": (known(award(-90, events=(event("revoked", 0),))), "revoked"),
    "revoked, and would have expired by now": (
        known(award(-400, events=(event("revoked", -350),))),
        "revoked",
    ),
    "revoked and excused": (
        known(award(-90, events=(event("revoked", -50),)), waiver(-5, 5)),
        "revoked",
    ),
    "revoked, taken back, revoked again": (
        known(
            award(
                -90,
                events=(event("revoked", -50), event("reinstated", -40), event("revoked", -3)),
            )
        ),
        "revoked",
    ),
    "the renewal was revoked: the old one does not come back": (
        known(
            award(-340, events=(event("superseded", -20),)),
            award(-20, id=2, events=(event("revoked", -5),)),
        ),
        "revoked",
    ),
    # on hold, which overrides all other statuses
    "on hold": (known(award(-10), holds=(hold(-1),)), "suspended"),
    "on hold without a certificate": (known(holds=(hold(-1),)), "suspended"),
    "on hold from this instant": (known(award(-10), holds=(hold(0),)), "suspended"),
    "on hold and revoked": (
        known(award(-90, events=(event("revoked", -50),)), holds=(hold(-1),)),
        "suspended",
    ),
    "on hold and renewed meanwhile": (
        known(award(-340, events=(event("superseded", -2),)), award(-2, id=2), holds=(hold(-9),)),
        "suspended",
    ),
    "a hold that begins tomorrow": (known(award(-10), holds=(hold(1),)), "certified"),
    "a hold that has ended": (known(award(-10), holds=(hold(-9, -1),)), "certified"),
    "a hold that ends this instant": (known(award(-10), holds=(hold(-9, 0),)), "certified"),
    "one hold ended, another runs": (
        known(award(-10), holds=(hold(-9, -1), hold(-3))),
        "suspended",
    ),
}


@pytest.mark.parametrize(("facts", "expected"), ROWS.values(), ids=ROWS.keys())
def test_standing_follows_the_truth_table(facts: CertificationFacts, expected: str) -> None:
    assert standing(facts, at=NOW, known_at=NOW).status == expected


COMPLIANT = {"certified", "expiring", "update_due", "exempt"}
MAY_SUPPORT = {"certified", "expiring", "update_due", "grace"}


@pytest.mark.parametrize(("facts", "expected"), ROWS.values(), ids=ROWS.keys())
def test_standing_tells_compliance_and_posting_support(
    facts: CertificationFacts, expected: str
) -> None:
    answer = standing(facts, at=NOW, known_at=NOW)
    assert answer.compliant is (expected in COMPLIANT)
    assert answer.supports_posting is (expected in MAY_SUPPORT)


def test_truth_table_covers_every_status() -> None:
    assert {expected for _facts, expected in ROWS.values()} == {str(status) for status in Status}


def test_award_is_valid_until_just_before_expiry() -> None:
    facts = known(award(-10))
    end = facts.awards[0].expires_at
    before = standing(facts, at=end - timedelta(microseconds=1), known_at=NOW)
    assert before.status is Status.EXPIRING
    assert standing(facts, at=end, known_at=NOW).status is Status.LAPSED


def test_grace_begins_at_the_instant_of_expiry() -> None:
    facts = known(award(-10, grace_days=7))
    end = facts.awards[0].expires_at
    assert standing(facts, at=end, known_at=NOW).status is Status.GRACE


def test_standing_shows_floor_date_and_window_date() -> None:
    facts = known(award(-330), floor(3, 20))
    answer = standing(facts, at=NOW, known_at=NOW)
    assert (answer.floor_at, answer.floor_release) == (days(20), 3)
    assert answer.window_opens_at is not None
    assert answer.window_opens_at < NOW < facts.awards[0].expires_at


@pytest.mark.parametrize("floor_in", [-3, -1, 0, 1, 3], ids=lambda days: f"floor {days} days off")
def test_last_day_is_the_earlier_of_floor_and_certificate(floor_in: int) -> None:
    held = award(-330)
    floored = replace(floor(3, 20), effective_at=held.expires_at + floor_in * timedelta(days=1))
    answer = standing(known(held, floored), at=NOW, known_at=NOW)
    assert answer.status is Status.EXPIRING
    assert answer.is_below_floor
    last = held.valid_through + timedelta(days=min(floor_in, 0))
    assert answer.last_day == answer.counts_through == last
    state, until = documents.award_state(held, floored, None, NOW)
    assert (state, until) == ("ends_soon", min(held.expires_at, floored.effective_at))


def test_last_day_of_grace_is_the_earlier_of_floor_and_grace() -> None:
    held = award(-368, grace_days=7)
    for floored in ((), (floor(3, 1),)):
        answer = standing(known(held, *floored), at=NOW, known_at=NOW)
        assert answer.status is Status.GRACE
        ends = min([held.grace_ends_at, *(one.effective_at for one in floored)])
        assert answer.last_day == last_day_before(ends, held.policy_tz)
        assert answer.counts_through == held.valid_through


def test_standing_shows_hold_start_and_reason() -> None:
    answer = standing(known(award(-10), holds=(hold(-1), hold(-4))), at=NOW, known_at=NOW)
    assert (answer.hold_since, answer.hold_reason) == (days(-4), "Under review")


def test_standing_uses_the_longest_waiver() -> None:
    answer = standing(known(waiver(-5, 5), waiver(-3, 9)), at=NOW, known_at=NOW)
    assert answer.exempt_until == days(9)


def test_standing_shows_the_earliest_due_date() -> None:
    answer = standing(known(assigned(-3, due=9), assigned(-3, due=4)), at=NOW, known_at=NOW)
    assert answer.due_on == days(3).date()
