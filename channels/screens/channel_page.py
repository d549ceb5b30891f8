"""The context of a channel's page, with more for those who answer for the channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Role, User
from accounts.permissions import role_regions
from channels import channel_roles, freezes, reason_texts
from channels.desk.stops import openable_freezes
from channels.facts.fact_rows import FactRows, query_fact_rows, rows_of_kind, sort_fact_rows
from channels.facts.gathering import build_posting_facts
from channels.facts.stored_values import parse_stored_instant
from channels.models import (
    AccessRule,
    Channel,
    ChannelRules,
    ChannelState,
    PermissionRequest,
    PostingPermission,
    PostingRole,
    RoleReview,
)
from channels.rules.fact_types import Decision, PostingAction, PostingFacts
from channels.rules.moments import PostingMoment
from channels.rules.posting import judge_at
from channels.rules.telling import ENDED_STATES, WITHOUT_A_ROLE
from channels.screens import roster, tasks
from channels.screens.channel_cards import ChannelCard, build_card
from channels.screens.roster import RosterFigures, RosterPage
from ledger.prepared_queries import PreparedQuery


class RosterPersonRow(NamedTuple):
    """What the roster tells of somebody with a role, as values."""

    person: str
    role: str
    role_id: UUID
    allowed: bool
    reasons: tuple[str, ...]
    release_address: str


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
    def told(self) -> RosterPersonRow:
        """The row of the roster, by which it is kept."""
        return RosterPersonRow(
            person=str(self.permission.person),
            role=str(self.permission.get_role_display()),
            role_id=self.permission.uuid,
            allowed=self.decision.allowed,
            reasons=tuple(
                reason_texts.reason_text(reason, about_another=True)
                for reason in self.decision.reasons
            ),
            release_address=self.release_address,
        )


@dataclass(frozen=True, slots=True)
class RoleRequest:
    """Somebody who asks for a role, and the other reasons for which they could not post."""

    request: PermissionRequest
    missing: list[str]


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The version of the house rules that is in force."""

    version: int
    text: str
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class StoppedSince:
    """An emergency stop that covers the channel; `opens`: its page opens for the reader."""

    uuid: UUID
    reason: str
    starts_at: datetime
    opens: bool


@dataclass(frozen=True, slots=True)
class ChannelFindings:
    """What was read for the page in one go: the rows, and the facts of the reader and of those whom the page names."""

    channel: Channel
    person: User
    moment: PostingMoment
    rows: FactRows
    mine: PostingFacts
    others: list[PostingFacts]

    def judge(self, facts: PostingFacts) -> Decision:
        at = self.moment.at
        return judge_at(self.moment, facts, action=PostingAction.PUBLISH, evaluated_at=at)


def build_channel_page(
    channel: Channel, person: User, at: datetime, page: str = "1"
) -> dict[str, Any]:
    """The page for everybody who may see the channel; more for those who answer for it."""
    governs = channel_roles.governs_channel(person, channel, at)
    steward: bool = governs or channel.mine  # type: ignore[attr-defined]
    people = (
        roster.read_roster_page(channel, at, page) if steward else RosterPage([], 1, more=False)
    )
    asking = _find_asking(channel) if steward else []
    named = [row.person for row in people.roles] + [row.person for row in asking]
    found = _read(channel, person, [one.hr_id or "" for one in named], people, at)
    shown = _for_everybody(found)
    shown |= {"steward": steward, "can_pause": steward and not shown["ended"]}
    if not steward:
        return shown
    told = _for_stewards(found, people, asking)
    due = sum(one != person.pk for one in told["figures"].due) if told["figures"] else 0
    todo = tasks.list_tasks(
        *(channel, due, shown["owners"], person, at), governs=governs, ended=shown["ended"]
    )
    return shown | todo | told


def _read(
    channel: Channel, person: User, hr_ids: list[str], people: RosterPage, at: datetime
) -> ChannelFindings:
    """Three queries, whatever the number of people."""
    named = [person.hr_id or "", *hr_ids]
    # As long as the list of people, so that the SQL is one for each number of them.
    roles = [role.pk for role in people.roles] + [0] * (len(named) - len(people.roles))
    rows = sort_fact_rows(
        _kept_rows.fetch(
            named,
            channel.code,
            person.pk,
            roles,
            at,
            *(channel.pk, channel.platform_id, channel.classification, channel.region_id),
        )
    )
    mine, *others = build_posting_facts([(one, channel.code) for one in named], rows)
    return ChannelFindings(channel, person, PostingMoment(at, at), rows, mine, others)


def _page_rows(
    hr_ids: list[str],
    code: str,
    person: int,
    roles: list[int],
    at: datetime,
    channel: int,
    platform: int,
    classification: str,
    region: int | None,
) -> QuerySet[Any]:
    """The rows about these people and the channel, and what else its page tells of it to this person."""
    here = Channel(
        pk=channel, platform_id=platform, classification=classification, region_id=region
    )
    begun = ChannelRules.objects.filter(channel=channel, effective_at__lte=at)
    newest = begun.order_by("-effective_at", "-version").values("pk")[:1]
    mine = PermissionRequest.objects.filter(channel=channel, person=person, outcome="open")
    reviews = RoleReview.objects.filter(permission__in=roles)
    return query_fact_rows(
        hr_ids,
        [code],
        rows_of_kind("request", mine, "asked_at"),
        rows_of_kind(
            "house_rules",
            ChannelRules.objects.filter(pk__in=newest),
            *("version", "text", "effective_at"),
        ),
        rows_of_kind(
            "asked_certificate",
            AccessRule.objects.current(at).filter(channel=channel),
            "group",
            title="certification__title",
            code="certification__code",
        ),
        rows_of_kind("stop", freezes.freezes_covering(here, at), "uuid", "reason", "starts_at"),
        rows_of_kind("review", reviews, "kept_at", permission="permission_id"),
    )


