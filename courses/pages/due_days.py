"""The day by which a course is required, in words: it ends at midnight in the zone of what the course earns.

Every page and mail that tells such a day to a person asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.readers import days
from courses.pages.openings import openings_of


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day by which a course is required, with its zone where the reader's differs, and whether it is over."""

    spelt: str
    is_over: bool

    @property
    def text(self) -> str:
        words = _("Was required by %(date)s") if self.is_over else _("Required by %(date)s")
        return words % {"date": self.spelt}

    @property
    def tone(self) -> str:
        return "stop" if self.is_over else "wait"


def tell_due_day(day: date, course_id: int, at: datetime) -> DueDay:
    """The due day of a course as it stands at `at`."""
    zone = _find_zone(day, course_id)
    over = at.astimezone(ZoneInfo(zone)).date() > day
    return DueDay(days.spell_day_in(day, zone), over)


def spell_due_day(day: date | None, course_id: int) -> str:
    """The day alone; '' for none."""
    return days.spell_day_in(day, _find_zone(day, course_id)) if day else ""


def _find_zone(day: date, course_id: int) -> str:
    """Of the zones of the certifications that the course earns the one in which the day ends first.

    Without a certification nobody else counts: the reader's own zone.
    """
    midnight = datetime.combine(day + timedelta(days=1), time())
    zones = sorted({one.policy_tz for one in openings_of(course_id)})
    first = min(zones, key=lambda zone: midnight.replace(tzinfo=ZoneInfo(zone)), default="")
    return first or timezone.get_current_timezone_name()
