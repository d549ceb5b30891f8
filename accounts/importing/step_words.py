"""What one step of a plan changes, column by column, with the days from which it counts: for the plan and its undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.readers.days import spell_day
from accounts.rules import last_day_before, start_of_day

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
Zones = Sequence[str]


def spell_changes(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(column, what becomes of it) of one step as a plan holds it."""
    zones: Zones = step.get("zones") or ["UTC"]
    dated: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in step["events"]:
        if event["what"] in DATED:
            dated[DATED[event["what"]][0]].append(event)
    for name, new in step["values"].items():
        old, events = step["before"].get(name), dated.pop(name, [])
        if events and old == new:
            yield name, _only_dated(events, zones)
        elif old or new:
            since = [_dated(event, zones) for event in events]
            yield name, ", ".join([f"{_plain(old)} → {_plain(new)}", *since])
    for name, events in dated.items():
        yield name, _only_dated(events, zones)
    yield from _presence(step, zones)


def _only_dated(events: Iterable[dict[str, Any]], zones: Zones) -> str:
    """Where only the day of a value changes: what the value was on each of these days, and what it becomes."""
    return ", ".join(
        f"{_value(event, 'was', zones)} → {_dated(event, zones)}"
        if "was" in event
        else _dated(event, zones)
        for event in events
    )


def _dated(event: dict[str, Any], zones: Zones) -> str:
    """ "BR from 15 October 2026"."""
    field = DATED[event["what"]][1]
    text = _("%(value)s from %(day)s") if field else _("from %(day)s")
    return text % {"value": _value(event, field, zones), "day": _first_day(event, zones)}


def _value(event: dict[str, Any], field: str, zones: Zones) -> str:
    value = event.get(field)
    if event["what"] in ("contract", "leave"):
        return _last_day(_moment(value), zones).isoformat() if value else _("no end")
    return _plain(value)


def _presence(step: dict[str, Any], zones: Zones) -> Iterator[tuple[str, str]]:
    """Whoever stays gone, or only leaves on another day, is not said to be here."""
    moved = step["act"] != "return" and any(one["what"] == "left" for one in step["events"])
    for event in step["events"]:
        if event["what"] == "left":
            last = _last_day(_moment(event["effective_at"]), zones)
            yield "left_on", _("last day %(day)s") % {"day": spell_day(last)}
        elif event["what"] == "returned" and not moved:
            yield "status", _("here from %(day)s") % {"day": _first_day(event, zones)}


def _first_day(event: dict[str, Any], zones: Zones) -> str:
    moment = _moment(event["effective_at"])
    return spell_day(moment.astimezone(ZoneInfo(_zone_of(moment, zones))).date())


def _last_day(moment: datetime, zones: Zones) -> date:
    """The day that ends at `moment`."""
    return last_day_before(moment, _zone_of(moment, zones))


def _zone_of(moment: datetime, zones: Zones) -> str:
    """The zone in whose days this moment was said: the first in which a day begins then; else it is no midnight."""
    return next((zone for zone in zones if _begins_day(moment, zone)), zones[0])


def _begins_day(moment: datetime, zone: str) -> bool:
    return start_of_day(moment.astimezone(ZoneInfo(zone)).date(), zone) == moment


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _plain(value: Any) -> str:
    return str(value.isoformat() if isinstance(value, date) else value or NOTHING)
