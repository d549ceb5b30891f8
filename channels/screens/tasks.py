"""What whoever answers for a channel has to do there, and what they can change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from channels.addresses import channel_address, deed_address
from channels.desk.attention import is_confirmation_due
from channels.models import Channel
from channels.screens.deeds import DEEDS

LABELS = {
    "confirm": gettext_lazy("Confirm the details"),
    "grant": gettext_lazy("Give a role"),
    "grant-many": gettext_lazy("Give a role to many"),
    "rules": gettext_lazy("House rules"),
    "require": gettext_lazy("Ask for a certificate"),
    "stop-requiring": gettext_lazy("Ask for one less"),
    "offer": gettext_lazy("Hand over"),
    "state": gettext_lazy("State"),
    "settings": gettext_lazy("Who may post"),
    "details": gettext_lazy("Details"),
    "address": gettext_lazy("Address"),
    "owner": gettext_lazy("Appoint owner or deputy"),
}
# What is left to do on a channel on which nobody posts any more, for channel governance.
AFTER_THE_END = frozenset({"state", "details", "address", "owner"})


def list_tasks(
    channel: Channel,
    due: int,
    at: datetime,
    *,
    governs: bool,
    ended: bool = False,
) -> dict[str, Any]:
    """For the page of the channel: `tasks` that can be done, `dues` that have to be, and open `offers`.

    `due`: how many roles of others nobody has looked at for 180 days. `ended`: nobody will post on the channel any
    more.
    """
    if ended:
        left = sorted(AFTER_THE_END) if governs else []
        links = [(deed_address(channel.code, name), LABELS[name]) for name in left]
        return {"tasks": links, "dues": [], "offers": []}
    offering: bool = channel.offering  # type: ignore[attr-defined]
    open_offers = channel.offers.filter(outcome="open").select_related("person")
    return {
        "tasks": [
            (deed_address(channel.code, name), LABELS[name])
            for name, deed in DEEDS.items()
            if governs or not deed.governs
        ],
        "dues": [*_confirmation(channel, at), *_reviews(channel, due)],
        "offers": list(open_offers) if offering else [],
    }


def _confirmation(channel: Channel, at: datetime) -> list[tuple[str, str, str]]:
    if not is_confirmation_due(channel, at):
        return []
    text = (
        _("Nobody has confirmed the details of this channel for 180 days.")
        if channel.confirmed_at
        else _("Nobody has ever confirmed the details of this channel.")
    )
    return [(text, deed_address(channel.code, "confirm"), _("Confirm the details"))]


def _reviews(channel: Channel, number: int) -> list[tuple[str, str, str]]:
    if not number:
        return []
    text = ngettext(
        "%(number)s role was not looked at for 180 days.",
        "%(number)s roles were not looked at for 180 days.",
        number,
    )
    href = channel_address(channel.code, "recertify")
    return [(text % {"number": number}, href, _("Keep or end them"))]


def find_offer(channel: Channel, person: User) -> str:
    """The address at which the person is asked to take the channel over; empty if they are not."""
    offer = channel.offers.filter(person=person, outcome="open").first()
    return reverse("channels:offer", args=[channel.code, offer.uuid]) if offer else ""
