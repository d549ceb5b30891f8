"""Which channels need somebody who answers for them to act, and why: derived from what is recorded, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from accounts.permissions import role_regions
from accounts.readers.switches import off_since, spell_off
from channels import listing
from channels.addresses import channel_address, deed_address
from channels.desk import custody, exit_alarms
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
class Leaver:
    """Somebody who answers for a channel and is going to leave; `reads`: it is the reader."""

    person: User
    reads: bool


@dataclass(frozen=True, slots=True)
class NeedyChannel:
    """A channel on which something has to be done."""

    channel: Channel
    needs: list[ChannelNeed] = field(default_factory=list)


def find_needy_channels(person: User, at: datetime) -> list[NeedyChannel]:
    """The channels for which the person answers and on which something is to be done. A fixed number of queries."""
    governed = role_regions(person, Role.GOVERNANCE, at=at)
    channels = _answered_for(person, governed, at)
    leavers, locked = _read_leavers(channels, person), _read_locked_out(channels, at)
    found = [
        NeedyChannel(
            one,
            [
                *(need_access(owner, governs=_governs(one, governed)) for owner in locked[one.pk]),
                *_needs(one, _governs(one, governed), leavers.get(one.pk), at),
            ],
        )
        for one in channels
    ]
    return [one for one in found if one.needs]


def _read_leavers(channels: QuerySet[Channel], reader: User) -> dict[int, Leaver]:
    """By channel, who answers for it and is going to leave."""
    leaving = {one.pk: one.leaver for one in channels if one.leaver}  # type: ignore[attr-defined]
    people = User.objects.select_related("region").in_bulk(leaving.values()) if leaving else {}
    return {channel: Leaver(people[who], who == reader.pk) for channel, who in leaving.items()}


def _read_locked_out(channels: QuerySet[Channel], at: datetime) -> dict[int, list[Owner]]:
    """By channel, who answers for it and has an account that is switched off, each with `off_since`."""
    found: dict[int, list[Owner]] = defaultdict(list)
    about = [one.pk for one in channels if one.has_locked_out]  # type: ignore[attr-defined]
    if about:
        owners = (
            Owner.objects.current(at).filter(channel__in=about).select_related("person", "channel")
        )
        off = owners.annotate(off_since=off_since(at, person="person"))
        for owner in off.filter(off_since__isnull=False).order_by("pk"):
            if not owner.person.has_left(at):
                found[owner.channel_id].append(owner)
    return found


def _governs(channel: Channel, regions: frozenset[int] | None) -> bool:
    return regions is None or channel.region_id in regions


def _answered_for(person: User, governed: frozenset[int] | None, at: datetime) -> QuerySet[Channel]:
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=at)
    owners = Owner.objects.current(at).filter(here, channel=OuterRef("pk"))
    late = PermissionRequest.objects.filter(outcome="open", asked_at__lte=at - ANSWERED_WITHIN)
    leaving = owners.filter(
        person__left_at__gt=at, person__left_at__lte=at + exit_alarms.TOLD_BEFORE
    ).order_by("person__left_at")
    channels = listing.stewarded_channels(person, governed, at).annotate(
        leaver=Subquery(leaving.values("person")[:1]),
        personal_mailbox=ExpressionWrapper(
            custody.has_personal_mailbox(), output_field=BooleanField()
        ),
        has_locked_out=Exists(owners.filter(person__is_active=False)),
        has_owner=Exists(owners.filter(kind=Owner.Kind.OWNER)),
        has_deputy=Exists(owners.filter(kind=Owner.Kind.DEPUTY)),
        late_requests=Count("requests", filter=Q(requests__in=late.values("pk"))),
    )
    return channels.exclude(state_now__in=[ChannelState.CLOSED, ChannelState.DECLINED])


def is_confirmation_due(channel: Channel, at: datetime) -> bool:
    """Whether nobody has confirmed the details within 180 days, or ever."""
    return channel.confirmed_at is None or channel.confirmed_at <= at - CONFIRMED_FOR


def _needs(
    channel: Channel, governs: bool, leaver: Leaver | None, at: datetime
) -> Iterator[ChannelNeed]:
    yield from _people(channel, governs)
    if leaver is not None:
        yield need_successor(channel, leaver, governs=governs)
    yield from _dates(channel, governs, at)
    if channel.personal_mailbox:  # type: ignore[attr-defined]
        text = _("Its mailbox for recovery is one person’s.")
        yield ChannelNeed(text, deed_address(channel.code, "custody"), _("Name a shared one"))
    state: str = channel.state_now  # type: ignore[attr-defined]
    if not governs and state == ChannelState.DRAFT:
        text = _("It is a draft. With an owner, a deputy and a sponsor it can be asked for.")
        yield ChannelNeed(text, deed_address(channel.code, "state"), _("Ask for it"))
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


def need_access(owner: Owner, *, governs: bool) -> ChannelNeed:
    """Somebody who answers for the channel cannot sign in: `owner` has `off_since` (`channel_roles.owners_of`)."""
    off = spell_off(owner.off_since)  # type: ignore[attr-defined]
    text = _("%(person)s answers for it. %(off)s") % {"person": owner.person, "off": off}
    if governs:
        address = deed_address(owner.channel.code, "owner")
        return ChannelNeed(text, address, _("Find who takes over"))
    return ChannelNeed(text, reverse("home:contacts") + "#team", _("See who to ask"))


def need_successor(channel: Channel, leaver: Leaver, *, governs: bool) -> ChannelNeed:
    """Somebody who answers for the channel leaves soon, who may be the reader."""
    told = {"person": leaver.person, "day": exit_alarms.spell_last_day(leaver.person)}
    text = (
        _("You answer for it and leave on %(day)s.")
        if leaver.reads
        else _("%(person)s answers for it and leaves on %(day)s.")
    )
    deed = "owner" if governs else "offer"
    return ChannelNeed(text % told, deed_address(channel.code, deed), _("Find who takes over"))


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
