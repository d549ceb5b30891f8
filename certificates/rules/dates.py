"""Until when a certificate is valid: whole days in one time zone, then one instant. No clock, no database.

A certificate is valid at t when `valid_from <= t < expires_at`; `valid_through` is its last whole day in the
time zone of its certification.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

INSTANT = timedelta(microseconds=1)


class RenewalMode(StrEnum):
    """From when an early renewal is counted: the old certificate's end, or the new pass."""

    ANNIVERSARY = "anniversary"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class ValidityPeriod:
    """How long a certificate lasts and how an early renewal is counted."""

    months: int
    window_days: int
    policy_tz: str
    mode: RenewalMode = RenewalMode.ANNIVERSARY


@dataclass(frozen=True, slots=True)
class Validity:
    """`valid_from` (UTC), the last whole day, and the first instant (UTC) after that day."""

    valid_from: datetime
    valid_through: date
    expires_at: datetime


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day(start: date, months: int) -> date:
    """The last whole day of a period of `months` that begins on `start`.

    One day before the same day of a later month; where that month has no such day, its last day, so that
    the period is never shorter than the months promised.
    """
    same_day = add_months(start, months)
    return same_day if same_day.day < start.day else same_day - timedelta(days=1)


def first_day(last: date, months: int) -> date:
    """The latest day on which a period of `months` can begin that lasts at least through `last`."""
    start = add_months(last + timedelta(days=1), -months)
    return start if last_day(start, months) >= last else start + timedelta(days=1)


# The certificates of many people begin and end on the same days, which are asked for several times each.
@lru_cache(maxsize=10_000)
def start_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) at which `day` begins in `zone`.

    Where the clock change repeats midnight, the first one counts (fold=0); where it skips midnight, the change itself.
    """
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """The day of an instant in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def last_day_before(moment: datetime, zone: str) -> date:
    """The last day, whole or in part, before an instant at which something ends, in `zone`."""
    return day_of(moment - INSTANT, zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant (UTC) after `day` in `zone`: expiry, and the end of due dates."""
    return start_of_day(day + timedelta(days=1), zone)


def window_opens(valid_through: date, window_days: int, zone: str) -> datetime:
    """The instant (UTC) from which a renewal keeps the anniversary: `window_days` before the last day."""
    return start_of_day(valid_through - timedelta(days=window_days), zone)


def first_validity(passed_at: datetime, period: ValidityPeriod) -> Validity:
    """The validity that a pass at `passed_at` earns when no valid certificate is renewed."""
    start = day_of(passed_at, period.policy_tz)
    return _validity(passed_at, last_day(start, period.months), period)


def renewed_validity(passed_at: datetime, period: ValidityPeriod, valid_through: date) -> Validity:
    """What a pass earns while a certificate is still valid through `valid_through`.

    Inside the renewal window the new period follows the old one, so renewing early loses no time. Before the
    window, or in completion mode, it is counted from the pass, as for a first certificate; where the
    certification has become shorter meanwhile, the old last day stays.
    """
    opens = window_opens(valid_through, period.window_days, period.policy_tz)
    if period.mode is RenewalMode.COMPLETION or passed_at < opens:
        counted = first_validity(passed_at, period).valid_through
    else:
        counted = last_day(valid_through + timedelta(days=1), period.months)
    return _validity(passed_at, max(counted, valid_through), period)


def _validity(valid_from: datetime, valid_through: date, period: ValidityPeriod) -> Validity:
    return Validity(valid_from, valid_through, end_of_day(valid_through, period.policy_tz))
