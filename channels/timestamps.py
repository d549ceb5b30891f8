"""Timestamps of the API: RFC 3339 with a time zone, in the years 2000 to 2099."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from accounts.dates import require_plausible_moment

PATTERN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def parse_timestamp(text: str) -> datetime:
    """The instant in UTC. Raises ValueError, with a message for people, for any other text."""
    if not PATTERN.fullmatch(text):
        raise ValueError(
            _("Write the moment with its time zone, for example 2026-06-15T09:00:00Z.")
        )
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(_("There is no such moment. Check the date and the time.")) from None
    return require_plausible_moment(moment)


def format_timestamp(instant: datetime) -> str:
    """The instant in UTC as RFC 3339, ending in Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
