"""Dates that people and other systems give us: which are plausible, and what is wrong with the others."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A working life fits between these days. Databases and spreadsheets write days outside of them for "empty".
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)
# HR systems write this day for "no end".
NO_END = date(9999, 12, 31)
# The first day of the Unix clock: what a program shows for an empty date.
EMPTY_CLOCK = date(1970, 1, 1)
# Moments of this product: nothing happened before, nothing is planned after.
FIRST_YEAR, LAST_YEAR = 2000, 2099
# How far the clock of another system may be ahead of ours.
CLOCK_SKEW = timedelta(seconds=5)

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
WITH_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].+\Z")
SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}\Z")
SERIAL_NUMBER = re.compile(r"[0-9]{4,6}(\.[0-9]+)?\Z")


class DateRefusedError(ValueError):
    """The text is no plausible day or moment; the message says what to write."""


def read_day(text: str) -> date:
    """The day that `text` names: year-month-day and plausible, or NO_END. Raises DateRefusedError."""
    if not ISO_DAY.match(text):
        raise DateRefusedError(_misread(text) % {"text": text[:40]})
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DateRefusedError(_("There is no day %(text)s.") % {"text": text}) from None
    if day != NO_END:
        require_plausible_day(day)
    return day


def _misread(text: str) -> str:
    if WITH_TIME.match(text):
        return _("“%(text)s” has a time of day. Write the day only, like 2026-03-14.")
    if SHORT_YEAR.match(text):
        return _("“%(text)s” has a year of two digits. Write year-month-day, like 2026-03-14.")
    if SERIAL_NUMBER.match(text):
        return _(
            "“%(text)s” is a spreadsheet’s number for a day. Format the column as year-month-day, like 2026-03-14."
        )
    return _("“%(text)s” could be read in several ways. Write year-month-day, like 2026-03-14.")


def require_plausible_day(day: date) -> None:
    """Raises DateRefusedError for a day that no living person's employment has, or that stands for an empty one."""
    if day == EMPTY_CLOCK:
        text = _(
            "%(day)s is what many programs write for an empty date: leave the cell empty or write the real day."
        )
        raise DateRefusedError(text % {"day": day.isoformat()})
    if not FIRST_DAY <= day <= LAST_DAY:
        text = _(
            "%(day)s is no plausible day: write one between %(first)s and %(last)s. An empty cell means none."
        )
        days = {"day": day.isoformat(), "first": FIRST_DAY, "last": LAST_DAY}
        raise DateRefusedError(text % days)


def validate_plausible_day(day: date) -> None:
    """Refuse in a form what `require_plausible_day` refuses, "no end" too: there a field is left empty."""
    if day == EMPTY_CLOCK:
        text = _(
            "%(day)s is what many programs write for an empty date: choose the real day, or none."
        )
        raise ValidationError(text % {"day": day.isoformat()}, code="implausible")
    if not FIRST_DAY <= day <= LAST_DAY:
        text = _("%(day)s is no plausible day: choose one between %(first)s and %(last)s.")
        days = {"day": day.isoformat(), "first": FIRST_DAY, "last": LAST_DAY}
        raise ValidationError(text % days, code="implausible")


def require_plausible_moment(moment: datetime) -> datetime:
    """The moment in UTC. Raises DateRefusedError outside of the years 2000 to 2099."""
    try:
        instant = moment.astimezone(UTC)
    except OverflowError:
        instant = None
    if instant is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        text = _("Give a moment between the years %(first)s and %(last)s.")
        raise DateRefusedError(text % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return instant


def require_known_moment(known_at: datetime, now: datetime) -> datetime:
    """The moment by which something had been recorded: `known_at`, and `now` where a clock is a little ahead of ours.

    Raises DateRefusedError for a later one: what is answered for it today may be another answer by then.
    """
    if known_at > now + CLOCK_SKEW:
        raise DateRefusedError(
            _("Nobody knows yet what will be recorded by then. Give a moment up to now.")
        )
    return min(known_at, now)


def validate_plausible_moment(moment: datetime) -> None:
    """Refuse in a form what `require_plausible_moment` refuses."""
    try:
        require_plausible_moment(moment)
    except DateRefusedError as reason:
        raise ValidationError(str(reason), code="implausible") from reason
