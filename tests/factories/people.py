"""Plain makers of people and places for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from accounts.models import EmploymentEvent, Region, Responsibility, Team, User
from tests.factories.kept import Numbers

JOINED = datetime(2024, 1, 1, 8, 0, tzinfo=UTC)
_numbers = Numbers()


def make_region(code: str = "FI", **fields: Any) -> Region:
    fields.setdefault("name", code)
    fields.setdefault("time_zone", "Europe/Helsinki")
    return Region.objects.get_or_create(code=code, defaults=fields)[0]


def make_team(code: str = "SOCIAL", **fields: Any) -> Team:
    fields.setdefault("name", code.title())
    return Team.objects.get_or_create(code=code, defaults=fields)[0]


def make_person(name: str = "", *, joined: datetime = JOINED, **fields: Any) -> User:
    """An employed person with a password-less account; `joined` is recorded as an event."""
    number = next(_numbers)
    name = name or f"Person {number}"
    slug = name.lower().replace(" ", ".")
    fields.setdefault("email", f"{slug}.{number}@northlight.example")
    fields.setdefault("hr_id", f"T{number:05d}")
    fields.setdefault("given_name", name.split()[0])
    fields.setdefault("family_name", name.split()[-1])
    fields.setdefault("region", make_region())
    fields.setdefault("team", make_team())
    person = User.objects.create_user(fields.pop("email"), display_name=name, **fields)
    EmploymentEvent.objects.create(
        person=person,
        what="joined",
        effective_at=joined,
        recorded_at=joined,
        region=person.region,
        actor="system:test",
    )
    return person


def give_role(person: User, role: str, *, region: Region | None = None) -> User:
    Responsibility.objects.create(
        person=person, role=role, region=region, starts_at=JOINED, granted_by="system:test"
    )
    return person
