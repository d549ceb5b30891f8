"""The registry as a list: every channel with its state now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from accounts.permissions import role_regions
from channels.models import (
    Channel,
    ChannelEvent,
    Owner,
    OwnerOffer,
    PermissionRequest,
    PostingPermission,
)
from channels.rules.posting import OPEN_STATES
from ledger.prepared_queries import PreparedQuery

# So long whoever lost a role by a rule of the house still sees the channel.
ASKS_AGAIN = timedelta(days=180)


def channels_with_state(at: datetime) -> QuerySet[Channel]:
    """All channels, each with `state_now` (at `at`; empty before its first)."""
    entered = ChannelEvent.objects.exclude(state="")
    begun = entered.filter(channel=OuterRef("pk"), effective_at__lte=at)
    newest = begun.order_by("-effective_at", "-recorded_at", "-id").values("state")[:1]
    return Channel.objects.select_related("platform", "region").annotate(
        state_now=Coalesce(Subquery(newest), Value(""))
    )


def stewarded_channels(
    person: User, governed: frozenset[int] | None, at: datetime
) -> QuerySet[Channel]:
    """The channels on which the person decides who posts, by title: their own, and those of the regions they govern.

    `governed`: those regions; None: all.
    """
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=at)
    mine = Owner.objects.current(at).filter(here, channel=OuterRef("pk"), person=person)
    channels = channels_with_state(at).order_by("title", "code")
    if governed is None:
        return channels
    return channels.filter(Q(Exists(mine)) | Q(region__in=sorted(governed)))


def visible_channels(person: User, at: datetime) -> QuerySet[Channel]:
    """The channels that `person` may see, each with `mine`: whether the person is its owner or deputy.

    Everybody sees public channels that are open; those who answer for a channel or are asked to, hold a role there
    or ask for one, lost one by a rule of the house, govern channels or audit them see the others too: in their region,
    if that is what they have.
    """
    return _query_visible(person.pk, at, *_find_reach(person, at))


def list_visible_channels(person: User, at: datetime) -> list[Channel]:
    """The channels that `person` may see, in the order of `order_channels`. One query."""
    return list(_kept_list.fetch(person.pk, at, *_find_reach(person, at)))


def find_visible_channel(person: User, code: str, at: datetime) -> Channel | None:
    """One of the channels that `person` may see, in one query.

    `offering`: somebody is asked to take it over; `sought`: somebody asks for a role.
    """
    return _kept_channel.first(person.pk, at, *_find_reach(person, at), code)


def _find_reach(person: User, at: datetime) -> tuple[frozenset[int] | None, datetime | None]:
    """The regions of which the person sees everything, and since when a lost role still counts; None, None: all."""
    regions = role_regions(person, Role.HR, Role.AUDITOR, Role.GOVERNANCE, at=at)
    # A value of its own, which varies in a kept statement.
    return regions, None if regions is None else at - ASKS_AGAIN


def _query_visible(
    person: int, at: datetime, regions: frozenset[int] | None, lost_since: datetime | None
) -> QuerySet[Channel]:
    here = {"channel": OuterRef("pk"), "person": person}
    owned = Owner.objects.current(at).filter(**here)
    asked = PermissionRequest.objects.filter(outcome="open", **here)
    offered = OwnerOffer.objects.filter(outcome="open", **here)
    # A role that is yet to begin, or past its agreed end, has a card on /me/, and the card leads to the channel.
    held = PostingPermission.objects.unended(at).filter(**here)
    channels = channels_with_state(at).annotate(
        mine=Exists(owned), held=Exists(held), asked=Exists(asked), offered=Exists(offered)
    )
    if regions is None or lost_since is None:
        return channels
    # Whoever lost a role by a rule of the house asks for a new one there.
    ended = PostingPermission.objects.ended_since(lost_since)
    lost = ended.filter(end_actor__startswith="system:", **here)
    return channels.filter(
        Q(public=True, state_now__in=OPEN_STATES)
        | Q(mine=True)
        | Q(held=True)
        | Q(asked=True)
        | Q(offered=True)
        | Exists(lost)
        | Q(region__in=sorted(regions))
    )


def _query_list(
    person: int, at: datetime, regions: frozenset[int] | None, lost_since: datetime | None
) -> QuerySet[Channel]:
    return order_channels(_query_visible(person, at, regions, lost_since))


def _query_channel(
    person: int,
    at: datetime,
    regions: frozenset[int] | None,
    lost_since: datetime | None,
    code: str,
) -> QuerySet[Channel]:
    offers = OwnerOffer.objects.filter(channel=OuterRef("pk"), outcome="open")
    requests = PermissionRequest.objects.filter(channel=OuterRef("pk"), outcome="open")
    seen = _query_visible(person, at, regions, lost_since).filter(code=code)
    return seen.annotate(offering=Exists(offers), sought=Exists(requests))


_kept_list = PreparedQuery(_query_list)
_kept_channel = PreparedQuery(_query_channel)


def order_channels(channels: QuerySet[Channel]) -> QuerySet[Channel]:
    """The channels with `mine` first, then by title."""
    return channels.order_by(F("mine").desc(), "title", "code")


def search_channels(channels: QuerySet[Channel], words: str) -> QuerySet[Channel]:
    """The channels whose title, handle, address or platform contains every word."""
    for word in words.split():
        channels = channels.filter(
            Q(title__icontains=word)
            | Q(handle__icontains=word.removeprefix("@"))
            | Q(url__icontains=word)
            | Q(platform__name__icontains=word)
        )
    return channels
