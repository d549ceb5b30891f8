"""Phrases as sentences: translated, with dates and times in the person's own time zone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

from django.utils.formats import date_format, number_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.readers import days
from items.phrases import Phrase

BREAK = re.compile(r"</(?:p|li|ul|ol)>|<br\s*/?>")
FIRST_PARAGRAPH = re.compile(r"\s*<p>(.*?)</p>(.*)\Z", re.DOTALL)


def translate(phrase: Phrase, when: datetime | None = None, person: User | None = None) -> str:
    """Return a phrase in the active language; `when` (aware) fills its `%(when)s`."""
    if when is not None:
        params = dict(phrase.params) | {"when": format_moment(when, person)}
        phrase = replace(phrase, params=params)
    return phrase.said(gettext, ngettext)


def format_moment(when: datetime | None, person: User | None) -> str:
    """Return "14 March 2027, 09:14" in the person's time zone (UTC for no person), '' for None."""
    if when is None:
        return ""
    return f"{format_day(when, person)}, {date_format(_local(when, person), 'H:i')}"


def format_day(when: datetime, person: User | None) -> str:
    """Return "14 March 2027" in the person's time zone (UTC for no person)."""
    return days.spell_day(_local(when, person))


def _local(when: datetime, person: User | None) -> datetime:
    return when.astimezone(days.zone_of(person) if person else UTC)


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
