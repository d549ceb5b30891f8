"""Which channels will lack people who may post, and in which week: derived from what is known now, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from accounts.permissions import role_regions
from accounts.readers.days import zone_of_region
from accounts.rules import end_of_day, start_of_day
from channels import listing
from channels.facts.gathering import gather_posting_facts
from channels.models import Channel, PostingPermission
from channels.rules.cover import AllowedSpan, count_fewest, find_allowed_spans
from channels.rules.fact_types import PostingFacts
from channels.rules.posting import OPEN_STATES

WEEKS = 8


@dataclass(frozen=True, slots=True)
class CoverWeek:
    """`fewest`: so many people may post at every moment of the week from `monday` on; None: it is closed by then."""

    monday: date
    fewest: int | None
    needed: int

    @property
    def short(self) -> bool:
        return self.fewest is not None and self.fewest < self.needed


@dataclass(frozen=True, slots=True)
class RightEnd:
    """Somebody may post now, and not any more from `ends_at` on."""

    person: User
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelCover:
    """A channel in the weeks to come; `ends`: whose right ends within them, the first one first.

    The last days of rights are days of `zone`, that of the channel's region.
    """

    channel: Channel
    zone: str
    weeks: list[CoverWeek]
    ends: list[RightEnd]

    @property
    def steps(self) -> list[CoverWeek]:
        """The first week, and each in which the number is another than the week before."""
        pairs = zip([None, *self.weeks], self.weeks, strict=False)
        return [week for last, week in pairs if last is None or last.fewest != week.fewest]

    @property
    def first_short(self) -> CoverWeek | None:
        return next((week for week in self.weeks if week.short), None)


def find_stewarded_channels(person: User, at: datetime) -> QuerySet[Channel]:
    """The open channels on which the person decides who posts, by title: as owner, deputy or governance."""
    governed = role_regions(person, Role.GOVERNANCE, at=at)
    return listing.stewarded_channels(person, governed, at).filter(Q(state_now__in=OPEN_STATES))


def read_cover(channels: Sequence[Channel], at: datetime, zone: str) -> list[ChannelCover]:
    """The channels in their order, each with its weeks in `zone` from that of `at` on. A fixed number of queries.

    An emergency stop is left out: it ends when somebody ends it, and nobody who is added could post any sooner.
    """
    roles = PostingPermission.objects.unended(at).filter(channel__in=channels)
    people: dict[int, dict[int, User]] = defaultdict(dict)
    for role in roles.select_related("person").order_by("person__display_name", "person_id"):
        people[role.channel_id][role.person_id] = role.person
    pairs = [
        (person.hr_id or "", channel.code)
        for channel in channels
        for person in people[channel.pk].values()
    ]
    facts = iter(gather_posting_facts(pairs))
    mondays = _list_mondays(at, zone)
    edges = [at, *(start_of_day(monday, zone) for monday in mondays[1:])]
    return [
        _cover(
            channel, [(who, next(facts)) for who in people[channel.pk].values()], at, mondays, edges
        )
        for channel in channels
    ]


def _cover(
    channel: Channel,
    holders: list[tuple[User, PostingFacts]],
    at: datetime,
    mondays: list[date],
    edges: list[datetime],
) -> ChannelCover:
    zone = zone_of_region(channel.region)
    closes = end_of_day(channel.sunset_on, zone) if channel.sunset_on else edges[-1]
    spans = [_spans_without_stops(facts, at, edges[-1]) for _person, facts in holders]
    weeks = [
        CoverWeek(monday, _count_until(closes, spans, begins, ends), channel.min_cover)
        for monday, begins, ends in zip(mondays, edges, edges[1:], strict=False)
    ]
    ends = [
        RightEnd(person, found[0].ends)
        for (person, _facts), found in zip(holders, spans, strict=True)
        if found and found[0].begins == at and found[0].ends and found[0].ends < closes
    ]
    return ChannelCover(channel, zone, weeks, sorted(ends, key=lambda one: one.ends_at))


def _list_mondays(at: datetime, zone: str) -> list[date]:
    """The Monday of the week of `at` in `zone`, and those of the weeks after it, one more than are shown."""
    today = timezone.localdate(at, ZoneInfo(zone))
    first = today - timedelta(days=today.weekday())
    return [first + timedelta(weeks=number) for number in range(WEEKS + 1)]


def _spans_without_stops(
    facts: PostingFacts, at: datetime, until: datetime
) -> tuple[AllowedSpan, ...]:
    channel = replace(facts.channel, freezes=()) if facts.channel else None
    return find_allowed_spans(replace(facts, channel=channel), since=at, until=until, known_at=at)


def _count_until(
    closes: datetime, spans: list[tuple[AllowedSpan, ...]], begins: datetime, ends: datetime
) -> int | None:
    return count_fewest(spans, begins, min(ends, closes)) if begins < closes else None
