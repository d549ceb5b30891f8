"""What an event of somebody's employment says besides its name, in the words of every page that tells of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import EmploymentEvent
from accounts.readers.days import spell_day
from accounts.rules import last_day_before


def spell_event(
    what: str, *, region: str | None, zone: str, effective_at: datetime, ends_at: datetime | None
) -> str:
    """The region, the last day of the contract and, of a leaving, the last day: days as HR said them, in `zone`."""
    more = [region or ""]
    if ends_at:
        last = spell_day(last_day_before(ends_at, zone))
        more.append(_("contract through %(day)s") % {"day": last})
    if what == EmploymentEvent.What.LEFT:
        last = spell_day(last_day_before(effective_at, zone))
        more.append(_("last day %(day)s") % {"day": last})
    return ", ".join(filter(None, more))
