"""Many made-up people, always the same ones, for measuring. Not part of the demo."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import EmploymentEvent, Region, Team, User
from ledger import entries
from ledger.planner_statistics import count_after_changes

REGIONS = (
    ("FI", "Finland", "Europe/Helsinki"),
    ("DE", "Germany", "Europe/Berlin"),
    ("BR", "Brazil", "America/Sao_Paulo"),
    ("NG", "Nigeria", "Africa/Lagos"),
    ("JP", "Japan", "Asia/Tokyo"),
)
GIVEN = (
    "Amina",
    "Bruno",
    "Chen",
    "Daria",
    "Emeka",
    "Farah",
    "Goran",
    "Hana",
    "Inês",
    "Jonas",
    "Kaisa",
    "Mei",
)
FAMILY = (
    "Adeyemi",
    "Berg",
    "Costa",
    "Duarte",
    "Fischer",
    "Haddad",
    "Iyer",
    "Kovač",
    "Lind",
    "Niemi",
    "Okafor",
)
# A secret for each of a hundred thousand people who never sign in takes longer than their rows.
NO_PASSWORD = make_password(None)
FIRST_DAY = datetime(2020, 1, 1, 8, tzinfo=UTC)
ACTOR = "system:make_people"
MADE = "people.made"
PREFIX = "LOAD-"
SPAN = 12
BATCH = 2_000


@transaction.atomic
def make_people(count: int, *, at: datetime) -> int:
    """Fill up to `count` made-up people with teams, managers and events. Idempotent; returns how many are new."""
    regions = [
        Region.objects.add_region(code, name=name, time_zone=zone, actor=ACTOR, at=at)
        for code, name, zone in REGIONS
    ]
    teams = _teams(count, at)
    known = count_made_people()
    for numbers in _batches(known, count):
        managers = _managers(numbers)
        people = [_person(number, regions, teams, managers, at) for number in numbers]
        User.objects.bulk_create(people, batch_size=BATCH)
        events = EmploymentEvent.objects.bulk_create(_events(people, at), batch_size=BATCH)
        act = {"kind": MADE, "subject": "site", "at": at, "data": {}, "facts": [*people, *events]}
        entries.append_entries([act], actor=ACTOR)
    count_after_changes(count - known)
    return max(0, count - known)


def count_made_people() -> int:
    return User.objects.filter(hr_id__startswith=PREFIX).count()


def _batches(known: int, count: int) -> Iterator[range]:
    """The numbers of the new people, in batches of which each begins after the managers of all its people."""
    while known < count:
        until = min(count, known + BATCH, known * SPAN or 1)
        yield range(known, until)
        known = until


def _teams(count: int, at: datetime) -> list[Team]:
    codes = [f"{PREFIX}{number:04d}" for number in range(max(1, count // 40))]
    known = set(Team.objects.filter(code__in=codes).values_list("code", flat=True))
    new = [Team(code=code, name=f"Team {code[5:]}") for code in codes if code not in known]
    made = Team.objects.bulk_create(new)
    if made:
        entries.append_entry(kind=MADE, subject="site", actor=ACTOR, at=at, facts=made)
    return list(Team.objects.filter(code__in=codes).order_by("code"))


def _person(
    number: int,
    regions: list[Region],
    teams: list[Team],
    managers: dict[int, int],
    at: datetime,
) -> User:
    chance = random.Random(number)  # noqa: S311 - the same people every time, no secret
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    region = regions[number % len(regions)]
    joined = FIRST_DAY + timedelta(days=chance.randrange(2_000))
    left = joined + timedelta(days=200 + chance.randrange(300)) if chance.random() < 0.03 else None
    return User(
        hr_id=name_made_person(number),
        email=f"load.{number:06d}@load.example",
        given_name=given,
        family_name=family,
        display_name=f"{given} {family}",
        region=region,
        team=teams[number % len(teams)],
        manager_id=managers.get(number // SPAN) if number else None,
        country=region.code,
        time_zone=region.time_zone,
        starts_on=joined.date(),
        left_at=left,
        is_active=left is None or left > at,
        password=NO_PASSWORD,
    )


def _managers(numbers: range) -> dict[int, int]:
    """The keys of the managers of these people, by number: a tree twelve wide, where everybody answers to somebody
    with a smaller number."""
    wanted = {name_made_person(number // SPAN): number // SPAN for number in numbers if number}
    found = User.objects.filter(hr_id__in=wanted).values_list("hr_id", "pk")
    return {wanted[str(hr_id)]: pk for hr_id, pk in found}


def name_made_person(number: int) -> str:
    """The HR id of a made-up person."""
    return f"{PREFIX}{number:06d}"


def _events(people: list[User], at: datetime) -> Iterator[EmploymentEvent]:
    for person in people:
        assert person.starts_on is not None  # noqa: S101 - set above
        joined = datetime.combine(person.starts_on, FIRST_DAY.time(), tzinfo=UTC)
        yield EmploymentEvent(
            person=person,
            what="joined",
            effective_at=joined,
            recorded_at=joined,
            region=person.region,
            actor=ACTOR,
        )
        if person.left_at:
            yield EmploymentEvent(
                person=person,
                what="left",
                effective_at=person.left_at,
                recorded_at=person.left_at,
                actor=ACTOR,
            )
