"""The dates of a certificate in words: days in its policy zone, for every page and mail."""

from __future__ import annotations

from datetime import date, datetime

from accounts.readers import days
from certificates.rules.dates import day_of


def spell_policy_day(when: date | datetime | None, zone: str) -> str:
    """A day, or the day of an instant, in the policy's zone, which is named where the reader's differs; '' for none."""
    if not when:
        return ""
    day = day_of(when, zone) if isinstance(when, datetime) else when
    return days.spell_day_in(day, zone)
