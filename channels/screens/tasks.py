"""What whoever answers for a channel has to do there, and what they can change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from channels.addresses import channel_address, deed_address
from channels.desk import attention, exit_alarms
from channels.desk.attention import is_confirmation_due
from channels.models import Channel, ChannelState, Owner
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
    "custody": gettext_lazy("Mailbox, vault and tool"),
    "address": gettext_lazy("Address"),
    "owner": gettext_lazy("Appoint owner or deputy"),
}
# What is left to do on a channel on which nobody posts any more, for channel governance.
AFTER_THE_END = frozenset({"state", "details", "custody", "address", "owner"})


def list_tasks(
    channel: Channel,
    due: int,
    owners: Sequence[Owner],
    reader: User,
    at: datetime,
    *,
    governs: bool,
    ended: bool = False,
) -> dict[str, Any]:
    """For the page of the channel: `tasks` that can be done, `dues` that have to be, and open `offers`.

    `due`: how many roles of others nobody has looked at for 180 days. `owners`: who answers now.
    `ended`: nobody will post on the channel any more.
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
        "dues": [
            *_sponsors(channel),
            *_locked_out(owners, governs=governs),
            *_successors(channel, owners, reader, at, governs=governs),
            *_confirmation(channel, at),
            *_reviews(channel, due),
        ],
        "offers": list(open_offers) if offering else [],
    }


def _sponsors(channel: Channel) -> list[tuple[str, str, str]]:
    """A draft that an employee registered waits for its sponsor."""
    if channel.state_now != ChannelState.DRAFT:  # type: ignore[attr-defined]
        return []
    asked = channel.sponsorships.select_related("person").order_by("-asked_at", "-pk").first()
    if asked is None or asked.is_confirmed:
        return []
    text = _("Whether %(person)s stands up for it: %(outcome)s.")
    told = {"person": asked.person, "outcome": asked.get_outcome_display()}
    href = reverse("channels:sponsor", args=[channel.code, asked.uuid])
    return [(text % told, href, _("See what the sponsor says"))]


def _locked_out(owners: Sequence[Owner], *, governs: bool) -> list[tuple[str, str, str]]:
    """Somebody who answers for the channel has an account that is switched off."""
    off = [one for one in owners if one.off_since]  # type: ignore[attr-defined]
    needs = [attention.need_access(owner, governs=governs) for owner in off]
    return [(need.text, need.href, need.deed) for need in needs]


def _successors(
    channel: Channel, owners: Sequence[Owner], reader: User, at: datetime, *, governs: bool
) -> list[tuple[str, str, str]]:
    """Somebody has to take over from each of those who leave soon."""
    leaving = [one.person for one in owners if exit_alarms.leaves_soon(one.person, at)]
    leavers = [attention.Leaver(person, person == reader) for person in leaving]
    needs = [attention.need_successor(channel, leaver, governs=governs) for leaver in leavers]
    return [(need.text, need.href, need.deed) for need in needs]


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
