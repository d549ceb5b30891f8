"""Who may do what with certificates in the CMS: by responsibility, never by Django permissions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from wagtail.permission_policies import BasePermissionPolicy

from accounts.models import Responsibility, User
from accounts.permissions import role_regions


class RolePermissionPolicy(BasePermissionPolicy):
    """Holders of one of `roles` may do `actions`; nobody, not even a superuser, may do anything else.

    `region` is the lookup from a row to its region: a role in one region counts for the rows of that region. Rows
    without it belong to no region, and are for those who hold the role everywhere.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        actions: Collection[str],
        roles: Collection[str],
        region: str = "",
    ) -> None:
        super().__init__(model)
        self.actions, self.roles, self.region = frozenset(actions), tuple(roles), region

    def user_has_permission(self, user: User, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        if not self.actions.intersection(actions) or not user.is_active:
            return False
        regions = role_regions(user, *self.roles, at=timezone.now())
        return regions is None or bool(self.region and regions)

    def user_has_any_permission_for_instance(
        self, user: User, actions: Collection[str], instance: Any
    ) -> bool:
        return self.instances_user_has_any_permission_for(user, actions).contains(instance)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        if not self.actions.intersection(actions):
            return User.objects.none()
        held = Responsibility.objects.current(timezone.now()).filter(role__in=self.roles)
        if not self.region:
            held = held.filter(region__isnull=True)
        holders = Q(is_superuser=True) | Q(pk__in=held.values("person"))
        return User.objects.filter(holders, is_active=True)

    def instances_user_has_any_permission_for(
        self, user: User, actions: Collection[str]
    ) -> QuerySet[Any]:
        rows = self.model.objects.all()
        if not self.actions.intersection(actions) or not user.is_active:
            return rows.none()
        regions = role_regions(user, *self.roles, at=timezone.now())
        if regions is None:
            return rows
        return rows.filter(**{f"{self.region}__in": regions}) if self.region else rows.none()
