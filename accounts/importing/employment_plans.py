"""The employment events that a row of HR's file makes. Asks no database and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.dated_columns import EVER
from accounts.importing.columns import COLUMNS_BY_NAME
from accounts.importing.known_people import KnownPeople, KnownPerson
from accounts.importing.rows import PeopleRow
from accounts.importing.timelines import (
    UNKNOWN,
    SaidDay,
    midnights_of,
    plan_dated_change,
    said_day,
)
from accounts.models import Absence
from accounts.rules import EmploymentFact, end_of_day, fold_employment, start_of_day

PlannedEvent = dict[str, Any]
# From a column of the file to the event that records its change, and the column with its date.
DATED = {
    "kind": ("kind", "kind_since"),
    "manager_hr_id": ("manager", "manager_since"),
    "sponsor_hr_id": ("sponsor", "sponsor_since"),
    "team_code": ("team", "team_since"),
}
STARTS = ("joined", "returned")


def plan_first_events(row: PeopleRow, zone: str, at: datetime) -> list[PlannedEvent]:
    """The events of a new person."""
    start, last = row.merged["starts_on"], row.said_day("left_on")
    left_at = end_of_day(last, zone) if last else None
    joined_at = start_of_day(start, zone) if start else min(at, left_at or at)
    region = row.merged["region"]
    events = [plan_event("joined", joined_at, region=region, ends_at=_contract_end(row, zone))]
    return [*events, plan_event("left", left_at)] if left_at else events


def plan_dated_events(
    row: PeopleRow, person: KnownPerson, known: KnownPeople, at: datetime
) -> list[PlannedEvent]:
    """The events for changes of a known person's start, region, contract, leave, kind, manager, sponsor and team."""
    now = max([at, *_joinings(person)])
    return [
        *_moved_start(row, person, known, at),
        *_region_events(row, person, known, now),
        *_contract_events(row, person, known, now),
        *plan_leave_events(row, known, person.absences),
        *(event for name in DATED for event in _column_events(row, person, known, name, now)),
    ]


def _moved_start(
    row: PeopleRow, person: KnownPerson, known: KnownPeople, at: datetime
) -> list[PlannedEvent]:
    """A joining (or return) that was only by its date moves with a changed date; one recorded as an act does not.

    It stays in the region in which it was recorded, whose day may have begun at another instant than here, unless
    it moves past a move: then it is in the region that this went to. A first day after the last one of somebody who
    has left is that of their return: the start before it stays.
    """
    old, new = person.values["starts_on"], row.merged["starts_on"]
    if not (old and new) or old == new:
        return []
    left_at = person.left_at
    if (
        left_at
        and left_at <= at
        and start_of_day(new, known.zones[row.merged["region"]]) >= left_at
    ):
        return []
    midnights = midnights_of(old, known.zones.values())
    starts = [one for one in person.facts if one.effective_at in midnights and one.what in STARTS]
    if not starts:
        return []
    start = starts[-1]
    region = _region_of_start(start, new, row, person, known)
    starts_at = start_of_day(new, known.zones[region])
    more = {"region": region, "ends_at": _contract_end(row, known.zones[row.merged["region"]])}
    return [plan_event(start.what, starts_at, corrects=start.effective_at, **more)]


def _region_of_start(
    start: EmploymentFact, day: date, row: PeopleRow, person: KnownPerson, known: KnownPeople
) -> str:
    """The region of a start that moves to `day`: with its own day, and past others, go the moves of these days."""
    own = midnights_of(person.values["starts_on"], known.zones.values())
    passed = [
        (one.effective_at, one.recorded_at, one.region)
        for one in person.facts
        if one.what == "moved" and one.region in known.zones
        if start.effective_at <= one.effective_at
        if one.effective_at in own or one.effective_at <= start_of_day(day, known.zones[one.region])
    ]
    region = max(passed)[2] if passed else start.region
    if region in known.zones and region != person.values["region"]:
        return region
    merged: str = row.merged["region"]
    return merged


