"""Rows of the table of edge cases in docs/domain.md that no other test holds. Rules alone, but for the name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.people import change_person
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import Status, standing
from reports.status_columns import NAMES
from tests.certificates.records import NOW, award, days, event, floor, hold, known, waiver
from tests.factories.certificates import make_award


def status_at(facts: CertificationFacts, day: float) -> Status:
    return standing(facts, at=days(day), known_at=NOW + timedelta(days=900)).status


def test_certificate_earned_again_leaves_the_gap_of_its_withdrawal() -> None:
    first = award(-100, id=1, events=(event("revoked", -50),))
    again = award(-20, id=2)
    facts = known(first, again)
    assert [status_at(facts, day) for day in (-60, -40, -10)] == [
        Status.CERTIFIED,
        Status.REVOKED,
        Status.CERTIFIED,
    ]
    assert first.number != again.number


def test_newer_version_without_a_floor_touches_no_holder() -> None:
    """Editorial and minor changes cut a version and set no floor; what a holder holds names the old one."""
    held = award(-100, release=1)
    assert status_at(known(held), 0) is Status.CERTIFIED


@pytest.mark.parametrize(
    ("day", "expected"),
    [(-1, Status.UPDATE_DUE), (29.99, Status.UPDATE_DUE), (30, Status.LAPSED)],
)
def test_material_version_leaves_holders_until_the_day_of_its_floor(
    day: float, expected: Status
) -> None:
    facts = known(award(-100, release=1), floor(2, 30, recorded=-2))
    assert status_at(facts, day) is expected


def test_holder_who_caught_up_is_not_touched_by_the_floor() -> None:
    caught_up = (award(-100, id=1, release=1), award(-1, id=2, release=2))
    facts = known(*caught_up, floor(2, 30, recorded=-2))
    assert status_at(facts, 31) is Status.CERTIFIED


def test_hold_wins_over_everything_and_waiver_gives_no_right_to_post() -> None:
    expiring = known(award(-330), holds=(hold(-1),))
    assert status_at(expiring, 0) is Status.SUSPENDED
    excused = standing(known(waiver(-1, 30)), at=NOW, known_at=NOW)
    assert (excused.status, excused.supports_posting) == (Status.EXEMPT, False)


def test_accommodation_is_in_no_export() -> None:
    assert not [name for name in NAMES if "factor" in name or "extra" in name]


@pytest.mark.django_db
def test_certificate_keeps_the_name_it_was_issued_to(ada: User) -> None:
    held, name = make_award(ada), ada.display_name
    change_person(ada, display_name="Ada Byron", actor="system:test", at=NOW)
    held.refresh_from_db()
    assert (held.recipient_name, ada.display_name) == (name, "Ada Byron")
