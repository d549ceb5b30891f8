"""Posting roles: given, and ended, by somebody who answers for the channel."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from channels.addresses import channel_address, deed_address
from channels.desk import role_notices
from channels.guards import Actor, ChannelRefusedError, actor_name, must_not_be_self, must_steward
from channels.models import Channel, PostingPermission, PostingRole
from ledger import entries


@transaction.atomic
def grant_permission(
    channel: Channel,
    person: User,
    role: str,
    *,
    actor: Actor,
    at: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
    tell: bool = True,
) -> PostingPermission:
    """Give `person` a role on the channel from `starts_at` (default `at`) until `ends_at`, if agreed.

    The person is told who gave it and why, unless not `tell`.

    Raises ChannelRefusedError for an actor without the right, for oneself, for somebody who has left, for a role
    that the person holds already and for an end before the start.
    """
    must_steward(actor, channel, at)
    must_not_be_self(actor, person)
    role, begins = PostingRole(role), starts_at or at
    if person.has_left(begins):
        raise ChannelRefusedError(_("%(person)s has left.") % {"person": person})
    _must_end_later(begins, ends_at)
    _clear_ended(channel, person, role, actor=actor, at=at)
    given = PostingPermission.objects.create(
        channel=channel,
        person=person,
        role=role,
        starts_at=begins,
        ends_at=ends_at,
        reason=reason[:500],
        recorded_at=timezone.now(),
        actor=actor_name(actor),
    )
    _enter("permission.granted", given, actor=actor, at=begins, ends_at=ends_at)
    if tell:
        role_notices.tell_granted(given, actor, at)
    return given


def _must_end_later(begins: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= begins:
        raise ChannelRefusedError(_("The role has to end after it starts."))


def _clear_ended(channel: Channel, person: User, role: str, *, actor: Actor, at: datetime) -> None:
    """Close a role whose agreed end is past, at that end. Raises ChannelRefusedError if it still runs."""
    running = (
        PostingPermission.objects.select_for_update()
        .open()
        .filter(channel=channel, person=person, role=role)
    )
    for old in running:
        if old.ends_at is None or old.ends_at > at:
            raise ChannelRefusedError(
                _("%(person)s already has this role.") % {"person": person},
                remedy=channel_address(channel.code) + "#people",
            )
        _close(old, actor=actor, at=at, ended_at=old.ends_at, reason=_("The agreed end."))
        _enter("permission.ended", old, actor=actor, at=old.ends_at)


@transaction.atomic
def end_permission(
    permission: PostingPermission,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    ended_at: datetime | None = None,
) -> PostingPermission:
    """End a role at `ended_at` (default `at`). Ending it again changes nothing.

    Raises ChannelRefusedError without the right or a reason.
    """
    must_steward(actor, permission.channel, at)
    if not reason.strip():
        raise ChannelRefusedError(_("Write why the role ends."))
    permission = (
        PostingPermission.objects.select_for_update(of=("self",))
        .select_related("channel", "person")
        .get(pk=permission.pk)
    )
    if permission.ended_at is None:
        _close(permission, actor=actor, at=at, ended_at=ended_at or at, reason=reason)
        _enter("permission.ended", permission, actor=actor, at=ended_at or at)
        role_notices.tell_ended(permission, actor, at)
    return permission


@transaction.atomic
def change_permission_end(
    permission: PostingPermission,
    ends_at: datetime | None,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
) -> PostingPermission:
    """Let a role last until another day, or (None) until somebody ends it: the role begins anew with the new end.

    Raises ChannelRefusedError as `grant_permission` does, without a reason, and for a role that has ended.
    """
    must_steward(actor, permission.channel, at)
    must_not_be_self(actor, permission.person)
    here = channel_address(permission.channel.code) + "#people"
    rows = PostingPermission.objects.select_for_update(of=("self",))
    old = rows.select_related("channel", "person").get(pk=permission.pk)
    over = old.ended_at is not None or (old.ends_at is not None and old.ends_at <= at)
    if over:
        raise ChannelRefusedError(
            _("This role has ended. Give a new one instead."),
            remedy=deed_address(old.channel.code, "grant"),
        )
    if not reason.strip():
        raise ChannelRefusedError(_("Write why the role lasts until another day."))
    if old.ends_at == ends_at:
        raise ChannelRefusedError(_("The role has this end already."), remedy=here)
    turn = max(at, old.starts_at)
    _close(old, actor=actor, at=at, ended_at=turn, reason=reason)
    _enter("permission.ended", old, actor=actor, at=turn)
    return grant_permission(
        *(old.channel, old.person, old.role),
        actor=actor,
        at=at,
        starts_at=turn,
        ends_at=ends_at,
        reason=reason,
    )


def _close(
    permission: PostingPermission, *, actor: Actor, at: datetime, ended_at: datetime, reason: str
) -> None:
    permission.ended_at = ended_at
    permission.end_recorded_at = timezone.now()
    permission.end_actor = actor_name(actor)
    permission.end_reason = reason.strip()[:500]
    permission.save(update_fields=["ended_at", "end_recorded_at", "end_actor", "end_reason"])


def _enter(
    kind: str,
    permission: PostingPermission,
    *,
    actor: Actor,
    at: datetime,
    ends_at: datetime | None = None,
) -> None:
    entries.append_entry(
        kind=kind,
        subject=f"permission:{permission.uuid}",
        actor=actor_name(actor),
        at=at,
        data={
            "channel": permission.channel.code,
            "person": permission.person.actor,
            "role": permission.role,
            "ends_at": ends_at,
        },
        facts=[permission],
    )


def permissions_in_force(at: datetime) -> QuerySet[PostingPermission]:
    """The roles that hold at `at`."""
    return PostingPermission.objects.current(at)
