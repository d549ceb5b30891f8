"""How many of the people of a list may post: whoever has a role on a channel is judged, as a decision judges them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet

from accounts.models import User
from channels.decisions import MAX_QUERIES, DecisionQuery, judge_queries
from channels.models import PostingPermission
from channels.rules.fact_types import PostingAction
from reports.console.moments import AskedMoment


def count_posters(people: QuerySet[User], asked: AskedMoment) -> int:
    """How many of `people` may publish on at least one channel, at the moment asked about.

    One statement, and a fixed number for each 500 roles. Nobody is counted twice, and no more than that is in memory.
    """
    able, last = 0, None
    for person, allowed in _judge_roles(people, asked):
        if allowed and person != last:
            able, last = able + 1, person
    return able


def _judge_roles(people: QuerySet[User], asked: AskedMoment) -> Iterator[tuple[int, bool]]:
    """Each person with whether a channel on which they have a role lets them post; those of one person together."""
    known_at = asked.known_at if asked.known_day else None
    held = PostingPermission.objects.current(asked.at, known_at).filter(
        person__in=people.order_by().values("pk")
    )
    told = held.order_by("person_id", "channel_id").values_list(
        "person_id", "person__hr_id", "channel__code"
    )
    waiting = told.distinct().iterator(MAX_QUERIES)
    while roles := list(islice(waiting, MAX_QUERIES)):
        asks = [_ask(hr_id, code, asked) for _person, hr_id, code in roles]
        decisions = judge_queries(asks, evaluated_at=asked.known_at)
        for (person, _hr_id, _code), decision in zip(roles, decisions, strict=True):
            yield person, decision.allowed


def _ask(hr_id: str, code: str, asked: AskedMoment) -> DecisionQuery:
    return DecisionQuery(hr_id, code, PostingAction.PUBLISH, asked.at, asked.known_at)
