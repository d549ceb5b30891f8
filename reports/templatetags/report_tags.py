"""Template tags of the pages about people: `{% load report_tags %}`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.importing.step_words import spell_changes
from certificates.rules import dates
from reports import status_labels
from reports.listing import columns
from reports.listing.columns import ColumnContent

register = template.Library()
ACTS: dict[str, str | Promise] = {
    "create": _("New"),
    "update": _("Changed"),
    "leave": _("Leaves"),
    "return": _("Returns"),
    "unchanged": _("Unchanged"),
}


@register.filter
def status_words(status: str) -> str | Promise:
    """What a status is called."""
    return status_labels.status_label(status)


@register.filter
def status_tone(status: str) -> str:
    """The colour of a status."""
    return status_labels.status_tone(status)


@register.simple_tag
def list_cells(row: Any, names: tuple[str, ...], policy_tz: str) -> list[ColumnContent]:
    """The cells of a listed person in the columns with these names."""
    return columns.spell_cells(row, names, policy_tz)


@register.filter
def act_label(act: str) -> str | Promise:
    """What an import does to a person."""
    return ACTS.get(act, act)


@register.filter
def step_changes(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(column, what becomes of it) of one step of a plan."""
    return spell_changes(step)


@register.filter
def last_day_before(moment: datetime | None, zone: str = "UTC") -> date | None:
    """The last whole day before an instant at which something ends, in `zone`."""
    if moment is None:
        return None
    return dates.last_day_before(moment, zone or "UTC")
