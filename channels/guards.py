"""Guards of acts on a channel. The actor is a person, whose rights are checked, or the system (`system:<what>`)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.permissions import has_role_in
from channels.addresses import channel_address
from channels.channel_roles import governs_channel, is_steward
from channels.models import Channel


class ChannelRefusedError(Exception):
    """An act that the rules do not allow: `reason` for people, `remedy` a path on this site to the next step."""

    def __init__(self, reason: str, *, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy or reverse("channels:index")


class ActorNotAllowedError(ChannelRefusedError):
    """An act that this actor may not do, but somebody else may."""


Actor = User | str


def actor_name(actor: Actor) -> str:
    """The actor's name in records and in the ledger: `person:<uuid>` or `system:<what>`."""
    return actor if isinstance(actor, str) else actor.actor


def must_steward(actor: Actor, channel: Channel, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who neither owns nor governs the channel."""
    if isinstance(actor, User) and not is_steward(actor, channel, at):
        raise ActorNotAllowedError(
            _("Only the owner of %(channel)s, the deputy and channel governance can do this.")
            % {"channel": channel.title},
            remedy=channel_address(channel.code),
        )


def must_govern(actor: Actor, channel: Channel | None, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who is not channel governance in the channel's region or everywhere."""
    if isinstance(actor, User) and not governs_channel(actor, channel, at):
        raise ActorNotAllowedError(_("Only channel governance can do this."))


def must_govern_region(actor: Actor, region: int | None, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who is not channel governance in the region or everywhere."""
    if isinstance(actor, User) and not has_role_in(actor, region, Role.GOVERNANCE, at=at):
        raise ActorNotAllowedError(_("Only channel governance can do this."))


def must_not_be_self(actor: Actor, person: User) -> None:
    """Nobody gives themselves a right to post (docs/domain.md, I8). Raises ActorNotAllowedError."""
    if actor_name(actor) == person.actor:
        raise ActorNotAllowedError(
            _("You cannot decide about yourself. Ask the deputy or channel governance.")
        )
