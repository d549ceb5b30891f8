"""What one step of a plan changes, column by column, with the days from which it counts: for the plan and its undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.readers.days import spell_day
from certificates.rules.dates import day_of, last_day_before

# From an event to the column that it dates, and the field with its value; of a contract the last day is told.
DATED = {
    "joined": ("starts_on", ""),
    "moved": ("region", "region"),
    "contract": ("contract_ends_on", "ends_at"),
    "kind": ("kind", "kind"),
    "manager": ("manager_hr_id", "other"),
    "sponsor": ("sponsor_hr_id", "other"),
    "team": ("team_code", "team"),
    "leave": ("leave_until", "ends_at"),
}
NOTHING = "–"


def spell_changes(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(column, what becomes of it) of one step as a plan holds it."""
    zone: str = step.get("zone", "UTC")
    dated: dict[str, list[str]] = defaultdict(list)
    for event in step["events"]:
        if event["what"] in DATED:
            column, words = _dated(event, zone)
            dated[column].append(words)
    for name, new in step["values"].items():
        old, since = step["before"].get(name), dated.pop(name, [])
        if old or new or since:
            yield name, _changed(old, new, since)
    for name, since in dated.items():
        yield name, ", ".join(since)
    yield from _presence(step["events"], zone)


def _changed(old: Any, new: Any, since: list[str]) -> str:
    """ "FI → BR, BR from 15 October 2026"; without the arrow where only the day of a value changes."""
    told = [] if since and old == new else [f"{_plain(old)} → {_plain(new)}"]
    return ", ".join([*told, *since])


def _dated(event: dict[str, Any], zone: str) -> tuple[str, str]:
    column, field = DATED[event["what"]]
    value = event.get(field) if field else ""
    if field == "ends_at" and value:
        value = last_day_before(_moment(value), zone)
    text = _("%(value)s from %(day)s") if field else _("from %(day)s")
    return column, text % {"value": _plain(value), "day": _first_day(event, zone)}


def _presence(events: Iterable[dict[str, Any]], zone: str) -> Iterator[tuple[str, str]]:
    for event in events:
        if event["what"] == "left":
            last = last_day_before(_moment(event["effective_at"]), zone)
            yield "left_on", _("last day %(day)s") % {"day": spell_day(last)}
        elif event["what"] == "returned":
            yield "status", _("here from %(day)s") % {"day": _first_day(event, zone)}


def _first_day(event: dict[str, Any], zone: str) -> str:
    return spell_day(day_of(_moment(event["effective_at"]), zone))


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _plain(value: Any) -> str:
    return str(value.isoformat() if isinstance(value, date) else value or NOTHING)
