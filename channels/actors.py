"""Guards of acts on a channel. The actor is a person, whose rights are checked, or the system (`system:<what>`)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from channels.models import Channel
from channels.refusals import NotYours
from channels.stewards import governs, stewards

Actor = User | str


def name(actor: Actor) -> str:
    """The actor's name in records and in the ledger: `person:<uuid>` or `system:<what>`."""
    return actor if isinstance(actor, str) else actor.actor


def must_steward(actor: Actor, channel: Channel, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who neither owns nor governs the channel."""
    if isinstance(actor, User) and not stewards(actor, channel, at):
        raise NotYours(
            _("Only the owner of %(channel)s, the deputy and channel governance can do this.")
            % {"channel": channel.title},
            remedy=f"/channels/{channel.code}/",
        )


def must_govern(actor: Actor, channel: Channel | None, at: datetime) -> None:
    """Raises ActorNotAllowedError for a person who is not channel governance in the channel's region or everywhere."""
    if isinstance(actor, User) and not governs(actor, channel, at):
        raise NotYours(_("Only channel governance can do this."))


def must_be_another(actor: Actor, person: User) -> None:
    """Nobody gives themselves a right to post (docs/domain.md, I8). Raises ActorNotAllowedError."""
    if name(actor) == person.actor:
        raise NotYours(_("You cannot decide about yourself. Ask the deputy or channel governance."))