def _region_events(
    row: PeopleRow, person: KnownPerson, known: KnownPeople, now: datetime
) -> list[PlannedEvent]:
    if not _says(row, "region", "region_since"):
        return []
    region, since = row.merged["region"], _since(row, "region_since", known, person)

    def timeline(moment: datetime) -> Any:
        job = fold_employment(person.facts, at=moment, known_at=EVER)
        return (job.region_code or UNKNOWN) if person.facts else person.values["region"]

    recorded = [(one.effective_at, one.recorded_at) for one in person.facts if one.region]
    changes = plan_dated_change(timeline, recorded, region, since=since, now=now)
    return [
        plan_event("moved", moment, region=code, was=_known_value(timeline(moment)))
        for moment, code in changes
    ]


def _contract_events(
    row: PeopleRow, person: KnownPerson, known: KnownPeople, now: datetime
) -> list[PlannedEvent]:
    """A contract end that is past counts from its own day, every other one from `contract_since` or now."""
    if not _says(row, "contract_ends_on", "contract_since", "region", "region_since"):
        return []
    old_zone = known.zones.get(person.values["region"], "UTC")
    ends_at = _contract_end(row, known.zones[row.merged["region"]])
    old = person.values["contract_ends_on"]
    known_end = end_of_day(old, old_zone) if old else None

    def timeline(moment: datetime) -> Any:
        if not person.facts:
            return known_end
        if all(fact.effective_at > moment for fact in person.facts):
            return UNKNOWN
        return fold_employment(person.facts, at=moment, known_at=EVER).contract_ends_at

    said = _since(row, "contract_since", known, person)
    if said is None and timeline(now) == ends_at:
        return []
    since = said or (SaidDay(min(now, ends_at)) if ends_at else None)
    told = [one for one in person.facts if one.what in (*STARTS, "contract")]
    recorded = [(one.effective_at, one.recorded_at) for one in told]
    changes = plan_dated_change(
        timeline, recorded, ends_at, since=since, now=now, moves_start=said is not None
    )
    return [
        plan_event("contract", moment, ends_at=end, was=_known_end(timeline(moment)))
        for moment, end in changes
    ]


def plan_leave_events(
    row: PeopleRow, known: KnownPeople, absences: Iterable[Absence] = ()
) -> list[PlannedEvent]:
    """A leave by its first day; the same first day again corrects its last one. An empty cell says nothing."""
    first, last = row.said_day("leave_from"), row.said_day("leave_until")
    if first is None:
        return []
    zone = known.zones[row.merged["region"]]
    ends_at = end_of_day(last, zone) if last else None
    midnights = midnights_of(first, known.zones.values())
    told = [one for one in absences if one.starts_at in midnights]
    begun = told[-1].starts_at if told else start_of_day(first, zone)
    if not told:
        lasts = ends_at is None or ends_at > begun
        return [plan_event("leave", begun, ends_at=ends_at)] if lasts else []
    # A file that says the agreed day again is no reason to doubt that somebody came back before it.
    back = told[-1].ended_at
    if ends_at == told[-1].until or (back is not None and ends_at == back):
        return []
    return [plan_event("leave", begun, ends_at=ends_at, corrects=begun)]


def _column_events(
    row: PeopleRow, person: KnownPerson, known: KnownPeople, name: str, now: datetime
) -> list[PlannedEvent]:
    what, since_column = DATED[name]
    if not _says(row, name, since_column):
        return []
    dated = person.dated.get(name)
    said = row.merged[name]
    value = known.resolve(said) if what in ("manager", "sponsor") else said

    def timeline(moment: datetime) -> Any:
        return dated.value_at(moment, EVER) if dated else person.values[name]

    changes = plan_dated_change(
        timeline,
        [(one.effective_at, one.recorded_at) for one in dated.changes] if dated else (),
        value,
        since=_since(row, since_column, known, person),
        now=now,
    )
    former = person.values[name]
    field = what if what in ("kind", "team") else "other"
    former_field = "former" if field == "other" else f"former_{what}"
    return [
        plan_event(what, moment, was=timeline(moment), **{field: said, former_field: former})
        for moment, said in changes
    ]


