"""The state that a certificate page shows at a moment."""

from __future__ import annotations

import pytest

from certificates.rules.fact_types import AwardFact
from certificates.rules.standings import standing, unmet_floor
from certificates.screens.documents import DocumentState, award_state
from tests.certificates.records import NOW, award, days, event, floor, hold, known

pytestmark = pytest.mark.databases

ROWS: dict[str, tuple[AwardFact, tuple[int, int] | None, float | None, str]] = {
    "in force": (award(-10), None, None, "valid"),
    "ends soon": (award(-330), None, None, "ends_soon"),
    "course changes soon": (award(-10), (2, 20), None, "update_due"),
    "course changes, and it ends soon": (award(-330), (2, 20), None, "ends_soon"),
    "course has changed": (award(-10), (2, -5), None, "outdated"),
    "earned after the change": (award(-10, release=2), (2, -5), None, "valid"),
    "expired": (award(-400), None, None, "expired"),
    "expired, in grace": (award(-368, grace_days=7), None, None, "grace"),
    "in grace, on hold": (award(-368, grace_days=7), None, -1, "paused"),
    "in grace, course changes soon": (award(-368, grace_days=7), (2, 2), None, "grace"),
    "in grace, course has changed": (award(-368, grace_days=7), (2, -1), None, "expired"),
    "expired, grace over": (award(-400, grace_days=7), None, None, "expired"),
    "on hold": (award(-10), None, -1, "paused"),
    "on hold, expired": (award(-400), None, -1, "expired"),
    "replaced": (award(-340, events=(event("superseded", -5),)), None, None, "replaced"),
    "replaced, then expired": (
        award(-400, events=(event("superseded", -60),)),
        None,
        None,
        "replaced",
    ),
    "withdrawn": (award(-90, events=(event("revoked", -5),)), None, None, "withdrawn"),
    "withdrawn from tomorrow": (award(-9, events=(event("revoked", 1),)), None, None, "valid"),
    "withdrawn by mistake": (
        award(-90, events=(event("revoked", -5), event("reinstated", -5, -1))),
        None,
        None,
        "valid",
    ),
}


@pytest.mark.parametrize(("fact", "raised", "held", "expected"), ROWS.values(), ids=ROWS.keys())
def test_certificate_state_follows_the_truth_table(
    fact: AwardFact, raised: tuple[int, int] | None, held: float | None, expected: str
) -> None:
    floors = [floor(*raised)] if raised else []
    since = None if held is None else days(held)
    state, _until = award_state(fact, unmet_floor(fact, floors), since, NOW)
    assert state == expected
    # The page says that it lets its holder post where, and only where, decisions say so.
    holds = () if held is None else (hold(held),)
    decided = standing(known(fact, *floors, holds=holds), at=NOW, known_at=NOW)
    assert (state.is_valid or state == "grace") == decided.supports_posting


def test_truth_table_covers_every_state() -> None:
    assert {row[-1] for row in ROWS.values()} == {str(state) for state in DocumentState}
