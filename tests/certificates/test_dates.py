"""Tables of validity dates: our own examples and those that other products publish."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.dates import (
    RenewalMode,
    ValidityPeriod,
    add_months,
    end_of_day,
    first_validity,
    last_day,
    renewed_validity,
    window_opens,
)

YEAR = ValidityPeriod(months=12, window_days=60, policy_tz="Europe/Helsinki")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        pytest.param(date(2026, 3, 1), 12, date(2027, 2, 28), id="first of a month"),
        pytest.param(date(2026, 1, 31), 12, date(2027, 1, 30), id="last of January"),
        pytest.param(date(2028, 2, 29), 12, date(2029, 2, 28), id="leap day is clamped"),
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="31 August, half a year"),
        pytest.param(date(2028, 2, 29), 48, date(2032, 2, 28), id="leap day to leap day"),
        pytest.param(date(2026, 10, 31), 1, date(2026, 11, 30), id="a month into a short one"),
        pytest.param(date(2026, 12, 1), 1, date(2026, 12, 31), id="December does not overflow"),
        pytest.param(date(2023, 2, 12), 12, date(2024, 2, 11), id="Moodle Workplace, in time"),
        pytest.param(date(2023, 2, 20), 12, date(2024, 2, 19), id="Moodle Workplace, late"),
        pytest.param(date(2019, 4, 1), 12, date(2020, 3, 31), id="ILIAS 5625, 1 April"),
        # ILIAS counts 365 days and ends on 2020-01-17; a period of twelve months ends one day earlier.
        pytest.param(date(2019, 1, 17), 12, date(2020, 1, 16), id="ILIAS 5625, 17 January"),
    ],
)
def test_last_day_of_period_matches_published_examples(
    start: date, months: int, expected: date
) -> None:
    assert last_day(start, months) == expected


@pytest.mark.parametrize(
    ("midnight_of", "zone", "expected"),
    [
        pytest.param(
            date(2026, 9, 6), "America/Santiago", utc(2026, 9, 6, 4), id="Santiago has none"
        ),
        pytest.param(date(2026, 4, 24), "Africa/Cairo", utc(2026, 4, 23, 22), id="Cairo has none"),
        pytest.param(date(2026, 3, 29), "Asia/Beirut", utc(2026, 3, 28, 22), id="Beirut has none"),
        pytest.param(date(2026, 3, 8), "America/Havana", utc(2026, 3, 8, 5), id="Havana has none"),
        pytest.param(
            date(2026, 11, 1), "America/Havana", utc(2026, 11, 1, 4), id="Havana has two: the first"
        ),
        pytest.param(
            date(2026, 10, 25), "Atlantic/Azores", utc(2026, 10, 25, 0), id="Azores: the first"
        ),
        pytest.param(date(2026, 7, 1), "Europe/Helsinki", utc(2026, 6, 30, 21), id="summer time"),
        pytest.param(date(2027, 1, 1), "Etc/GMT+12", utc(2027, 1, 1, 12), id="anywhere on earth"),
    ],
)
def test_end_of_day_is_the_midnight_after_it(
    midnight_of: date, zone: str, expected: datetime
) -> None:
    assert end_of_day(midnight_of - timedelta(days=1), zone) == expected


def test_end_of_day_differs_by_25_hours_across_zones() -> None:
    day = date(2026, 6, 30)
    apart = end_of_day(day, "Pacific/Pago_Pago") - end_of_day(day, "Pacific/Kiritimati")
    assert apart == timedelta(hours=25)


def test_accredible_three_year_period_ends_before_anniversary() -> None:
    terms = ValidityPeriod(months=36, window_days=60, policy_tz="UTC")
    assert first_validity(utc(2019, 1, 1), terms).expires_at == utc(2022, 1, 1)


def test_tool_certify_window_opens_before_the_last_day() -> None:
    assert window_opens(date(2026, 6, 30), 30, "UTC") == utc(2026, 5, 31)


def test_scandlearn_renewal_does_not_drift() -> None:
    terms = ValidityPeriod(months=24, window_days=30, policy_tz="UTC")
    assert window_opens(date(2025, 1, 31), 30, "UTC") == utc(2025, 1, 1)
    renewed = renewed_validity(utc(2025, 1, 5), terms, date(2025, 1, 31))
    assert renewed.valid_through == date(2027, 1, 31)


def test_pass_day_is_read_in_the_policy_zone() -> None:
    late = utc(2026, 3, 1, 23, 30)  # already 2 March in Helsinki
    assert first_validity(late, YEAR).valid_through == date(2027, 3, 1)


def test_renewal_in_window_extends_the_old_period() -> None:
    renewed = renewed_validity(utc(2027, 1, 10), YEAR, date(2027, 2, 28))
    assert renewed.valid_through == date(2028, 2, 29)
    assert renewed.valid_from == utc(2027, 1, 10)


def test_renewal_before_window_counts_from_the_pass() -> None:
    renewed = renewed_validity(utc(2026, 9, 1, 9), YEAR, date(2027, 2, 28))
    assert renewed.valid_through == date(2027, 8, 31)


def test_completion_mode_always_counts_from_the_pass() -> None:
    terms = ValidityPeriod(12, 60, "Europe/Helsinki", RenewalMode.COMPLETION)
    assert renewed_validity(utc(2027, 1, 10), terms, date(2027, 2, 28)).valid_through == date(
        2028, 1, 9
    )


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
months = st.integers(min_value=1, max_value=120)


@given(days, months)
def test_period_is_never_shorter_than_its_months(start: date, length: int) -> None:
    end = last_day(start, length) + timedelta(days=1)
    assert end >= add_months(start, length)
    assert (end - add_months(start, length)).days <= 1


@given(days, months, st.integers(0, 59))
def test_early_renewal_never_loses_a_day(start: date, length: int, early: int) -> None:
    terms = ValidityPeriod(length, 60, "UTC")
    old = last_day(start, length)
    passed = datetime(old.year, old.month, old.day, 12, tzinfo=UTC) - timedelta(days=early)
    fresh = first_validity(passed, terms)
    assert renewed_validity(passed, terms, old).valid_through >= fresh.valid_through
