"""The people with a role on a channel, in pages: those who are shown are judged, and how many there are is at hand.

Of a short roster the page itself sees everybody. A longer one is judged after the answer, at most once a minute in each
process; until then the page tells what was found before, with the time, or that there are more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.readers import kept_counts
from channels.decisions import DecisionQuery, judge_queries
from channels.desk import recertification
from channels.models import Channel, PostingPermission
from channels.rules.fact_types import PostingAction
from ledger.prepared_queries import PreparedQuery

PAGE = 50
MOST_PAGES = 1_000
ORDER = ("person__display_name", "role", "pk")
# Of the person what the page shows, and by what it finds the decision.
SHOWN = (
    *("uuid", "role", "starts_at", "channel_id", "person__uuid", "person__hr_id", "person__email"),
    *("person__display_name", "person__region_id"),
)


@dataclass(frozen=True, slots=True)
class RosterFigures:
    """How many have a role and how many of them can post; `due`: whose roles nobody has looked at for 180 days.

    `counted_at` is None for what the page has just seen itself.
    """

    holders: int
    able: int
    due: tuple[int, ...]
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RosterPage:
    """One page of the roster; `is_all`: nobody else has a role."""

    roles: list[PostingPermission]
    number: int
    more: bool

    @property
    def is_all(self) -> bool:
        return self.number == 1 and not self.more

    @property
    def before(self) -> str:
        return f"?page={self.number - 1}#people" if self.number > 1 else ""

    @property
    def after(self) -> str:
        return f"?page={self.number + 1}#people" if self.more else ""


def read_roster_page(channel: Channel, at: datetime, page: str) -> RosterPage:
    """The page of this number, by name; the first where there is none. One query."""
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
    number = min(max(number, 1), MOST_PAGES)
    while True:
        if number == 1:
            roles = list(_kept_first_page.fetch(channel.pk, at))
        else:
            roles = list(_query_page(channel.pk, at, number))
        if roles or number == 1:
            return RosterPage(roles[:PAGE], number, len(roles) > PAGE)
        number = 1


def _query_page(channel: int, at: datetime, number: int) -> QuerySet[PostingPermission]:
    """A page, and one who follows. Only keys are sorted: of five thousand people fifty are read."""
    first = (number - 1) * PAGE
    held = PostingPermission.objects.current(at).filter(channel=channel).order_by(*ORDER)
    shown = PostingPermission.objects.filter(pk__in=held.values("pk")[first : first + PAGE + 1])
    return shown.select_related("person").only(*SHOWN).order_by(*ORDER)


def _query_first_page(channel: int, at: datetime) -> QuerySet[PostingPermission]:
    return _query_page(channel, at, 1)


_kept_first_page = PreparedQuery(_query_first_page)


def find_figures(channel: Channel, at: datetime) -> RosterFigures | None:
    """What is known of a roster that is longer than a page; None: nobody has counted it yet."""
    key = f"roster:{channel.pk}"
    kept: RosterFigures | None = kept_counts.find_counts(key)
    if kept_counts.is_fresh(kept, at):
        return kept
    found: RosterFigures | None = kept_counts.count_later(key, partial(_judge_roster, channel))
    return found


def _judge_roster(channel: Channel) -> RosterFigures:
    """Judge everybody with a role, as the page judges those whom it shows."""
    at = timezone.now()
    roles: QuerySet[Any, Any] = recertification.looked_at_roles(at).filter(channel=channel)
    told = list(roles.order_by().values_list("person_id", "person__hr_id", "looked_at"))
    asks = [
        DecisionQuery(hr_id or "", channel.code, PostingAction.PUBLISH, at)
        for _person, hr_id, _looked_at in told
    ]
    decisions = judge_queries(asks, evaluated_at=at)
    return RosterFigures(
        holders=len(told),
        able=sum(decision.allowed for decision in decisions),
        due=find_due(((person, looked_at) for person, _hr_id, looked_at in told), at),
        counted_at=at,
    )


def find_due(roles: Iterable[tuple[int, datetime]], at: datetime) -> tuple[int, ...]:
    """Of roles, each with its person and when somebody last looked at it: whose are due to be looked at."""
    since = at - recertification.LOOKED_FOR
    return tuple(person for person, looked_at in roles if looked_at <= since)
