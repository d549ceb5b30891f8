"""Who holds which role and may see whom. Roles come from Responsibility rows, never from Django groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Responsibility, Role, User
from accounts.querysets import PersonQuerySet


def current_responsibilities(person: User, at: datetime) -> QuerySet[Responsibility]:
    """The roles that `person` holds at `at`."""
    if not person.is_authenticated:
        return Responsibility.objects.none()
    return Responsibility.objects.current(at).filter(person=person)


def has_role(person: User, *roles: str, at: datetime) -> bool:
    """Whether `person` holds one of `roles`, anywhere. A superuser holds them all."""
    if not person.is_authenticated:
        return False
    return (
        person.is_superuser or current_responsibilities(person, at).filter(role__in=roles).exists()
    )


@dataclass(frozen=True, slots=True)
class PeopleScope:
    """The people whose status somebody may see. `regions` holds primary keys; None means everywhere."""

    roles: frozenset[str]
    regions: frozenset[int] | None

    def people(self) -> PersonQuerySet:
        people = User.objects.people()
        return people if self.regions is None else people.filter(region_id__in=self.regions)

    def may(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))


def people_scope(person: User, at: datetime) -> PeopleScope:
    """HR and auditors see everybody, or the people of their region; a regional lead sees the region. One query."""
    if person.is_authenticated and person.is_superuser:
        return PeopleScope(frozenset(Role.values), None)
    held = set(
        current_responsibilities(person, at)
        .filter(role__in=[Role.HR, Role.AUDITOR, Role.REGIONAL_LEAD])
        .values_list("role", "region_id")
    )
    everywhere = any(region is None and role != Role.REGIONAL_LEAD for role, region in held)
    regions = frozenset(region for _role, region in held if region)
    return PeopleScope(frozenset(role for role, _region in held), None if everywhere else regions)


def visible_people(person: User, at: datetime) -> QuerySet[User]:
    """Whose status `person` may see in lists and exports: HR and auditors all, a lead the region."""
    return people_scope(person, at).people()
