"""Many made-up people, always the same ones, for measuring. Not part of the demo."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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
FIRST_DAY = datetime(2020, 1, 1, 8, tzinfo=UTC)
ACTOR = "system:make_people"
SPAN = 12
BATCH = 2_000


@transaction.atomic
def make_people(count: int, *, at: datetime) -> int:
    """Fill up to `count` made-up people with teams, managers and events. Idempotent; returns how many are new."""
    regions = [
        Region.objects.get_or_create(code=code, defaults={"name": name, "time_zone": zone})[0]
        for code, name, zone in REGIONS
    ]
    teams = _teams(count)
    known = User.objects.filter(hr_id__startswith="LOAD-").count()
    people = [_person(number, regions, teams, at) for number in range(known, count)]
    User.objects.bulk_create(people, batch_size=500)
    _managers(count, known)
    events = EmploymentEvent.objects.bulk_create(_events(people, at), batch_size=BATCH)
    facts = [*people, *events]
    acts = [
        {
            "kind": "people.made",
            "subject": "site",
            "at": at,
            "data": {},
            "facts": facts[start : start + BATCH],
        }
        for start in range(0, len(facts), BATCH)
    ]
    entries.append_entries(acts, actor=ACTOR)
    count_after_changes(len(people))
    return len(people)


def _teams(count: int) -> list[Team]:
    codes = [f"LOAD-{number:04d}" for number in range(max(1, count // 40))]
    Team.objects.bulk_create(
        [Team(code=code, name=f"Team {code[5:]}") for code in codes], ignore_conflicts=True
    )
    return list(Team.objects.filter(code__in=codes).order_by("code"))


def _person(number: int, regions: list[Region], teams: list[Team], at: datetime) -> User:
    chance = random.Random(number)  # noqa: S311 - the same people every time, no secret
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    region = regions[number % len(regions)]
    joined = FIRST_DAY + timedelta(days=chance.randrange(2_000))
    left = joined + timedelta(days=200 + chance.randrange(300)) if chance.random() < 0.03 else None
    person = User(
        hr_id=f"LOAD-{number:06d}",
        email=f"load.{number:06d}@load.example",
        given_name=given,
        family_name=family,
        display_name=f"{given} {family}",
        region=region,
        team=teams[number % len(teams)],
        country=region.code,
        time_zone=region.time_zone,
        starts_on=joined.date(),
        left_at=left,
        is_active=left is None or left > at,
    )
    person.set_unusable_password()
    return person


def _managers(count: int, known: int) -> None:
    """A tree twelve wide: everybody answers to somebody with a smaller number."""
    pks = dict(User.objects.filter(hr_id__startswith="LOAD-").values_list("hr_id", "pk"))
    reports = [
        User(pk=pks[f"LOAD-{number:06d}"], manager_id=pks[f"LOAD-{number // SPAN:06d}"])
        for number in range(max(known, 1), count)
    ]
    User.objects.bulk_update(reports, ["manager"], batch_size=500)


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
