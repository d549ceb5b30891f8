"""Which channels need somebody who answers for them to act, and why: derived from what is recorded, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import role_regions
from channels import listing
from channels.addresses import channel_address, deed_address
from channels.models import Channel, ChannelState, Owner, PermissionRequest
from channels.rules.posting import OPEN_STATES

CONFIRMED_FOR = timedelta(days=180)
# So long before its last day a closing channel is on the list.
CLOSING_SOON = timedelta(days=30)
ANSWERED_WITHIN = timedelta(days=3)
WAITING = frozenset({ChannelState.REQUESTED, ChannelState.IN_REVIEW, ChannelState.APPROVED})


@dataclass(frozen=True, slots=True)
class ChannelNeed:
    """One thing to do: why, the address where it is done, and the words of its link."""

    text: str
    href: str
    deed: str


@dataclass(frozen=True, slots=True)
class NeedyChannel:
    """A channel on which something has to be done."""

    channel: Channel
    needs: list[ChannelNeed] = field(default_factory=list)


def find_needy_channels(person: User, at: datetime) -> list[NeedyChannel]:
    """The channels for which the person answers and on which something is to be done. A fixed number of queries."""
    governed = role_regions(person, Role.GOVERNANCE, at=at)
    channels = _answered_for(person, governed, at)
    found = [NeedyChannel(one, list(_needs(one, _governs(one, governed), at))) for one in channels]
    return [one for one in found if one.needs]


def _governs(channel: Channel, regions: frozenset[int] | None) -> bool:
    return regions is None or channel.region_id in regions


def _answered_for(person: User, governed: frozenset[int] | None, at: datetime) -> QuerySet[Channel]:
    owners = Owner.objects.current(at).filter(channel=OuterRef("pk"), person__left_at__isnull=True)
    late = PermissionRequest.objects.filter(outcome="open", asked_at__lte=at - ANSWERED_WITHIN)
    channels = listing.channels_with_state(at).annotate(
        mine=Exists(owners.filter(person=person)),
        has_owner=Exists(owners.filter(kind=Owner.Kind.OWNER)),
        has_deputy=Exists(owners.filter(kind=Owner.Kind.DEPUTY)),
        late_requests=Count("requests", filter=Q(requests__in=late.values("pk"))),
    )
    if governed is not None:
        channels = channels.filter(Q(mine=True) | Q(region__in=governed))
    return channels.exclude(state_now__in=[ChannelState.CLOSED, ChannelState.DECLINED]).order_by(
        "title", "code"
    )


def is_confirmation_due(channel: Channel, at: datetime) -> bool:
    """Whether nobody has confirmed the details within 180 days, or ever."""
    return channel.confirmed_at is None or channel.confirmed_at <= at - CONFIRMED_FOR


def _needs(channel: Channel, governs: bool, at: datetime) -> Iterator[ChannelNeed]:
    yield from _people(channel, governs)
    yield from _dates(channel, governs, at)
    state: str = channel.state_now  # type: ignore[attr-defined]
    if governs and state in WAITING:
        label = ChannelState(state).label
        text = _("It waits for its next step: %(state)s.") % {"state": label}
        yield ChannelNeed(text, deed_address(channel.code, "state"), _("Change the state"))
    late: int = channel.late_requests  # type: ignore[attr-defined]
    if late:
        text = ngettext(
            "%(number)s person has waited for more than 3 days for an answer.",
            "%(number)s people have waited for more than 3 days for an answer.",
            late,
        )
        href = channel_address(channel.code) + "#requests"
        yield ChannelNeed(text % {"number": late}, href, _("Answer"))


def _people(channel: Channel, governs: bool) -> Iterator[ChannelNeed]:
    owner: bool = channel.has_owner  # type: ignore[attr-defined]
    deputy: bool = channel.has_deputy  # type: ignore[attr-defined]
    if owner and deputy:
        return
    if not owner and not deputy:
        text = _("Nobody answers for it: channel governance does.")
    else:
        text = _("It has no deputy.") if owner else _("It has no owner: the deputy acts as one.")
    deed = "owner" if governs else "offer"
    yield ChannelNeed(text, deed_address(channel.code, deed), _("Find somebody"))


def _dates(channel: Channel, governs: bool, at: datetime) -> Iterator[ChannelNeed]:
    today = timezone.localdate(at)
    state: str = channel.state_now  # type: ignore[attr-defined]
    if state in OPEN_STATES and is_confirmation_due(channel, at):
        text = _("Nobody has confirmed its details for 180 days, or ever.")
        yield ChannelNeed(text, deed_address(channel.code, "confirm"), _("Confirm the details"))
    if governs and channel.review_on is not None and channel.review_on <= today:
        text = _("Somebody has to look whether it is still needed.")
        yield ChannelNeed(text, deed_address(channel.code, "details"), _("Set the next day"))
    last = channel.sunset_on
    if state == ChannelState.LIVE and last is not None and last <= today + CLOSING_SOON:
        text = _("Its last day is near, and it is not announced as closing.")
        yield ChannelNeed(text, deed_address(channel.code, "state"), _("Change the state"))
