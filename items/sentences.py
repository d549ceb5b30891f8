"""Phrases as sentences: translated, with dates and times in the person's own time zone."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from accounts.models import User
from items.phrases import Phrase

BREAK = re.compile(r"</(?:p|li|ul|ol)>|<br\s*/?>")
FIRST_PARAGRAPH = re.compile(r"\s*<p>(.*?)</p>(.*)\Z", re.DOTALL)


def translate(phrase: Phrase, when: datetime | None = None, person: User | None = None) -> str:
    """Return a phrase in the active language; `when` (aware) fills its `%(when)s`."""
    params = dict(phrase.params)
    if when is not None:
        params["when"] = format_moment(when, person)
    return gettext(phrase.text) % params


def format_moment(when: datetime | None, person: User | None) -> str:
    """Return "14 March 2027, 09:14" in the person's time zone (UTC for no person), '' for None."""
    if when is None:
        return ""
    local = when.astimezone(ZoneInfo(person.time_zone if person else "UTC"))
    return f"{format_day(when, person)}, {date_format(local, 'H:i')}"


def format_day(when: datetime, person: User | None) -> str:
    """Return "14 March 2027" in the person's time zone (UTC for no person)."""
    local = when.astimezone(ZoneInfo(person.time_zone if person else "UTC"))
    english = (get_language() or "en").startswith("en")
    return date_format(local, "j F Y" if english else "DATE_FORMAT")


def split_heading(stem: str) -> tuple[str, str]:
    """Split a question's HTML into its first paragraph, which fits into a heading, and the rest."""
    found = FIRST_PARAGRAPH.match(stem)
    return (found[1], found[2]) if found else (stem, "")


def plain_text(stem: str) -> str:
    """Return a question's HTML as plain text, not shortened; entities such as ``&lt;`` become characters."""
    return " ".join(unescape(strip_tags(BREAK.sub(" ", stem))).split())


def excerpt(stem: str, most: int = 60) -> str:
    """Return the first `most` characters of a question as plain text, for titles and links."""
    return Truncator(plain_text(stem)).chars(most)


def format_points(mark: Decimal) -> str:
    """Points with at most two decimals, "1.67", "2.1" or "2"."""
    return number_format(f"{mark:.2f}".rstrip("0").rstrip("."), use_l10n=True)