def _says(row: PeopleRow, *names: str) -> bool:
    """Whether the file has something in one of these columns: of what it does not say nothing changes.

    The person's row is no saying: before their first day, or until it follows a planned change, it is another value
    than the events tell.
    """
    return any(
        name in row.said and (row.said[name] or not COLUMNS_BY_NAME[name].keeps) for name in names
    )


def _known_value(value: Any) -> Any:
    return "" if value is UNKNOWN else value


def _known_end(value: Any) -> Any:
    return None if value is UNKNOWN else value


def _since(row: PeopleRow, column: str, known: KnownPeople, person: KnownPerson) -> SaidDay | None:
    """The day in the column, as the row's region has it; nothing counts from before the person joined."""
    day = row.said_day(column)
    if day is None:
        return None
    return said_day(day, known.zones[row.merged["region"]], known.zones.values(), _joinings(person))


def _joinings(person: KnownPerson) -> list[datetime]:
    """The instant at which the person joined first, in a list that may be empty."""
    return sorted(fact.effective_at for fact in person.facts if fact.what == "joined")[:1]


def plan_status_events(
    row: PeopleRow, person: KnownPerson, zone: str, at: datetime
) -> tuple[str, list[PlannedEvent]]:
    """The act ("leave", "return" or "unchanged") and the events by the columns `status` and `left_on`."""
    status, last = row.said.get("status"), row.said_day("left_on")
    if status == "left" and last:
        return "leave", _leaving(person, end_of_day(last, zone))
    if status == "active" and person.left_at is not None:
        return "return", _returning(row, person, person.left_at, zone, at)
    return "unchanged", []


def _leaving(person: KnownPerson, leaves_at: datetime) -> list[PlannedEvent]:
    """The events after which the employment that was begun last ends at `leaves_at` and nothing follows.

    Of several leavings the first counts, so earlier ones are called off. A start after `leaves_at` moves to it.
    """
    if person.left_at == leaves_at:
        return []
    starts = [fact for fact in person.facts if fact.what in STARTS]
    begun = max((one.effective_at for one in starts if one.effective_at <= leaves_at), default=None)
    earlier = [
        moment
        for moment in _leavings(person)
        if moment < leaves_at and (begun is None or moment >= begun)
    ]
    undone = [
        plan_event(one.what, leaves_at, region=one.region or "", corrects=one.effective_at)
        for one in starts
        if one.effective_at > leaves_at
    ]
    return [*_call_off(earlier), *undone, plan_event("left", leaves_at)]


def _returning(
    row: PeopleRow, person: KnownPerson, left_at: datetime, zone: str, at: datetime
) -> list[PlannedEvent]:
    """The events after which somebody is here, or is not going to leave; no leaving that was said stands after that."""
    later = [moment for moment in _leavings(person) if moment > left_at]
    if left_at > at:
        return _call_off([left_at, *later])
    start = row.merged["starts_on"]
    starts_at = start_of_day(start, zone) if start else left_at
    back_at = starts_at if starts_at > left_at else at
    back = plan_event(
        "returned", back_at, region=row.merged["region"], ends_at=_contract_end(row, zone)
    )
    return [*_call_off(later), back]


def _leavings(person: KnownPerson) -> list[datetime]:
    """All instants of leavings that stand, also those after the first, which do not count while it stands."""
    told = {fact.effective_at for fact in person.facts if fact.what == "left"}
    return sorted(told | ({person.left_at} if person.left_at else set()))


def _call_off(leavings: list[datetime]) -> list[PlannedEvent]:
    return [plan_event("returned", moment) for moment in leavings]


def _contract_end(row: PeopleRow, zone: str) -> datetime | None:
    last = row.merged["contract_ends_on"]
    return end_of_day(last, zone) if last else None


def plan_event(what: str, effective_at: datetime, **more: Any) -> PlannedEvent:
    """One event as a plan holds it."""
    return {"what": what, "effective_at": effective_at, "region": "", "ends_at": None, **more}
