"""Standings at one moment (`at`) from the facts recorded by another (`known_at`)."""

from __future__ import annotations

import pytest

from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import standing
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

LATE_REVOCATION = known(award(-90, events=(event("revoked", -50, recorded=-20),)))
MISTAKE = known(award(-90, events=(event("revoked", -50), event("reinstated", -50, recorded=-20))))
ROWS = {
    "before a late revocation was known": (LATE_REVOCATION, -30, -30, "certified"),
    "the same moment, known today": (LATE_REVOCATION, -30, 0, "revoked"),
    "before the revocation counts": (LATE_REVOCATION, -60, 0, "certified"),
    "a mistake as known then": (MISTAKE, -30, -30, "revoked"),
    "a mistake as known since": (MISTAKE, -30, 0, "certified"),
    "an award recorded late": (known(award(-90, recorded_at=days(-20))), -30, -30, "not_required"),
    "the award once recorded": (known(award(-90, recorded_at=days(-20))), -30, 0, "certified"),
    "a floor not announced yet": (known(award(-90), floor(2, 5, -3)), 0, -4, "certified"),
    "the floor once announced": (known(award(-90), floor(2, 5, -3)), 0, -3, "update_due"),
    "a hold's end not recorded yet": (
        known(award(-90), holds=(hold(-9, -5, recorded_end=-1),)),
        -4,
        -4,
        "suspended",
    ),
    "a hold's end known since": (
        known(award(-90), holds=(hold(-9, -5, recorded_end=-1),)),
        -4,
        0,
        "certified",
    ),
    "a waiver's early end not known": (known(waiver(-20, 20, ended=-1)), 0, -2, "exempt"),
    "an assignment's closing not known": (known(assigned(-9, closed=-1)), 0, -2, "assigned"),
    "learning that ended since": (known(learning(-9, -1)), 0, -2, "in_progress"),
}


@pytest.mark.parametrize(("facts", "at", "known_at", "expected"), ROWS.values(), ids=ROWS.keys())
def test_standing_depends_on_at_and_known_at(
    facts: CertificationFacts, at: float, known_at: float, expected: str
) -> None:
    assert standing(facts, at=days(at), known_at=days(known_at)).status == expected


def test_standing_before_revocation_still_supports_posting() -> None:
    facts = known(award(-90, events=(event("revoked", -50),)))
    assert standing(facts, at=days(-51), known_at=days(0)).supports_posting
