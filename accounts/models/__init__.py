"""Who works here and who carries which responsibility."""

from __future__ import annotations

from accounts.models.imports import PeopleImport, SavedMapping
from accounts.models.people import (
    Absence,
    EmploymentEvent,
    HrAlias,
    PersonKind,
    PersonManager,
    Region,
    Responsibility,
    Role,
    Team,
    User,
)

__all__ = [
    "Absence",
    "EmploymentEvent",
    "HrAlias",
    "PeopleImport",
    "PersonKind",
    "PersonManager",
    "Region",
    "Responsibility",
    "Role",
    "SavedMapping",
    "Team",
    "User",
]
