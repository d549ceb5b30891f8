"""Days and time zones in a reader's words. The reader's own zone is Django's current one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Region, User


def zone_of(person: User) -> ZoneInfo:
    """The time zone in which a person reads; UTC where none, or none that exists, is known."""
    try:
        return ZoneInfo(person.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone_of_region(region: Region | None) -> str:
    """Where days of the region begin and end; UTC for what belongs to no region."""
    return region.time_zone if region else "UTC"


def name_zone(zone: str) -> str:
    """The city of a time zone: "Helsinki", "New York"; "UTC" is UTC."""
    return zone.rpartition("/")[2].replace("_", " ")


def name_current_zone() -> str:
    """The reader's zone after a time of day: "UTC", "Helsinki time"."""
    place = name_zone(timezone.get_current_timezone_name())
    return place if place == "UTC" else _("%(place)s time") % {"place": place}


def is_foreign_zone(zone: str) -> bool:
    """Whether days in `zone` need its name, because the reader's own days may be others."""
    return zone != timezone.get_current_timezone_name()


def spell_day(day: date) -> str:
    """ "14 March 2027", in the active language; an instant is read as it stands."""
    english = (get_language() or "en").startswith("en")
    return date_format(day, "j F Y" if english else "DATE_FORMAT")


def spell_day_of_year(day: date) -> str:
    """ "14 March", where the year goes without saying."""
    english = (get_language() or "en").startswith("en")
    return date_format(day, "j F" if english else "MONTH_DAY_FORMAT")


def spell_day_in(day: date, zone: str) -> str:
    """A whole day of `zone`, which is named where the reader's differs: "14 March 2027 (Helsinki)"."""
    spelt = spell_day(day)
    if not is_foreign_zone(zone):
        return spelt
    return _("%(day)s (%(place)s)") % {"day": spelt, "place": name_zone(zone)}
