"""The two dates of every page of the console: the day asked about, and the day by which it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import dates
from accounts.readers import days
from certificates.rules.dates import INSTANT, end_of_day

NAMES = ("at", "known_at")


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """What a page is asked about: the instants for the rules, and the days as they were given ("" for now).

    A day is meant at its end in the reader's zone; today is now. `misread` says what is wrong with the days.
    """

    at: datetime
    known_at: datetime
    at_day: str = ""
    known_day: str = ""
    misread: tuple[str, ...] = ()

    @property
    def is_now(self) -> bool:
        return not (self.at_day or self.known_day)

    @property
    def said(self) -> dict[str, str]:
        """The days for the query string of an address."""
        days_given = zip(NAMES, (self.at_day, self.known_day), strict=True)
        return {name: day for name, day in days_given if day}

    @property
    def address(self) -> str:
        """The query string that keeps these days, with its question mark; "" for now."""
        return f"?{urlencode(self.said)}" if self.said else ""

    @property
    def words(self) -> str:
        """In one sentence what the page shows."""
        if self.misread:
            return ""
        if self.is_now:
            return _("As it stands now.")
        at = _at_words(self.at_day)
        if not self.known_day:
            return _("%(at)s by everything that is recorded today.") % {"at": at}
        known = days.spell_day(date.fromisoformat(self.known_day))
        told = {"at": at, "day": known}
        return _("%(at)s by what had been recorded until the end of %(day)s.") % told


def _at_words(day: str) -> str:
    if not day:
        return _("As it stands now,")
    told = {"day": days.spell_day(date.fromisoformat(day)), "zone": days.name_current_zone()}
    return _("At the end of %(day)s (%(zone)s),") % told


def read_moment(params: Mapping[str, str], now: datetime) -> AskedMoment:
    """The moment that `at` and `known_at` in a query string ask about; without them now.

    Days that are none, and a future one for `known_at`, are told in `misread`: then nothing is to be shown.
    """
    given = {name: params.get(name, "").strip() for name in NAMES}
    instants: dict[str, datetime] = {}
    misread = []
    for name, text in given.items():
        try:
            instants[name] = _read_instant(name, text, now) if text else now
        except dates.DateRefusedError as refusal:
            misread.append(_name_field(name, refusal))
            instants[name] = now
    return AskedMoment(
        at=instants["at"],
        known_at=instants["known_at"],
        at_day=given["at"],
        known_day=given["known_at"],
        misread=tuple(misread),
    )


def _name_field(name: str, why: dates.DateRefusedError) -> str:
    said = _("On the day: %(why)s") if name == "at" else _("As known on: %(why)s")
    return said % {"why": why}


def _read_instant(name: str, text: str, now: datetime) -> datetime:
    """The end of the day in the reader's zone; today is now. Raises DateRefusedError."""
    day = dates.read_day(text.replace("\0", "�"))
    if not dates.FIRST_YEAR <= day.year < dates.LAST_YEAR:
        told = {"first": dates.FIRST_YEAR, "last": dates.LAST_YEAR - 1}
        raise dates.DateRefusedError(
            _("Give a day between the years %(first)s and %(last)s.") % told
        )
    today = timezone.localdate(now)
    if day == today:
        return now
    if name == "known_at" and day > today:
        raise dates.DateRefusedError(
            _("Nobody knows yet what will be recorded by then. Give a day up to today.")
        )
    return end_of_day(day, timezone.get_current_timezone_name()) - INSTANT
