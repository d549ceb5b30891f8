"""What ends when somebody leaves: sessions, tokens, responsibilities and rights in the editor, in one transaction.

Nothing of it comes back by itself when they return: somebody has to give it again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from wagtail.models import APIToken

from allauth.usersessions.models import UserSession

from accounts.models import Responsibility, User
from ledger import entries

# A role ends after it starts.
INSTANT = timedelta(microseconds=1)


def end_access(gone: Collection[User], *, actor: str, at: datetime) -> None:
    """End all access of people who have left by `at`; the caller opens the transaction. Idempotent."""
    for session in UserSession.objects.filter(user__in=gone):
        session.end()
    APIToken.objects.filter(Q(revoked_at__isnull=True), user__in=gone).update(revoked_at=at)
    _end_responsibilities(gone, actor=actor, at=at)
    User.groups.through.objects.filter(user__in=gone).delete()
    User.user_permissions.through.objects.filter(user__in=gone).delete()
    for person in [person for person in gone if person.is_superuser]:
        set_superuser(person, False, actor=actor, at=at)


def set_superuser(person: User, is_superuser: bool, *, actor: str, at: datetime) -> None:
    """Let the person do everything in the editor, or no longer. The caller opens the transaction."""
    person.is_superuser = is_superuser
    person.save(update_fields=["is_superuser"])
    kind = "person.superuser" if is_superuser else "person.no_superuser"
    tell_account(person, kind, actor=actor, at=at)


def tell_account(person: User, kind: str, *, actor: str, at: datetime) -> None:
    """Let the ledger tell how the person's row stands. The caller opens the transaction."""
    told = [read_account(person)]
    entries.append_entry(kind=kind, subject=person.actor, actor=actor, at=at, facts=told)


def read_account(person: User) -> User:
    """The row as it is stored, locked: others may have written it since `person` was read."""
    return User.objects.select_for_update().get(pk=person.pk)


def _end_responsibilities(gone: Collection[User], *, actor: str, at: datetime) -> None:
    for one in Responsibility.objects.open().filter(person__in=gone).select_related("person"):
        if one.ends_at is not None and one.ends_at <= at:
            continue
        one.ended_at = max(at, one.starts_at + INSTANT)
        one.end_recorded_at, one.end_actor = timezone.now(), actor
        one.save(update_fields=["ended_at", "end_recorded_at", "end_actor"])
        entries.append_entry(
            kind="responsibility.ended",
            subject=one.person.actor,
            actor=actor,
            at=one.ended_at,
            data={"role": one.role, "why": "left"},
            facts=[one],
        )


@receiver(post_delete, sender=User)
def tell_of_deletion(instance: User, **_rest: Any) -> None:
    """An account of which there are no facts was deleted in the editor: the ledger tells that its row is gone."""
    kind, actor = "person.deleted", "system:editor"
    entries.append_deletion(User, instance.pk, kind=kind, subject=instance.actor, actor=actor)
