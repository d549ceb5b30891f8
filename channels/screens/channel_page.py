"""The context of a channel's page, with more for those who answer for the channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator

from accounts.models import Role, User
from accounts.permissions import role_regions
from channels import acceptances, channel_roles, freezes, reason_texts
from channels.decisions import DecisionQuery, judge_queries
from channels.desk import recertification
from channels.facts.gathering import gather_posting_facts
from channels.models import Channel, ChannelState, PermissionRequest, PostingPermission, PostingRole
from channels.rules.fact_types import Decision, PostingAction
from channels.rules.telling import ENDED_STATES, WITHOUT_A_ROLE
from channels.screens import tasks
from channels.screens.channel_cards import ChannelCard, build_card

PAGE = 50


@dataclass(frozen=True, slots=True)
class Poster:
    """Somebody with a role, and whether they may post today."""

    permission: PostingPermission
    decision: Decision
    may_release: bool = False

    @property
    def release_address(self) -> str:
        """Where the reader ends the hold that stands in the way, if they may and there is one."""
        if not self.may_release:
            return ""
        person = self.permission.person.uuid
        return reason_texts.release_address(self.decision.reasons, person)

    @property
    def reasons(self) -> list[str]:
        return [
            reason_texts.reason_text(reason, about_another=True) for reason in self.decision.reasons
        ]


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """Somebody who asks for a role, and the other reasons for which they could not post."""

    request: PermissionRequest
    missing: list[str]


def build_channel_page(
    channel: Channel, person: User, at: datetime, page: str = "1"
) -> dict[str, Any]:
    """The page for everybody who may see the channel; more for those who answer for it."""
    state: str = channel.state_now  # type: ignore[attr-defined]
    rules = acceptances.rules_in_force(channel, at)
    accepted = bool(rules and rules.acceptances.filter(person=person).exists())
    card = _card(channel, person, at)
    ended = card.closed if card else state in ENDED_STATES
    shown = {
        "channel": channel,
        # Nobody will post here any more: what is for those who post is not offered.
        "ended": ended,
        "shows_state": state != ChannelState.LIVE and not (card and card.closed),
        "state": ChannelState(state).label if state else "",
        **channel_roles.who_answers(channel, at),
        "required": _required(channel, at),
        "rules": rules,
        "accepted": accepted,
        # The rules are for those who have a role, also one that is yet to begin, or ask for one.
        "accepting": not ended and (channel.held or channel.asked),  # type: ignore[attr-defined]
        "card": card,
        "freezes": list(freezes.freezes_covering(channel, at)),
        "offer_href": tasks.find_offer(channel, person)
        if channel.offered  # type: ignore[attr-defined]
        else "",
        "stop_where": f"channel:{channel.code}",
    }
    governs = channel_roles.governs_channel(person, channel, at)
    shown["steward"] = governs or channel.mine  # type: ignore[attr-defined]
    shown["can_pause"] = shown["steward"] and not ended
    if not shown["steward"]:
        return shown
    roles = _roles(channel, at)
    others = [role for role in roles if role.person_id != person.pk]
    todo = tasks.list_tasks(
        *(channel, others, shown["owners"], person, at), governs=governs, ended=ended
    )
    return shown | todo | _for_stewards(channel, person, roles, at, page)


def _card(channel: Channel, person: User, at: datetime) -> ChannelCard | None:
    """The person's own card; None for somebody who is no person, such as a plain administrator."""
    (mine,) = gather_posting_facts([(person.hr_id or "", channel.code)])
    open_request = channel.requests.filter(person=person, outcome="open").first()
    if not mine.person:
        return None
    return build_card(
        mine,
        at=at,
        asked_at=open_request.asked_at if open_request else None,
        answers=channel.mine,  # type: ignore[attr-defined]
    )


def _required(channel: Channel, at: datetime) -> list[tuple[str, str]]:
    """The title and code of each certificate that the channel asks for."""
    rules = channel.access_rules.current(at).order_by("group", "certification__title")
    return list(rules.values_list("certification__title", "certification__code"))


def _roles(channel: Channel, at: datetime) -> list[PostingPermission]:
    roles = recertification.looked_at_roles(at).filter(channel=channel)
    return list(roles.select_related("person").order_by("person__display_name", "role"))


def _for_stewards(
    channel: Channel, reader: User, granted: list[PostingPermission], at: datetime, page: str
) -> dict[str, Any]:
    """Everybody with a role and everybody who asks for one, with today's decision on each, judged in one batch."""
    waiting = list(channel.requests.filter(outcome="open").select_related("person"))
    people = [row.person for row in granted] + [row.person for row in waiting]
    hr_ids = [person.hr_id or "" for person in people]
    asks = [DecisionQuery(hr_id, channel.code, PostingAction.PUBLISH, at) for hr_id in hr_ids]
    decisions = judge_queries(asks, evaluated_at=at)
    regions = role_regions(reader, Role.HR, Role.GOVERNANCE, at=at)
    posters = [
        Poster(row, decision, may_release=regions is None or row.person.region_id in regions)
        for row, decision in zip(granted, decisions[: len(granted)], strict=True)
    ]
    shown = Paginator(posters, PAGE).get_page(page)
    return {
        "posters": shown,
        "before": f"?page={shown.number - 1}#people" if shown.has_previous() else "",
        "after": f"?page={shown.number + 1}#people" if shown.has_next() else "",
        "able": sum(poster.decision.allowed for poster in posters),
        "asking": [
            _asking(request, decision)
            for request, decision in zip(waiting, decisions[len(granted) :], strict=True)
        ],
        "roles": PostingRole.choices,
    }


def _asking(request: PermissionRequest, decision: Decision) -> RoleRequest:
    role = WITHOUT_A_ROLE | {"role_too_small"}
    return RoleRequest(
        request,
        [
            reason_texts.reason_text(r, about_another=True)
            for r in decision.reasons
            if r.code not in role
        ],
    )
