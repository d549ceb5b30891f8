"""Read what is already stored about the people whom a file names: one snapshot in a few queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.dated_columns import EVER, dated_value, employment_facts
from accounts.models import Absence, EmploymentEvent, HrAlias, PersonKind, Region, Team, User
from accounts.rules import DatedValue, EmploymentFact, fold_employment, standing_facts

CHUNK = 500
# From a column of the file to the field of `User` that holds its value.
FIELDS = {
    "email": "email",
    "given_name": "given_name",
    "family_name": "family_name",
    "display_name": "display_name",
    "kind": "kind",
    "region": "region__code",
    "team_code": "team__code",
    "manager_hr_id": "manager__hr_id",
    "sponsor_hr_id": "sponsor__hr_id",
    "country": "country",
    "site": "site",
    "job_code": "job_code",
    "job_title": "job_title",
    "locale": "locale",
    "time_zone": "time_zone",
    "starts_on": "starts_on",
    "contract_ends_on": "contract_ends_on",
}
DATES = ("starts_on", "contract_ends_on")
# The columns whose changes are events of their own.
DATED = {
    "kind": EmploymentEvent.What.KIND,
    "manager_hr_id": EmploymentEvent.What.MANAGER,
    "sponsor_hr_id": EmploymentEvent.What.SPONSOR,
    "team_code": EmploymentEvent.What.TEAM,
}


@dataclass(slots=True)
class KnownPerson:
    """One stored person, with `values` by column name.

    `left_at` is the recorded leaving, past or future; the end of a contract does not count. `facts` are those
    about the employment that no later one replaces; `dated` has the columns with dates, people as HR ids and teams as
    codes; `absences` are the leaves, without those that were called off or said anew.
    """

    pk: int
    hr_id: str
    values: dict[str, Any]
    left_at: datetime | None = None
    facts: tuple[EmploymentFact, ...] = ()
    dated: dict[str, DatedValue] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of everything a plan relies on; it differs as soon as one of these values has changed."""
        said = "\0".join(f"{name}={self.values[name]}" for name in FIELDS)
        changes = sum(len(dated.changes) for dated in self.dated.values())
        away = [(one.pk, one.ended_at) for one in self.absences]
        told = f"{self.left_at}\0{len(self.facts)}\0{changes}\0{away}"
        return hashlib.sha256(f"{self.hr_id}\0{said}\0{told}".encode()).hexdigest()[:24]


@dataclass(slots=True)
class KnownPeople:
    """`people` holds the people the file names; the other tables hold everybody."""

    people: dict[str, KnownPerson] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    sponsored: dict[str, set[str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    zones: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    active: int = 0

    def resolve(self, hr_id: str) -> str:
        """The main HR id of the person with this HR id or alias; an unknown id is returned as given."""
        return self.aliases.get(hr_id, hr_id)

    def list_zones(self, region: str | None, person: KnownPerson | None) -> list[str]:
        """The zone of the region, then those of the regions where the person is and was, each once."""
        facts = person.facts if person else ()
        codes = [
            region,
            person.values["region"] if person else None,
            *(one.region for one in facts),
        ]
        found = [self.zones.get(code or "") for code in codes] + [one.zone for one in facts]
        return list(dict.fromkeys(zone for zone in found if zone)) or ["UTC"]


def read_known_people(hr_ids: Iterable[str], *, at: datetime) -> KnownPeople:
    """The snapshot for a file that names `hr_ids`."""
    known = KnownPeople(
        aliases={
            hr_id: main or ""
            for hr_id, main in HrAlias.objects.values_list("hr_id", "person__hr_id")
        },
        zones=dict(Region.objects.values_list("code", "time_zone")),
        teams=dict(Team.objects.values_list("code", "name")),
        languages=frozenset(code for code, _name in settings.LANGUAGES),
        active=User.objects.employed(at).count(),
    )
    everybody = User.objects.order_by().values_list(
        "hr_id", "email", "manager__hr_id", "kind", "sponsor__hr_id", "left_at"
    )
    for hr_id, email, manager, kind, sponsor, left_at in everybody.iterator(2_000):
        known.emails[email.casefold()] = hr_id or ""
        if not hr_id:
            continue
        known.kinds[hr_id] = kind
        if manager:
            known.managers[hr_id] = manager
        if left_at is not None and left_at <= at:
            known.gone.add(hr_id)
        elif sponsor and kind == PersonKind.CONTRACTOR:
            known.sponsored.setdefault(sponsor, set()).add(hr_id)
    wanted = sorted({known.resolve(hr_id) for hr_id in hr_ids} & known.kinds.keys())
    for chunk in split_into_chunks(wanted):
        known.people.update((person.hr_id, person) for person in _people(chunk))
    return known


def split_into_chunks(wanted: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    for start in range(0, len(wanted), size):
        yield wanted[start : start + size]


def _people(hr_ids: list[str]) -> list[KnownPerson]:
    rows = User.objects.filter(hr_id__in=hr_ids).order_by()
    found = []
    for pk, hr_id, *values in rows.values_list("pk", "hr_id", *FIELDS.values()):
        said = {
            name: value if name in DATES else value or ""
            for name, value in zip(FIELDS, values, strict=True)
        }
        found.append(KnownPerson(pk, hr_id, said))
    told = defaultdict(list)
    told_about = [person.pk for person in found]
    events = EmploymentEvent.objects.filter(person__in=told_about)
    for event in events.select_related("region", "other", "former", "team", "former_team").order_by(
        "id"
    ):
        told[event.person_id].append(event)
    away = defaultdict(list)
    for absence in Absence.objects.lasting().filter(person__in=told_about).order_by("id"):
        away[absence.person_id].append(absence)
    for person in found:
        _add_events(person, told[person.pk])
        person.absences = tuple(away[person.pk])
    return found


def _add_events(person: KnownPerson, events: list[EmploymentEvent]) -> None:
    facts = standing_facts(employment_facts(events), EVER)
    person.facts = tuple(facts)
    person.left_at = find_leaving(facts)
    for name, what in DATED.items():
        if any(event.what == what for event in events):
            person.dated[name] = _by_code(name, dated_value(what, None, events), events)


def _by_code(name: str, dated: DatedValue, events: list[EmploymentEvent]) -> DatedValue:
    """The value with HR ids and codes of teams for primary keys, and with "" for nothing."""
    if name == "kind":
        return dated
    ids = team_codes(events) if name == "team_code" else hr_ids_named(events)
    changes = (replace(one, was=ids[one.was], now=ids[one.now]) for one in dated.changes)
    return replace(dated, changes=tuple(changes))


def hr_ids_named(events: Iterable[EmploymentEvent]) -> dict[int | None, str]:
    """The HR ids of the managers and sponsors that the events name, by primary key; "" for nobody."""
    named = [one for event in events for one in (event.other, event.former) if one]
    return {None: "", **{one.pk: one.hr_id or "" for one in named}}


def team_codes(events: Iterable[EmploymentEvent]) -> dict[int | None, str]:
    """The codes of the teams that the events name, by primary key; "" for none."""
    named = [one for event in events for one in (event.team, event.former_team) if one]
    return {None: "", **{one.pk: one.code for one in named}}


def find_leaving(facts: list[EmploymentFact]) -> datetime | None:
    """The leaving that remains once all facts recorded so far, future ones included, are counted.

    The end of a contract is not a leaving."""
    told = [replace(fact, ends_at=None) for fact in facts if fact.what != "contract"]
    return fold_employment(told, at=EVER, known_at=EVER).left_at
