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

from accounts.models import Responsibility, Role, User
from channels.models import Freeze, Owner
from courses import editor_groups
from ledger.prepared_queries import PreparedQuery


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
        person: Any = _prepared(settings.REQUIRE_TWO_STEP, tuple(settings.TWO_STEP_ROLES)).first(
            timezone.now(), user_id
        )
        if person is None or not self.user_can_authenticate(person):
            return None
        person.nav = PersonRights(
            manages=person.nav_manages,
            owns_channels=person.nav_governs or person.nav_owns,
            hr=person.nav_hr or person.is_superuser,
            certifies=person.nav_hr or person.nav_governs or person.is_superuser,
            marks=person.nav_marks or person.is_superuser,
            cms=person.nav_cms or person.is_superuser,
            freezes_run=person.nav_freezes_run,
        )
        person.lacks_second_step = _lacks_second_step(person)
        return person

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """What the person's groups allow. Those of a role count while the role is held everywhere, also before the
        daily run has taken the group from somebody whose role has ended.
        """
        return Permission.objects.filter(group__in=editor_groups.find_counting_groups(user_obj))


@cache
def _prepared(second_steps: bool, roles: tuple[str, ...]) -> PreparedQuery[User]:
    return PreparedQuery(partial(_people_with_rights, second_steps=second_steps, roles=roles))


def _people_with_rights(
    at: datetime, key: int, *, second_steps: bool, roles: tuple[str, ...]
) -> QuerySet[User]:
    """The person with this primary key, with region, team and what the top bar needs at `at`."""
    current = Responsibility.objects.current(at).filter(person=OuterRef("pk"))
    people = User.objects.annotate(
        nav_manages=Exists(User.objects.employed(at).filter(manager=OuterRef("pk"))),
        nav_hr=Exists(current.filter(role__in=[Role.HR, Role.AUDITOR, Role.REGIONAL_LEAD])),
        # Only who holds the role everywhere has the editor (courses.editor_groups).
        nav_cms=Exists(current.filter(role__in=[Role.AUTHOR, Role.REVIEWER], region__isnull=True)),
        nav_marks=Exists(current.filter(role=Role.REVIEWER)),
        nav_governs=Exists(current.filter(role=Role.GOVERNANCE)),
        nav_owns=Exists(Owner.objects.current(at).filter(person=OuterRef("pk"))),
        # Whether any of them concerns the person is asked only while there are some.
        nav_freezes_run=Exists(Freeze.objects.current(at).filter(drill=False)),
    )
    if second_steps:
        people = people.annotate(**_second_steps(current, roles))
    return people.filter(pk=key).select_related("region", "team")


def _second_steps(current: QuerySet[Responsibility], roles: tuple[str, ...]) -> dict[str, Exists]:
    """Whether one of the person's roles asks for a second step, and whether there is one."""
    codes = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    asking = current.filter(role__in=roles)
    return {"step_asked": Exists(asking), "step_set_up": Exists(codes)}


def _lacks_second_step(person: Any) -> bool:
    if not settings.REQUIRE_TWO_STEP:
        return False
    superuser = person.is_superuser and "superuser" in settings.TWO_STEP_ROLES
    return (superuser or person.step_asked) and not person.step_set_up
