"""Who holds which role where, and may see whom. Roles come from Responsibility rows, never from Django groups.

A role counts in its own region only: whoever is HR in one region and auditor everywhere is HR in that region, and no
more. So every question names the roles it is about and gets the regions of exactly these roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from accounts.models import Responsibility, Role, User
from accounts.querysets import PersonQuerySet
from ledger.prepared_queries import PreparedQuery
from ledger.reading import SEPARATOR, JoinedText, as_text, parse_moment

# Who may open lists of people at all.
READERS = (Role.HR, Role.AUDITOR, Role.REGIONAL_LEAD)
# Who may open the certification console; governance is there to stop people from posting.
CONSOLE_READERS = (*READERS, Role.GOVERNANCE)
ROLE_COLUMNS = ("role", "region_id", "starts_at", "ends_at", "ended_at")
# Between the columns of a role that is told as a text.
BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A role as it is recorded, everywhere (None) or in the region with this primary key."""

    role: str
    region: int | None
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None

    def holds(self, at: datetime) -> bool:
        ends = (self.ends_at, self.ended_at)
        return self.starts_at <= at and all(end is None or at < end for end in ends)


def told_roles(person: str) -> Subquery:
    """The roles of a person (the reference to their primary key) as one text, for a query about people."""
    nothing = Value("", output_field=TextField())
    columns = (Coalesce(as_text(name), nothing) for name in ROLE_COLUMNS)
    told = [part for column in columns for part in (Value(BETWEEN), column)][1:]
    rows = Responsibility.objects.filter(person=OuterRef(person)).order_by().values("person")
    text = Concat(*told, output_field=TextField())
    return Subquery(rows.annotate(told=JoinedText(text, Value(SEPARATOR))).values("told"))


def read_told_roles(text: str | None) -> tuple[RoleSpan, ...]:
    """The roles that `told_roles` has told."""
    return tuple(_read_role(*row.split(BETWEEN)) for row in (text or "").split(SEPARATOR) if row)


def _read_role(role: str, region: str, *moments: str) -> RoleSpan:
    begin, *ends = (parse_moment(text) if text else None for text in moments)
    return RoleSpan(role, int(region) if region else None, begin, *ends)  # type: ignore[arg-type]


def current_responsibilities(person: User, at: datetime) -> QuerySet[Responsibility]:
    """The roles that `person` holds at `at`; none from the instant at which they have left."""
    if _is_nobody(person, at):
        return Responsibility.objects.none()
    return Responsibility.objects.current(at).filter(person=person)


def _is_nobody(person: User, at: datetime) -> bool:
    """Whoever has not signed in, or has left, holds no role."""
    return not person.is_authenticated or person.has_left(at)


def has_role(person: User, *roles: str, at: datetime) -> bool:
    """Whether `person` holds one of `roles` somewhere: it opens a door, and never says for whom. A superuser holds all.

    What lies behind the door is limited by `has_role_in`, `role_regions` or `people_scope`.
    """
    if not person.is_authenticated:
        return False
    return (
        person.is_superuser or current_responsibilities(person, at).filter(role__in=roles).exists()
    )


def has_role_in(person: User, region: int | None, *roles: str, at: datetime) -> bool:
    """Whether `person` holds one of `roles` for the region with this primary key: there, or everywhere.

    What belongs to no region (None) is for those who hold the role everywhere.
    """
    held = role_regions(person, *roles, at=at)
    return held is None or region in held


def role_regions(person: User, *roles: str, at: datetime) -> frozenset[int] | None:
    """The regions (primary keys) in which `person` holds one of `roles`; None means everywhere. One query."""
    return _held(person, roles, at).regions(*roles)


@dataclass(frozen=True, slots=True)
class PeopleScope:
    """The people whose status somebody may see: `held` pairs each role with its region's primary key.

    None in place of a region means everywhere.
    """

    held: frozenset[tuple[str, int | None]]

    def may(self, *roles: str) -> bool:
        """Whether one of `roles` is held, in whatever region."""
        return any(role in roles for role, _region in self.held)

    def regions(self, *roles: str) -> frozenset[int] | None:
        """The regions of `roles` alone; None: one of them is held everywhere. A lead without a region leads nobody."""
        held = [pair for pair in self.held if pair[0] in roles]
        if any(region is None and role != Role.REGIONAL_LEAD for role, region in held):
            return None
        return frozenset(region for _role, region in held if region)

    def everywhere(self, *roles: str) -> bool:
        return self.regions(*roles) is None

    def covers(self, person: User, *roles: str) -> bool:
        """Whether one of `roles` is held for the region of `person`."""
        regions = self.regions(*roles)
        return regions is None or person.region_id in regions

    def people(self, *roles: str) -> PersonQuerySet:
        """The people for whom one of `roles` is held; without roles those whom any of READERS lets one see."""
        return people_of_regions(self.regions(*(roles or READERS)))


def people_of_regions(regions: frozenset[int] | None) -> PersonQuerySet:
    """The people who work in these regions (primary keys); None: everybody."""
    people = User.objects.people()
    return people if regions is None else people.filter(region_id__in=regions)


def people_scope(person: User, at: datetime) -> PeopleScope:
    """HR and auditors see everybody, or the people of their region; a regional lead sees the region. One query.

    Governance is held by the scope as well, for who asks about it by name.
    """
    return _held(person, CONSOLE_READERS, at)


def visible_people(person: User, at: datetime) -> QuerySet[User]:
    """Whose status `person` may see in lists and exports: HR and auditors all, a lead the region."""
    return people_scope(person, at).people()


def role_names(roles: Iterable[str]) -> str:
    """The roles in words, for who has none of them: "HR, Channel governance"."""
    return ", ".join(str(Role(role).label) for role in roles)


def _held(person: User, roles: tuple[str, ...], at: datetime) -> PeopleScope:
    if person.is_authenticated and person.is_superuser:
        return PeopleScope(frozenset((role, None) for role in Role.values))
    if _is_nobody(person, at):
        return PeopleScope(frozenset())
    # Whoever asks for a page comes with their roles, as they were recorded when the request began (home.backends).
    told: tuple[RoleSpan, ...] | None = getattr(person, "told_roles", None)
    if told is None:
        return PeopleScope(frozenset(_roles_held.fetch(person.pk, list(roles), at)))
    held = ((one.role, one.region) for one in told if one.role in roles and one.holds(at))
    return PeopleScope(frozenset(held))


def _query_roles(person: int, roles: list[str], at: datetime) -> QuerySet[Responsibility, Any]:
    held = Responsibility.objects.current(at).filter(person=person, role__in=roles)
    return held.values_list("role", "region_id")


# Asked for nearly every page: building the SQL costs several times what the database takes.
_roles_held = PreparedQuery[Any](_query_roles)
