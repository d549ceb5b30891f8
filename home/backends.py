from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator

from accounts import permissions
from accounts.models import Role, User
from accounts.permissions import READERS, RoleSpan
from channels.models import Freeze, Owner
from courses import editor_groups
from ledger.prepared_queries import PreparedQuery

EDITORS = (Role.AUTHOR, Role.REVIEWER)


@dataclass(frozen=True)
class PersonRights:
    """Which entries the top bar shows to this person. Every page checks the rights again by itself."""

    manages: bool = False
    owns_channels: bool = False
    hr: bool = False
    certifies: bool = False
    marks: bool = False
    cms: bool = False
    freezes_run: bool = False


class PersonBackend(AuthenticationBackend):
    """allauth's backend (throttled, e-mail only) that loads what the top bar needs in the same query."""

    def user_can_authenticate(self, user: User) -> bool:
        """False for people who have left, also before the daily run has deactivated them."""
        return super().user_can_authenticate(user) and not user.has_left(timezone.now())

    def get_user(self, user_id: int) -> User | None:
        now = timezone.now()
        person: Any = _prepared(settings.REQUIRE_TWO_STEP).first(now, user_id)
        if person is None or not self.user_can_authenticate(person):
            return None
        person.told_roles = permissions.read_told_roles(person.roles_text)
        held = [one for one in person.told_roles if one.holds(now)]
        person.nav = _find_rights(person, held)
        person.lacks_second_step = _lacks_second_step(person, {one.role for one in held})
        return person

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """What the person's groups allow. Those of a role count while the role is held everywhere, also before the
        daily run has taken the group from somebody whose role has ended.
        """
        return Permission.objects.filter(group__in=editor_groups.find_counting_groups(user_obj))


@cache
def _prepared(second_steps: bool) -> PreparedQuery[User]:
    return PreparedQuery(partial(_people_with_rights, second_steps=second_steps))


def _people_with_rights(at: datetime, key: int, *, second_steps: bool) -> QuerySet[User]:
    """The person with this primary key, with region, team, roles and what else the top bar needs at `at`."""
    people = User.objects.annotate(
        roles_text=permissions.told_roles("pk"),
        nav_manages=Exists(User.objects.employed(at).filter(manager=OuterRef("pk"))),
        nav_owns=Exists(Owner.objects.current(at).filter(person=OuterRef("pk"))),
        # Whether any of them concerns the person is asked only while there are some.
        nav_freezes_run=Exists(Freeze.objects.current(at).filter(drill=False)),
    )
    if second_steps:
        codes = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        people = people.annotate(step_set_up=Exists(codes))
    return people.filter(pk=key).select_related("region", "team")


def _find_rights(person: Any, held: list[RoleSpan]) -> PersonRights:
    roles = {one.role for one in held}
    # Only who holds the role everywhere has the editor (courses.editor_groups).
    everywhere = {one.role for one in held if one.region is None}
    reads, governs = not roles.isdisjoint(READERS), Role.GOVERNANCE in roles
    return PersonRights(
        manages=person.nav_manages,
        owns_channels=governs or person.nav_owns,
        hr=reads or person.is_superuser,
        certifies=reads or governs or person.is_superuser,
        marks=Role.REVIEWER in roles or person.is_superuser,
        cms=not everywhere.isdisjoint(EDITORS) or person.is_superuser,
        freezes_run=person.nav_freezes_run,
    )


def _lacks_second_step(person: Any, roles: set[str]) -> bool:
    """Whether one of the person's roles asks for a second step, and there is none."""
    if not settings.REQUIRE_TWO_STEP:
        return False
    superuser = person.is_superuser and "superuser" in settings.TWO_STEP_ROLES
    asked = superuser or not roles.isdisjoint(settings.TWO_STEP_ROLES)
    return asked and not person.step_set_up
