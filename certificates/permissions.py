"""Who may read and change certificates, as sentences."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.permissions import has_role, responsibilities
from certificates.models import Award


def readable(awards: QuerySet[Award], person: User, at: datetime) -> QuerySet[Award]:
    """Of these awards the person's own; all to HR and auditors, of their region if they have one."""
    if person.is_superuser:
        return awards
    office = responsibilities(person, at).filter(
        Q(region__isnull=True) | Q(region=OuterRef("recipient__region")),
        role__in=[Role.HR, Role.AUDITOR],
    )
    return awards.filter(Q(recipient=person) | Exists(office))


def may_edit_certifications(person: User, at: datetime) -> bool:
    """Authors set up certifications; what has been awarded nobody edits."""
    return has_role(person, Role.AUTHOR, at=at)


def may_list_awards(person: User, at: datetime) -> bool:
    return has_role(person, Role.HR, Role.AUDITOR, at=at)
