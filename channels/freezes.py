"""Emergency stops: nobody posts within the scope until somebody ends it. Decisions read the rows directly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from channels.guards import (
    Actor,
    ActorNotAllowedError,
    ChannelRefusedError,
    actor_name,
    must_govern,
    must_steward,
)
from channels.models import Channel, Freeze, Platform
from ledger import entries

FreezeScope = Freeze.Scope


@transaction.atomic
def start_freeze(
    scope: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    channel: Channel | None = None,
    region: Region | None = None,
    platform: Platform | None = None,
    classification: str = "",
    allowed: Iterable[str] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Freeze:
    """Stop posting within the scope from `starts_at` (default `at`). `allowed`: HR ids that may go on.

    Owners may stop their own channel, governance everything. Raises ChannelRefusedError without the right,
    without a reason, and for a planned end of a stop everywhere, which a person has to end.
    """
    _must_start(FreezeScope(scope), channel, actor=actor, at=at)
    if not reason.strip():
        raise ChannelRefusedError(_("Write why posting stops."))
    _must_end_rightly(scope, ends_at, starts_at or at)
    freeze = Freeze.objects.create(
        scope=scope,
        channel=channel,
        region=region,
        platform=platform,
        classification=classification,
        reason=reason.strip()[:500],
        allowed=sorted(set(allowed)),
        starts_at=starts_at or at,
        ends_at=ends_at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
    )
    _enter("freeze.started", freeze, actor=actor, at=freeze.starts_at)
    return freeze


def _must_end_rightly(scope: str, ends_at: datetime | None, starts_at: datetime) -> None:
    if ends_at is not None and scope == FreezeScope.GLOBAL:
        raise ChannelRefusedError(
            _("A stop everywhere has no end date. Somebody else has to end it.")
        )
    if ends_at is not None and ends_at <= starts_at:
        raise ChannelRefusedError(_("The stop has to end after it starts."))


def _must_start(scope: str, channel: Channel | None, *, actor: Actor, at: datetime) -> None:
    if scope == FreezeScope.CHANNEL and channel is not None:
        must_steward(actor, channel, at)
    else:
        must_govern(actor, None, at)


@transaction.atomic
def end_freeze(freeze: Freeze, *, actor: Actor, at: datetime) -> Freeze:
    """Let people post again from `at`. Ending it twice changes nothing.

    Raises ChannelRefusedError without the right, and for whoever started a stop everywhere: somebody else ends it.
    """
    _must_start(freeze.scope, freeze.channel, actor=actor, at=at)
    freeze = Freeze.objects.select_for_update().get(pk=freeze.pk)
    if freeze.scope == FreezeScope.GLOBAL and freeze.actor == actor_name(actor):
        raise ActorNotAllowedError(_("You started this stop, so somebody else has to end it."))
    if freeze.ended_at is None:
        freeze.ended_at = max(at, freeze.starts_at)
        freeze.end_recorded_at = timezone.now()
        freeze.end_actor = actor_name(actor)
        freeze.save(update_fields=["ended_at", "end_recorded_at", "end_actor"])
        _enter("freeze.ended", freeze, actor=actor, at=at)
    return freeze


def _enter(kind: str, freeze: Freeze, *, actor: Actor, at: datetime) -> None:
    data = {"scope": freeze.scope, "allowed": len(freeze.allowed)}
    if freeze.channel is not None:
        data["channel"] = freeze.channel.code
    entries.append_entry(
        kind=kind, subject=f"freeze:{freeze.uuid}", actor=actor_name(actor), at=at, data=data
    )


def freezes_covering(channel: Channel, at: datetime) -> QuerySet[Freeze]:
    """The freezes that cover the channel at `at`, the oldest first."""
    scope = (
        Q(scope=FreezeScope.GLOBAL)
        | Q(channel=channel)
        | Q(platform=channel.platform_id)
        | Q(scope=FreezeScope.CLASSIFICATION, classification=channel.classification)
    )
    if channel.region_id:
        scope |= Q(region=channel.region_id)
    return Freeze.objects.current(at).filter(scope)
