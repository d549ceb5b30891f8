"""What one step of a plan changes, column by column, with the days from which it counts: for the plan and its undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.readers.days import spell_day
from accounts.rules import last_day_before

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
    dated: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in step["events"]:
        if event["what"] in DATED:
            dated[DATED[event["what"]][0]].append(event)
    for name, new in step["values"].items():
        old, events = step["before"].get(name), dated.pop(name, [])
        if events and old == new:
            yield name, _only_dated(events, zone)
        elif old or new:
            since = [_dated(event, zone) for event in events]
            yield name, ", ".join([f"{_plain(old)} → {_plain(new)}", *since])
    for name, events in dated.items():
        yield name, _only_dated(events, zone)
    yield from _presence(step["events"], zone)


def _only_dated(events: Iterable[dict[str, Any]], zone: str) -> str:
    """Where only the day of a value changes: what the value was on each of these days, and what it becomes."""
    return ", ".join(
        f"{_value(event, 'was', zone)} → {_dated(event, zone)}"
        if "was" in event
        else _dated(event, zone)
        for event in events
    )


def _dated(event: dict[str, Any], zone: str) -> str:
    """ "BR from 15 October 2026"."""
    field = DATED[event["what"]][1]
    text = _("%(value)s from %(day)s") if field else _("from %(day)s")
    return text % {"value": _value(event, field, zone), "day": _first_day(event, zone)}


def _value(event: dict[str, Any], field: str, zone: str) -> str:
    value = event.get(field)
    if event["what"] in ("contract", "leave"):
        return last_day_before(_moment(value), zone).isoformat() if value else _("no end")
    return _plain(value)


def _presence(events: Iterable[dict[str, Any]], zone: str) -> Iterator[tuple[str, str]]:
    for event in events:
        if event["what"] == "left":
            last = last_day_before(_moment(event["effective_at"]), zone)
            yield "left_on", _("last day %(day)s") % {"day": spell_day(last)}
        elif event["what"] == "returned":
            yield "status", _("here from %(day)s") % {"day": _first_day(event, zone)}


def _first_day(event: dict[str, Any], zone: str) -> str:
    return spell_day(_moment(event["effective_at"]).astimezone(ZoneInfo(zone)).date())


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _plain(value: Any) -> str:
    return str(value.isoformat() if isinstance(value, date) else value or NOTHING)
