"""Who may read certificates."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.permissions import current_responsibilities
from certificates.models import Award


def readable_awards(awards: QuerySet[Award], person: User, at: datetime) -> QuerySet[Award]:
    """Of these awards the person's own; all to HR and auditors, of their region if they have one."""
    if person.is_superuser:
        return awards
    office = current_responsibilities(person, at).filter(
        Q(region__isnull=True) | Q(region=OuterRef("recipient__region")),
        role__in=[Role.HR, Role.AUDITOR],
    )
    return awards.filter(Q(recipient=person) | Exists(office))
