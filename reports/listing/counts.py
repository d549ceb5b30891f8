"""How many people a list has, how many of them are certified and how many may post, without a scan for a page view.

Of a short list the page itself has seen everybody; whoever has a role on a channel is judged at most once a minute in
each process. A longer one is counted after the answer, as often; until then the page tells what was counted before,
with the time, or that there are more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from accounts.readers import kept_counts
from certificates.rules.standings import HOLDING
from reports.listing.people import SIZE, ListedPerson, PeoplePage, PeopleQuestion, read_page
from reports.listing.posters import count_posters

# So many people are counted as the page is made.
COUNTED = 200
HELD = frozenset(status.value for status in HOLDING)


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """`able`: how many may post on a channel. `counted_at` is None for what the page has just seen itself.

    `judged_at`: when it was found who may post, if that was before the others were counted.
    """

    people: int
    certified: int
    able: int
    counted_at: datetime | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeopleAndCounts:
    """A page and the counts of its list; None: there are more than COUNTED, and nobody has counted them yet."""

    people: PeoplePage
    counts: PeopleCounts | None


def read_counted_page(
    question: PeopleQuestion, params: Mapping[str, str], now: datetime
) -> PeopleAndCounts:
    """The page that `params` ask for, with the counts that are at hand."""
    key = f"people:{hash((question.filters.whom, question.regions))}"
    kept: PeopleCounts | None = kept_counts.find_counts(key)
    fresh = kept_counts.is_fresh(kept, now)
    long = kept is not None and kept.people > COUNTED
    read = read_page(question, params, look_at=SIZE if fresh and long else COUNTED)
    if read.everybody is not None:
        return PeopleAndCounts(read, _count_seen(question, read.everybody, key, now))
    if not fresh:
        kept = kept_counts.count_later(key, partial(_count_all, question))
    return PeopleAndCounts(read, kept)


def _count_seen(
    question: PeopleQuestion, people: list[ListedPerson], key: str, now: datetime
) -> PeopleCounts:
    """The counts of a list of which everybody has been seen: only who may post may have been found before."""
    if not people:
        return PeopleCounts(0, 0, 0)
    certified = sum(person.status in HELD for person in people)
    judged: PeopleCounts | None = kept_counts.find_counts(f"{key}:able")
    if judged is None or judged.people != len(people) or not kept_counts.is_fresh(judged, now):
        everybody = User.objects.filter(pk__in=[person.pk for person in people])
        able = count_posters(everybody, question.asked)
        judged = PeopleCounts(len(people), certified, able, counted_at=now)
        kept_counts.keep_counts(f"{key}:able", judged)
    seen = PeopleCounts(len(people), certified, judged.able, counted_at=now)
    kept_counts.keep_counts(key, seen)
    judged_at = judged.counted_at if judged.counted_at != now else None
    return replace(seen, counted_at=None, judged_at=judged_at)


def _count_all(question: PeopleQuestion) -> PeopleCounts:
    certified = Q(status__in=sorted(HELD)) if question.programme else Q(pk=None)
    found = (
        question.find_people()
        .order_by()
        .aggregate(people=Count("pk"), certified=Count("pk", filter=certified))
    )
    able = count_posters(question.find_people(), question.asked)
    return PeopleCounts(**found, able=able, counted_at=timezone.now())
