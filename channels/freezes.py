"""Emergency stops: nobody posts within the scope until somebody ends it. Decisions read the rows directly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region
from certificates.models import Certification
from channels.desk import freeze_notices
from channels.guards import (
    Actor,
    ActorNotAllowedError,
    ChannelRefusedError,
    actor_name,
    must_govern,
    must_govern_region,
    must_steward,
)
from channels.models import Channel, Freeze, FreezeReview, Platform
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
    certification: Certification | None = None,
    allowed: Iterable[str] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    drill: bool = False,
) -> Freeze:
    """Stop posting within the scope from `starts_at` (default `at`). `allowed`: HR ids that may go on.

    Owners may stop their own channel, governance of a region the region, governance everywhere everything. Whoever
    answers beside the actor is told at once. A `drill` stops nobody.

    Raises ChannelRefusedError without the right, without a reason, for a planned end of a stop everywhere, which a
    person has to end, and for what the same person has started already.
    """
    freeze = Freeze(
        scope=FreezeScope(scope),
        channel=channel,
        region=region,
        platform=platform,
        classification=classification,
        certification=certification,
        reason=reason.strip()[:500],
        allowed=sorted(set(allowed)),
        starts_at=starts_at or at,
        ends_at=ends_at,
        drill=drill,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
    )
    return _begin(freeze, actor=actor, at=at)


def _begin(freeze: Freeze, *, actor: Actor, at: datetime) -> Freeze:
    _must_handle(freeze, actor=actor, at=at)
    if not freeze.reason:
        raise ChannelRefusedError(_("Write why posting stops."))
    _must_end_rightly(freeze.scope, freeze.ends_at, freeze.starts_at)
    _must_be_new(freeze, at)
    freeze.save()
    _enter("freeze.started", freeze, actor=actor, at=freeze.starts_at)
    freeze_notices.tell_started(freeze, at)
    freeze_notices.plan_review(freeze, at)
    return freeze


# What is the same in a stop that somebody sends twice.
_SENT = (
    *("scope", "channel", "region", "platform", "classification", "certification"),
    *("drill", "reason", "actor"),
)


def _must_be_new(freeze: Freeze, at: datetime) -> None:
    """Whoever presses in a second tab finds the stop that runs: of two, one would go on after the other's end."""
    same = Freeze.objects.current(at).filter(**{name: getattr(freeze, name) for name in _SENT})
    running = same.first()
    if running is not None:
        raise ChannelRefusedError(
            _("You have started this stop already, and it runs."),
            remedy=reverse("channels:freeze", args=[running.uuid]),
        )


def _must_end_rightly(scope: str, ends_at: datetime | None, starts_at: datetime) -> None:
    if ends_at is not None and scope == FreezeScope.GLOBAL:
        raise ChannelRefusedError(
            _("A stop everywhere has no end date. Somebody else has to end it.")
        )
    if ends_at is not None and ends_at <= starts_at:
        raise ChannelRefusedError(_("The stop has to end after it starts."))


def _must_handle(freeze: Freeze, *, actor: Actor, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who may neither start nor end a freeze of this scope."""
    if freeze.scope == FreezeScope.CHANNEL and freeze.channel is not None:
        must_steward(actor, freeze.channel, at)
    elif freeze.scope == FreezeScope.REGION:
        must_govern_region(actor, freeze.region_id, at)
    else:
        must_govern(actor, None, at)


def may_handle(freeze: Freeze, actor: Actor, at: datetime) -> bool:
    """Whether this actor may start, look at again and end freezes of this scope."""
    try:
        _must_handle(freeze, actor=actor, at=at)
    except ActorNotAllowedError:
        return False
    return True


@transaction.atomic
def end_freeze(freeze: Freeze, *, actor: Actor, at: datetime, reason: str) -> Freeze:
    """Let people post again from `at`. Ending it twice changes nothing.

    Raises ChannelRefusedError without the right or a reason, and for whoever started a stop everywhere: somebody
    else ends it.
    """
    _must_handle(freeze, actor=actor, at=at)
    here = reverse("channels:freeze", args=[freeze.uuid])
    if not reason.strip():
        raise ChannelRefusedError(_("Write why people may post again."), remedy=here)
    freeze = _locked(freeze)
    if freeze.scope == FreezeScope.GLOBAL and freeze.actor == actor_name(actor):
        raise ActorNotAllowedError(
            _("You started this stop, so somebody else has to end it."), remedy=here
        )
    if freeze.ended_at is None:
        freeze.ended_at = max(at, freeze.starts_at)
        freeze.end_recorded_at = timezone.now()
        freeze.end_actor = actor_name(actor)
        freeze.end_reason = reason.strip()[:500]
        freeze.save(update_fields=["ended_at", "end_recorded_at", "end_actor", "end_reason"])
        _enter("freeze.ended", freeze, actor=actor, at=at)
        freeze_notices.tell_ended(freeze, at)
    return freeze


@transaction.atomic
def review_freeze(freeze: Freeze, *, actor: Actor, at: datetime, note: str) -> FreezeReview:
    """Somebody looked at a running freeze and says why it goes on. The next look is due four hours later.

    Raises ChannelRefusedError without the right, without a note, and for a freeze that does not run.
    """
    _must_handle(freeze, actor=actor, at=at)
    here = reverse("channels:freeze", args=[freeze.uuid])
    freeze = _locked(freeze)
    if not Freeze.objects.current(at).filter(pk=freeze.pk).exists():
        raise ChannelRefusedError(
            _("This stop has ended already."), remedy=reverse("channels:freezes")
        )
    if not note.strip():
        raise ChannelRefusedError(_("Write why the stop goes on."), remedy=here)
    review = FreezeReview.objects.create(
        freeze=freeze,
        reviewed_at=at,
        recorded_at=timezone.now(),
        actor=actor_name(actor),
        note=note.strip()[:500],
    )
    _enter("freeze.reviewed", freeze, review, actor=actor, at=at)
    freeze_notices.plan_review(freeze, at)
    return review


def _locked(freeze: Freeze) -> Freeze:
    rows = Freeze.objects.select_for_update(of=("self",))
    return rows.select_related(*freeze_notices.SUBJECTS).get(pk=freeze.pk)


def _enter(kind: str, freeze: Freeze, *more: FreezeReview, actor: Actor, at: datetime) -> None:
    data: dict[str, object] = {"scope": freeze.scope, "allowed": len(freeze.allowed)}
    if freeze.channel is not None:
        data["channel"] = freeze.channel.code
    elif freeze.scope != FreezeScope.GLOBAL:
        data["of"] = freeze_notices.scope_code(freeze)
    if freeze.drill:
        data["drill"] = True
    entries.append_entry(
        kind=kind,
        subject=f"freeze:{freeze.uuid}",
        actor=actor_name(actor),
        at=at,
        data=data,
        facts=[freeze, *more],
    )


def freezes_covering(channel: Channel, at: datetime) -> QuerySet[Freeze]:
    """The freezes that cover the channel at `at`, the oldest first; drills stop nobody and are none of them."""
    asked = channel.access_rules.current(at).values("certification")
    scope = (
        Q(scope=FreezeScope.GLOBAL)
        | Q(channel=channel)
        | Q(platform=channel.platform_id)
        | Q(scope=FreezeScope.CLASSIFICATION, classification=channel.classification)
        | Q(certification__in=asked)
    )
    if channel.region_id:
        scope |= Q(region=channel.region_id)
    return Freeze.objects.current(at).filter(scope, drill=False)
