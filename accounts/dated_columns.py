"""Columns of a person that have dates: manager, sponsor, kind, team, region. The person's row says what holds today.

What held at any other moment is read from the employment events; an event that is planned reaches the row on
its day (`follow_planned_changes`). Decisions read the events, never the row alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import leaving
from accounts.leaving import EVER
from accounts.models import EmploymentEvent, User
from accounts.rules import DatedValue, EmploymentFact, ValueChange, fold_employment
from accounts.signals import people_changed
from ledger import entries

What = EmploymentEvent.What
SYSTEM = "system:planned-changes"
# From an event to the column of the person that it changes, and its fields with the values before and after.
DATED_COLUMNS = {
    What.MANAGER: ("manager_id", "former_id", "other_id"),
    What.SPONSOR: ("sponsor_id", "former_id", "other_id"),
    What.KIND: ("kind", "former_kind", "kind"),
    What.TEAM: ("team_id", "former_team_id", "team_id"),
}
# An administrator switches an account off, and on again. HR's facts say nothing about that.
SWITCHES = {What.SWITCHED_OFF: True, What.SWITCHED_ON: False}
# What is no fact about the employment itself.
APART = (*DATED_COLUMNS, *SWITCHES)
STARTS = (What.JOINED, What.RETURNED)
VALUES = ("region_id", "manager_id", "sponsor_id", "kind", "team_id")
CACHES = ("left_at", "is_active", "region", "manager", "sponsor", "kind", "team")


def employment_facts(events: Iterable[EmploymentEvent]) -> list[EmploymentFact]:
    """Turn events into the facts that `accounts.rules` takes. Query the events with select_related("region")."""
    return [
        EmploymentFact(
            what=event.what,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            region=event.region.code if event.region else None,
            ends_at=event.ends_at,
            corrects=event.corrects,
            zone=event.region.time_zone if event.region else None,
        )
        for event in events
        if event.what not in APART
    ]


def read_employment(people: Collection[int]) -> dict[int, list[EmploymentFact]]:
    """The employment facts of these people, by their keys. One query."""
    told: dict[int, list[EmploymentEvent]] = defaultdict(list)
    events = EmploymentEvent.objects.filter(person__in=people).select_related("region")
    for event in events.order_by("id"):
        told[event.person_id].append(event)
    return {person: employment_facts(rows) for person, rows in told.items()}


def dated_value(what: str, latest: Any, events: Iterable[EmploymentEvent]) -> DatedValue:
    """The manager, sponsor, team (primary keys) or kind of a person whose row says `latest`. Events in order of id."""
    _column, former, other = DATED_COLUMNS[What(what)]
    return DatedValue(
        latest,
        tuple(
            ValueChange(
                event.effective_at, event.recorded_at, getattr(event, former), getattr(event, other)
            )
            for event in events
            if event.what == what
        ),
    )


def switched_off(events: Iterable[EmploymentEvent]) -> DatedValue:
    """Whether an administrator has switched the account off. Events in order of id."""
    return fold_switches((event.what, event.effective_at, event.recorded_at) for event in events)


def fold_switches(told: Iterable[tuple[str, datetime, datetime]]) -> DatedValue:
    """Whether the account is off: of each event what it was, from when it counts and when it was recorded."""
    return DatedValue(
        False,
        tuple(
            ValueChange(effective_at, recorded_at, not off, off)
            for what, effective_at, recorded_at in told
            if what in SWITCHES
            for off in [SWITCHES[What(what)]]
        ),
    )


def column_events(
    person: User, details: dict[str, Any], *, actor: str, effective_at: datetime, now: datetime
) -> list[EmploymentEvent]:
    """The events for the columns of `details` that have dates; call it before the person gets the new values."""
    events = []
    for what, (column, former, other) in DATED_COLUMNS.items():
        if (name := column.removesuffix("_id")) not in details:
            continue
        value = getattr(details[name], "pk", None) if column.endswith("_id") else details[name]
        before = getattr(person, column)
        events.append(
            EmploymentEvent(
                person=person,
                what=what,
                effective_at=effective_at,
                recorded_at=now,
                actor=actor,
                **{former: before, other: value},
            )
        )
    return events


def refresh_columns(person: User, events: list[EmploymentEvent], at: datetime) -> None:
    """Set the columns in CACHES to what the events say for `at`. Does not save.

    Of somebody who may be back call `leaving.end_missed_access` before.
    """
    now = fold_employment(employment_facts(events), at=at, known_at=EVER)
    person.left_at = now.ends_at if now.employed else now.left_at
    person.is_active = not (person.has_left(at) or switched_off(events).value_at(at, EVER))
    if any(event.what == What.MOVED for event in events) and now.region_code:
        regions = {event.region.code: event.region for event in events if event.region}
        person.region = regions[now.region_code]
    for what, (column, _former, _other) in DATED_COLUMNS.items():
        dated = dated_value(what, getattr(person, column), events)
        setattr(person, column, dated.value_at(at, EVER))


def planned_changes_begun(at: datetime) -> QuerySet[EmploymentEvent]:
    """Events that were recorded before their day and whose day has come; of starts those that the row does not know.

    A row knows the next end only: what begins after it, and the end of what starts later, come on their day.
    """
    values = Q(what__in=[*DATED_COLUMNS, What.MOVED])
    back = Q(what__in=(*STARTS, What.CONTRACT), person__left_at__lte=F("effective_at"))
    leavings = EmploymentEvent.objects.filter(person=OuterRef("person"), what=What.LEFT)
    begun = Q(what__in=STARTS, person__left_at__isnull=True)
    agreed = begun & (Q(person__contract_ends_on__isnull=False) | Exists(leavings))
    planned = EmploymentEvent.objects.filter(effective_at__gt=F("recorded_at"))
    return planned.filter(values | back | agreed, effective_at__lte=at)


@transaction.atomic
def follow_planned_changes(*, at: datetime) -> int:
    """Bring the rows of people up to date whose planned changes have begun. Idempotent; returns how many differed.

    Who is back may sign in again. Accounts of those who have left are closed after this: `leaving.end_leavers_access`.
    """
    behind = find_people_behind(at)
    _end_missed_access(behind, at)
    for person in behind:
        person.save(update_fields=CACHES)
    if behind:
        stored = User.objects.select_for_update().filter(pk__in=[person.pk for person in behind])
        told = list(stored.order_by("pk"))
        entries.append_entry(kind="people.planned", subject="site", actor=SYSTEM, at=at, facts=told)
        people_changed.send(sender=User, person_ids=[person.pk for person in behind])
    return len(behind)


def _end_missed_access(behind: list[User], at: datetime) -> None:
    """A leaving and a return may both have come since the last run."""
    facts = read_employment([person.pk for person in behind])
    for row in User.objects.filter(pk__in=list(facts)):
        leaving.end_missed_access(row, facts[row.pk], actor=SYSTEM, at=at)


def find_people_behind(at: datetime) -> list[User]:
    """The people whose row does not say yet what their planned changes say for `at`, with the columns set, unsaved."""
    told = defaultdict(list)
    about = planned_changes_begun(at).values("person")
    events = EmploymentEvent.objects.filter(person__in=about).select_related("region")
    for event in events.order_by("id"):
        told[event.person_id].append(event)
    behind = []
    for person in User.objects.filter(pk__in=list(told)):
        columns = ("left_at", "is_active", *VALUES)
        before, was_active = [getattr(person, name) for name in columns], person.is_active
        refresh_columns(person, told[person.pk], at)
        # Closing an account ends sessions and roles too, so it is an act of its own.
        person.is_active = person.is_active or was_active
        if before != [getattr(person, name) for name in columns]:
            behind.append(person)
    return behind