_kept_rows = PreparedQuery[Any](_page_rows)


def _for_everybody(found: ChannelFindings) -> dict[str, Any]:
    channel, person, at = found.channel, found.person, found.moment.at
    state: str = channel.state_now  # type: ignore[attr-defined]
    rules = _house_rules(found.rows)
    card = _card(found)
    ended = card.closed if card else state in ENDED_STATES
    return {
        "channel": channel,
        # Nobody will post here any more: what is for those who post is not offered.
        "ended": ended,
        "shows_state": state != ChannelState.LIVE and not (card and card.closed),
        "state": ChannelState(state).label if state else "",
        **channel_roles.who_answers(channel, at),
        "required": _required(found.rows),
        "rules": rules,
        "accepted": rules is not None
        and any(one.version == rules.version for one in found.mine.acceptances),
        # The rules are for those who have a role, also one that is yet to begin, or ask for one.
        "accepting": not ended and (channel.held or channel.asked),  # type: ignore[attr-defined]
        "card": card,
        "freezes": _stops(found),
        "offer_href": tasks.find_offer(channel, person)
        if channel.offered  # type: ignore[attr-defined]
        else "",
        "stop_where": f"channel:{channel.code}",
    }


def _stops(found: ChannelFindings) -> list[StoppedSince]:
    """The stops that cover the channel; one more query where there are any."""
    rows = {UUID(row["uuid"]): row for row in found.rows["stop"]}
    if not rows:
        return []
    openable = openable_freezes(found.person, found.moment.at)
    opens = set(openable.filter(uuid__in=rows).values_list("uuid", flat=True))
    made = [
        StoppedSince(
            uuid, row["reason"], parse_stored_instant(row["starts_at"]), opens=uuid in opens
        )
        for uuid, row in rows.items()
    ]
    return sorted(made, key=lambda one: one.starts_at)


def _house_rules(rows: FactRows) -> HouseRules | None:
    row = next(iter(rows["house_rules"]), None)
    if row is None:
        return None
    return HouseRules(row["version"], row["text"], parse_stored_instant(row["effective_at"]))


def _card(found: ChannelFindings) -> ChannelCard | None:
    """The person's own card; None for somebody who is no person, such as a plain administrator."""
    asked = next(iter(found.rows["request"]), None)
    if not found.mine.person:
        return None
    return build_card(
        found.mine,
        moment=found.moment,
        asked_at=parse_stored_instant(asked["asked_at"]) if asked else None,
        answers=found.channel.mine,  # type: ignore[attr-defined]
    )


def _required(rows: FactRows) -> list[tuple[str, str]]:
    """The title and code of each certificate that the channel asks for."""
    asked = sorted(rows["asked_certificate"], key=lambda row: (row["group"], row["title"]))
    return [(row["title"], row["code"]) for row in asked]


def _find_asking(channel: Channel) -> list[PermissionRequest]:
    """Who asks for a role; no query where nobody does."""
    if not channel.sought:  # type: ignore[attr-defined]
        return []
    return list(channel.requests.filter(outcome="open").select_related("person"))


def _for_stewards(
    found: ChannelFindings,
    people: RosterPage,
    asking: Sequence[PermissionRequest],
) -> dict[str, Any]:
    """Who has a role, as far as they are shown, and who asks for one, with today's decision on each."""
    reader, at = found.person, found.moment.at
    decisions = [found.judge(facts) for facts in found.others]
    held = len(people.roles)
    regions = role_regions(reader, Role.HR, Role.GOVERNANCE, at=at)
    posters = [
        Poster(row, decision, may_release=regions is None or row.person.region_id in regions)
        for row, decision in zip(people.roles, decisions[:held], strict=True)
    ]
    figures = (
        _count_shown(posters, found) if people.is_all else roster.find_figures(found.channel, at)
    )
    return {
        "posters": posters,
        "people": people,
        "figures": figures,
        "most_counted": roster.PAGE,
        "lacks_cover": figures is not None and figures.able < found.channel.min_cover,
        "asking": [
            _asking(request, decision)
            for request, decision in zip(asking, decisions[held:], strict=True)
        ],
        "roles": PostingRole.choices,
    }


def _count_shown(posters: list[Poster], found: ChannelFindings) -> RosterFigures:
    """The figures of a roster of which the page shows everybody."""
    kept: dict[int, datetime] = {}
    for row in found.rows["review"]:
        when = parse_stored_instant(row["kept_at"])
        kept[row["permission"]] = max(when, kept.get(row["permission"], when))
    roles = [one.permission for one in posters]
    looked = ((one.person_id, max(one.starts_at, kept.get(one.pk, one.starts_at))) for one in roles)
    able = sum(one.decision.allowed for one in posters)
    return RosterFigures(len(posters), able, roster.find_due(looked, found.moment.at))


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
