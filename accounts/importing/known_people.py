"""Read what is already stored about the people whom a file names: one snapshot in a few queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts import people
from accounts.models import EmploymentEvent, HrAlias, Region, Team, User
from accounts.people import EVER
from accounts.rules import fold_employment

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


@dataclass(slots=True)
class KnownPerson:
    """One stored person, with `values` by column name.

    `left_at` is the recorded leaving, past or future; the end of a contract does not count.
    """

    pk: int
    hr_id: str
    values: dict[str, Any]
    left_at: datetime | None = None

    @property
    def digest(self) -> str:
        """A hash of everything a plan relies on; it differs as soon as one of these values has changed."""
        said = "\0".join(f"{name}={self.values[name]}" for name in FIELDS)
        return hashlib.sha256(f"{self.hr_id}\0{said}\0{self.left_at}".encode()).hexdigest()[:24]


@dataclass(slots=True)
class KnownPeople:
    """`people` holds the people the file names; the other tables hold everybody."""

    people: dict[str, KnownPerson] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    active: int = 0

    def resolve(self, hr_id: str) -> str:
        """The main HR id of the person with this HR id or alias; an unknown id is returned as given."""
        return self.aliases.get(hr_id, hr_id)


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
    everybody = User.objects.order_by().values_list("hr_id", "email", "manager__hr_id", "kind")
    for hr_id, email, manager, kind in everybody.iterator(2_000):
        known.emails[email.casefold()] = hr_id or ""
        if hr_id:
            known.kinds[hr_id] = kind
        if hr_id and manager:
            known.managers[hr_id] = manager
    wanted = sorted({known.resolve(hr_id) for hr_id in hr_ids} & known.kinds.keys())
    for chunk in split_into_chunks(wanted):
        known.people.update((person.hr_id, person) for person in _people(chunk))
    return known


def split_into_chunks(wanted: list[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    for start in range(0, len(wanted), size):
        yield wanted[start : start + size]


def _people(hr_ids: list[str]) -> list[KnownPerson]:
    rows = User.objects.filter(hr_id__in=hr_ids).order_by()
    found, gone = [], []
    for pk, hr_id, left_at, *values in rows.values_list("pk", "hr_id", "left_at", *FIELDS.values()):
        said = {
            name: value if name in DATES else value or ""
            for name, value in zip(FIELDS, values, strict=True)
        }
        found.append(KnownPerson(pk, hr_id, said, left_at))
        if left_at is not None:
            gone.append(pk)
    if gone:
        leavings = _leavings(gone)
        for person in found:
            person.left_at = leavings.get(person.pk)
    return found


def _leavings(pks: list[int]) -> dict[int, datetime | None]:
    """The leaving of each person (by primary key) as HR reported it. The end of a contract is not a leaving."""
    told = defaultdict(list)
    events = EmploymentEvent.objects.filter(person__in=pks).select_related("region").order_by("id")
    for event in events.exclude(what=EmploymentEvent.What.CONTRACT):
        event.ends_at = None
        told[event.person_id].append(event)
    return {pk: _leaving(events) for pk, events in told.items()}


def _leaving(events: list[EmploymentEvent]) -> datetime | None:
    """The leaving that remains once all events recorded so far, future ones included, are counted."""
    return fold_employment(people.employment_facts(events), at=EVER, known_at=EVER).left_at
