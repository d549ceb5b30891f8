"""Where a refusal leads: to a page that opens for whoever was refused."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from channels import channel_roles, listing
from channels.addresses import channel_address, deed_address
from channels.models import Channel


def governance_address() -> str:
    """Where everybody reads who channel governance is."""
    return reverse("home:contacts") + "#governance"


def may_see(actor: User | str, channel: Channel, at: datetime) -> bool:
    """Whether the channel may be named to the actor; the system knows all."""
    if isinstance(actor, str):
        return True
    return listing.visible_channels(actor, at).filter(pk=channel.pk).exists()


def channel_or_list(actor: User, channel: Channel, at: datetime) -> str:
    """The page of the channel, or the list of channels for those who may not know of it."""
    if may_see(actor, channel, at):
        return channel_address(channel.code)
    return reverse("channels:index")


def governing_deed(channel: Channel, deed: str, actor: User, at: datetime) -> str:
    """The page of an act of channel governance, or for everybody else whom to ask for it."""
    if channel_roles.governs_channel(actor, channel, at):
        return deed_address(channel.code, deed)
    return governance_address()
