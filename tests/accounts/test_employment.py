"""`employment` folds employment facts into a state at a moment. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import EmploymentFact, end_of_day, fold_employment, start_of_day

DAY = timedelta(days=1)
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def t(days: float) -> datetime:
    return T0 + days * DAY


def fact(what: str, at: float, *, known: float | None = None, **more: object) -> EmploymentFact:
    return EmploymentFact(what, t(at), t(at if known is None else known), **more)  # type: ignore[arg-type]


def fold(*facts: EmploymentFact, at: float, known: float = 10_000):
    return fold_employment(facts, at=t(at), known_at=t(known))


JOINED = fact("joined", 0, region="FI")
CONTRACTOR = fact("joined", 0, region="FI", ends_at=t(90))


@pytest.mark.parametrize(
    ("facts", "at", "employed"),
    [
        pytest.param([], 5, False, id="nobody-knows-them"),
        pytest.param([JOINED], -1, False, id="before-the-first-day"),
        pytest.param([JOINED], 0, True, id="from-the-first-instant"),
        pytest.param([JOINED, fact("left", 10)], 10, False, id="not-at-the-instant-of-leaving"),
        pytest.param([JOINED, fact("left", 10)], 9.999, True, id="until-just-before-leaving"),
        pytest.param([JOINED, fact("left", 10), fact("returned", 20)], 15, False, id="between"),
        pytest.param([JOINED, fact("left", 10), fact("returned", 20)], 20, True, id="back-again"),
        pytest.param([CONTRACTOR], 89.9, True, id="contract-runs"),
        pytest.param([CONTRACTOR], 90, False, id="contract-is-over"),
        pytest.param([CONTRACTOR, fact("contract", 50, ends_at=t(200))], 150, True, id="extended"),
        pytest.param([CONTRACTOR, fact("contract", 50, ends_at=t(60))], 60, False, id="shortened"),
        pytest.param([CONTRACTOR, fact("contract", 50)], 900, True, id="contract-end-removed"),
        pytest.param([CONTRACTOR, fact("returned", 100)], 500, True, id="hired-after-contract"),
    ],
)
def test_employment_runs_from_joining_until_leaving(facts, at, employed):
    assert fold(*facts, at=at).employed is employed


def test_leaving_is_unknown_before_it_was_recorded():
    left_early = fact("left", 10, known=30)
    assert fold(JOINED, left_early, at=15, known=29).employed
    assert not fold(JOINED, left_early, at=15, known=30).employed


def test_return_at_instant_of_leaving_cancels_the_leaving():
    called_off = [fact("left", 10, known=1), fact("returned", 10, known=2)]
    found = fold(JOINED, *called_off, at=20)
    assert (found.employed, found.since) == (True, t(0))


def test_return_after_leaving_starts_new_employment():
    assert fold(JOINED, fact("left", 10), fact("returned", 20), at=25).since == t(20)


def test_left_at_is_the_first_of_two_leavings():
    assert fold(JOINED, fact("left", 10), fact("left", 20), at=25).left_at == t(10)


def test_leaving_after_contract_end_does_not_move_the_end():
    assert fold(CONTRACTOR, fact("left", 120), at=150).left_at == t(90)


def test_move_changes_region_from_its_day_on():
    moved = fact("moved", 10, region="BR")
    assert [fold(JOINED, moved, at=at).region_code for at in (9, 10)] == ["FI", "BR"]


@pytest.mark.parametrize(
    ("facts", "ends_at"),
    [
        pytest.param([JOINED], None, id="open-ended"),
        pytest.param([JOINED, fact("left", 50, known=1)], 50, id="planned-leaving"),
        pytest.param([CONTRACTOR], 90, id="contract"),
        pytest.param([CONTRACTOR, fact("left", 50, known=1)], 50, id="leaves-before-contract-end"),
        pytest.param(
            [CONTRACTOR, fact("contract", 80, known=1, ends_at=t(300))], 300, id="will-be-extended"
        ),
        pytest.param(
            [CONTRACTOR, fact("contract", 95, known=1, ends_at=t(300))], 90, id="extended-too-late"
        ),
        pytest.param(
            [JOINED, fact("left", 50, known=1), fact("returned", 50, known=2)],
            None,
            id="called-off",
        ),
    ],
)
def test_ends_at_is_the_earliest_known_end(facts, ends_at):
    assert fold(*facts, at=5).ends_at == (None if ends_at is None else t(ends_at))


def test_unknown_employment_fact_raises_value_error():
    with pytest.raises(ValueError, match="promoted"):
        fold(fact("promoted", 0), at=1)


FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(["joined", "left", "returned", "moved", "contract"]),
        st.integers(0, 30),
        known=st.integers(0, 30),
        region=st.sampled_from([None, "FI", "BR"]),
        ends_at=st.one_of(st.none(), st.integers(0, 40).map(t)),
    ),
    max_size=7,
)


@given(FACTS, st.integers(0, 40))
def test_employment_holds_exactly_until_ends_at(facts, at):
    found = fold(*facts, at=at)
    days = [at + half / 2 for half in range(90)]
    first_off = next((day for day in days if not fold(*facts, at=day).employed), None)
    if not found.employed:
        assert found.ends_at is None
    else:
        assert found.ends_at == (None if first_off is None else t(first_off))


@given(FACTS, st.integers(0, 40))
def test_left_at_lies_in_the_past_and_only_without_employment(facts, at):
    found = fold(*facts, at=at)
    assert found.left_at is None or (not found.employed and found.left_at <= t(at))


def test_day_ends_at_next_midnight_in_its_zone():
    assert end_of_day(date(2026, 6, 30), "Europe/Helsinki") == datetime(2026, 6, 30, 21, tzinfo=UTC)
    assert start_of_day(date(2026, 9, 6), "America/Santiago") == datetime(2026, 9, 6, 4, tzinfo=UTC)
