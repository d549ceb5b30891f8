"""The rows of the channel list: each channel, and where the person stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from channels.facts import gathering
from channels.facts.fact_rows import query_fact_rows, rows_of_kind, sort_fact_rows
from channels.facts.stored_values import parse_stored_instant
from channels.models import Channel, ChannelState, PermissionRequest
from channels.rules.moments import PostingMoment
from channels.screens.channel_cards import ChannelCard, build_card
from ledger.prepared_queries import PreparedQuery


class ChannelListRow(NamedTuple):
    """What the list tells of a channel and of where the reader stands there, as values."""

    code: str
    title: str
    purpose: str
    platform: str
    region: str
    mine: bool
    shows_state: bool
    state: str
    tone: str = ""
    status: str = ""
    text: str = ""
    href: str = ""
    deed: str = ""
    closed: bool = False

    @property
    def has_tags(self) -> bool:
        """Whether the list marks the channel: as the person's own, or with its state."""
        return self.mine or self.shows_state


@dataclass(frozen=True, slots=True)
class ListedChannel:
    """A channel of the list; `card` is None for somebody who is no person, such as a plain administrator."""

    channel: Channel
    card: ChannelCard | None

    @property
    def shows_state(self) -> bool:
        """Whether the list says the state: it is not live, and the card does not say that already."""
        state: str = self.channel.state_now  # type: ignore[attr-defined]
        return state != ChannelState.LIVE and not (self.card and self.card.closed)

    @property
    def told(self) -> ChannelListRow:
        """The row of the list, by which it is kept."""
        channel, card = self.channel, self.card
        told = ChannelListRow(
            code=channel.code,
            title=channel.title,
            purpose=channel.purpose,
            platform=channel.platform.name,
            region=channel.region.name if channel.region else "",
            mine=channel.mine,  # type: ignore[attr-defined]
            shows_state=self.shows_state,
            state=channel.state_now,  # type: ignore[attr-defined]
        )
        if card is None:
            return told
        return told._replace(
            tone=card.tone,
            status=str(card.status),
            text=str(card.text),
            href=card.href,
            deed=str(card.deed),
            closed=card.closed,
        )


def list_rows(person: User, channels: Sequence[Channel], at: datetime) -> list[ListedChannel]:
    """The channels in their order, each with the person's card. The queries for the facts."""
    if not channels:
        return []
    codes = [channel.code for channel in channels]
    rows = sort_fact_rows(_kept_rows.fetch(person.hr_id or "", codes, person.pk))
    facts, _certifications = gathering.gather_person_facts(person.hr_id or "", rows)
    since = {row["channel"]: parse_stored_instant(row["asked_at"]) for row in rows["request"]}
    known = {one.channel.id: one for one in facts if one.channel and one.person}
    owned = {channel.pk for channel in channels if channel.mine}  # type: ignore[attr-defined]
    moment = PostingMoment(at, at)
    cards = {
        pk: build_card(one, moment=moment, asked_at=since.get(pk), answers=pk in owned)
        for pk, one in known.items()
    }
    return [ListedChannel(channel, cards.get(channel.pk)) for channel in channels]


def _fact_rows(hr_id: str, codes: list[str], person: int) -> QuerySet[Any]:
    asked = PermissionRequest.objects.filter(person=person, outcome="open")
    requests = rows_of_kind("request", asked, "asked_at", channel="channel_id")
    return query_fact_rows([hr_id], codes, requests)


_kept_rows = PreparedQuery[Any](_fact_rows)
