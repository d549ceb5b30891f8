"""What ends when somebody leaves: sessions, tokens, responsibilities and rights in the editor, in one transaction.

Nothing of it comes back by itself when they return: somebody has to give it again. No job has to run between: what a
leaving has ended is written down at the latest when the return is (`end_missed_access`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from wagtail.models import APIToken

from allauth.usersessions.models import UserSession

from accounts.models import Responsibility, User
from accounts.querysets import PersonQuerySet
from accounts.rules import (
    INSTANT,
    EmploymentFact,
    EmploymentGap,
    find_end_by_gap,
    find_gaps,
)
from accounts.signals import people_changed
from ledger import entries

EVER = datetime.max.replace(tzinfo=UTC)


def end_access(gone: Collection[User], *, actor: str, at: datetime) -> None:
    """End all access of people who have left by `at`; the caller opens the transaction. Idempotent."""
    for session in UserSession.objects.filter(user__in=gone):
        session.end()
    APIToken.objects.filter(Q(revoked_at__isnull=True), user__in=gone).update(revoked_at=at)
    _end_responsibilities(gone, actor=actor, at=at)
    _take_rights(gone, actor=actor, at=at)


def close_account(person: User, *, actor: str, at: datetime) -> None:
    """End the access of somebody who has left, and let them sign in no more."""
    end_access([person], actor=actor, at=at)
    person.is_active = False
    person.save(update_fields=["is_active"])


def find_open_leavers(at: datetime) -> PersonQuerySet:
    """Who has left by `at`, and has access still: their account is open, or is only switched off."""
    held = Exists(Responsibility.objects.current(at).filter(person=OuterRef("pk")))
    kept = Q(is_active=True) | Q(is_superuser=True) | Q(held)
    return User.objects.people().filter(kept, left_at__lte=at)


@transaction.atomic
def end_leavers_access(*, at: datetime) -> int:
    """End all access of everybody who has left by `at` Idempotent; returns how many."""
    gone = list(find_open_leavers(at))
    for person in gone:
        close_account(person, actor="system:leaving", at=at)
        tell_account(person, "person.closed", actor="system:leaving", at=at)
    if gone:
        people_changed.send(sender=User, person_ids=[person.pk for person in gone])
    return len(gone)


def end_missed_access(
    person: User,
    facts: Sequence[EmploymentFact],
    *,
    actor: str,
    at: datetime,
    recorded_at: datetime | None = None,
) -> None:
    """End what somebody who is back had before they left, at the instant of that leaving, if nobody did meanwhile.

    Call it in a transaction, before the row of the person says that they are back. `facts` are all there are about
    the employment, those that were just written (at `recorded_at`) among them. An absence of less than a day ends
    nothing here. What was given since the leaving stays.
    """
    gaps = find_gaps(facts, at=at, known_at=EVER)
    if not gaps:
        return
    last = gaps[-1].left_at
    for session in UserSession.objects.filter(user=person, created_at__lt=last):
        session.end()
    tokens = APIToken.objects.filter(user=person, revoked_at__isnull=True, created__lt=last)
    tokens.update(revoked_at=at)
    for one in Responsibility.objects.open().filter(person=person).select_related("person"):
        if ended_at := find_end_by_gap(gaps, one.starts_at):
            _end_responsibility(one, actor=actor, at=ended_at)
    if _is_missed(person, gaps, facts, at, recorded_at):
        _take_rights([person], actor=actor, at=at)


def _is_missed(
    person: User,
    gaps: list[EmploymentGap],
    facts: Sequence[EmploymentFact],
    at: datetime,
    recorded_at: datetime | None,
) -> bool:
    """Whether the last gap was never followed: the account is open, or nobody had told of the gap before.

    Rights in the editor have no dates, so those that somebody gave after an earlier gap must not end again.
    """
    if person.is_active and person.has_left(at):
        return True
    if recorded_at is None:
        return False
    before = find_gaps(
        [fact for fact in facts if fact.recorded_at < recorded_at], at=at, known_at=EVER
    )
    last = gaps[-1]
    return all(last.back_at <= old.left_at or old.back_at <= last.left_at for old in before)


def _take_rights(gone: Collection[User], *, actor: str, at: datetime) -> None:
    """Take the groups and rights in the editor, which have no dates."""
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
        _end_responsibility(one, actor=actor, at=at)


def _end_responsibility(one: Responsibility, *, actor: str, at: datetime) -> None:
    if one.ends_at is not None and one.ends_at <= at:
        return
    # A role ends after it starts.
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
