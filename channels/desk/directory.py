"""What the public may know: which accounts are official, and whether one of which somebody has the address is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from channels import listing
from channels.desk.platforms import list_patterns, spell_refusal
from channels.models import Channel, ChannelState
from channels.rules.posting import OPEN_STATES
from channels.rules.profile_addresses import (
    AddressRefusedError,
    ProfileAddress,
    read_profile_address,
)

# A suspended channel is still ours, even though nobody posts there at the moment.
OFFICIAL_STATES = frozenset({*OPEN_STATES, ChannelState.SUSPENDED})


class AccountStatus(StrEnum):
    """`not_listed`: we say nothing of it, so it must not be taken for ours."""

    OFFICIAL = "official"
    CLOSED = "closed"
    NOT_LISTED = "not_listed"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """The answer about one address. `channel` only where the public may know of it; `why` for an address refused."""

    status: AccountStatus
    account: ProfileAddress | None = None
    channel: Channel | None = None
    why: str = ""


def official_channels(at: datetime) -> QuerySet[Channel]:
    """The channels in the public list, by platform and title."""
    listed = listing.channels_with_state(at).filter(Q(public=True, state_now__in=OFFICIAL_STATES))
    return listed.order_by("platform__name", "title")


def check_address(text: str, at: datetime) -> AccountAnswer:
    """Whether the account at this address is official. An address that is read wrongly is never called so."""
    try:
        found = read_profile_address(text, list_patterns())
    except AddressRefusedError as refused:
        return AccountAnswer(AccountStatus.UNSUPPORTED, why=spell_refusal(refused))
    channel = _find_channel(found, at)
    if channel is None or not channel.public:
        return AccountAnswer(AccountStatus.NOT_LISTED, found)
    state: str = channel.state_now  # type: ignore[attr-defined]
    if state in OFFICIAL_STATES:
        return AccountAnswer(AccountStatus.OFFICIAL, found, channel)
    if state == ChannelState.CLOSED:
        return AccountAnswer(AccountStatus.CLOSED, found, channel)
    return AccountAnswer(AccountStatus.NOT_LISTED, found)


def _find_channel(account: ProfileAddress, at: datetime) -> Channel | None:
    """The channel whose own address is read as the same account. Former handles are somebody else's by now."""
    near = listing.channels_with_state(at).filter(
        platform__code=account.platform, handle__iexact=account.handle
    )
    patterns = list_patterns()
    for channel in near:
        try:
            same = read_profile_address(channel.url, patterns)
        except AddressRefusedError:
            continue
        if same == account:
            return channel
    return None
