"""Who may do what with certificates in the CMS: by responsibility, never by Django permissions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from wagtail.permission_policies import BasePermissionPolicy

from accounts.models import Responsibility, User
from accounts.permissions import has_role


class RolePermissionPolicy(BasePermissionPolicy):
    """Holders of one of `roles` may do `actions`; nobody, not even a superuser, may do anything else."""

    def __init__(
        self, model: type[Model], *, actions: Collection[str], roles: Collection[str]
    ) -> None:
        super().__init__(model)
        self.actions, self.roles = frozenset(actions), tuple(roles)

    def user_has_permission(self, user: User, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: User, actions: Collection[str]) -> bool:
        allowed = self.actions.intersection(actions)
        return bool(allowed) and user.is_active and has_role(user, *self.roles, at=timezone.now())

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        if not self.actions.intersection(actions):
            return User.objects.none()
        held = Responsibility.objects.current(timezone.now()).filter(role__in=self.roles)
        holders = Q(is_superuser=True) | Q(pk__in=held.values("person"))
        return User.objects.filter(holders, is_active=True)

    def instances_user_has_any_permission_for(
        self, user: User, actions: Collection[str]
    ) -> QuerySet[Any]:
        rows = self.model.objects.all()
        return rows if self.user_has_any_permission(user, actions) else rows.none()
