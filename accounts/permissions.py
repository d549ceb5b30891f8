"""Who may do what with people, as sentences. Roles come from Responsibility rows, never from Django groups."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Responsibility, Role, User


def responsibilities(person: User, at: datetime) -> QuerySet[Responsibility]:
    """The roles that `person` holds at `at`."""
    if not person.is_authenticated:
        return Responsibility.objects.none()
    current = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return Responsibility.objects.filter(current, person=person, starts_at__lte=at)


def has_role(person: User, *roles: str, at: datetime) -> bool:
    """Whether `person` holds one of `roles`, anywhere. A superuser holds them all."""
    if not person.is_authenticated:
        return False
    return person.is_superuser or responsibilities(person, at).filter(role__in=roles).exists()


def visible_people(person: User, at: datetime) -> QuerySet[User]:
    """Whose status `person` may see in lists and exports: HR and auditors all, a lead the region."""
    people = User.objects.people()
    if person.is_superuser:
        return people
    scopes = responsibilities(person, at).filter(
        role__in=[Role.HR, Role.AUDITOR, Role.REGIONAL_LEAD]
    )
    seen = list(scopes.values_list("role", "region_id"))
    if any(region is None and role != Role.REGIONAL_LEAD for role, region in seen):
        return people
    return people.filter(region_id__in=[region for _role, region in seen if region])
