"""Timestamps of the API: RFC 3339 with a time zone, in the years 2000 to 2099."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.translation import gettext as _

PATTERN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
FIRST_YEAR, LAST_YEAR = 2000, 2099


def parse_timestamp(text: str) -> datetime:
    """The instant in UTC. Raises ValueError, with a message for people, for any other text."""
    if not PATTERN.fullmatch(text):
        raise ValueError(
            _("Write the moment with its time zone, for example 2026-06-15T09:00:00Z.")
        )
    try:
        instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(_("There is no such moment. Check the date and the time.")) from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(
            _("Ask about a moment between the years %(first)s and %(last)s.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return instant


def format_timestamp(instant: datetime) -> str:
    """The instant in UTC as RFC 3339, ending in Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
