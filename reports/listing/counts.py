"""How many people a list has and how many of them are certified, without a scan for a page view.

Of a short list the page itself has seen everybody. A longer one is counted after the answer, at most once a minute in
each process; until then the page tells what was counted before, with the time, or that there are more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db.models import Count, Q
from django.utils import timezone

from accounts.readers import kept_counts
from certificates.rules.standings import HOLDING
from reports.listing.people import SIZE, ListedPerson, PeoplePage, PeopleQuestion, read_page

# So many people are counted as the page is made.
COUNTED = 200
HELD = frozenset(status.value for status in HOLDING)


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """`counted_at` is None for what the page has just seen itself."""

    people: int
    certified: int
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeopleAndCounts:
    """A page and the counts of its list; None: there are more than COUNTED, and nobody has counted them yet."""

    people: PeoplePage
    counts: PeopleCounts | None


def read_counted_page(
    question: PeopleQuestion, params: Mapping[str, str], now: datetime
) -> PeopleAndCounts:
    """The page that `params` ask for, with the counts that are at hand."""
    key = f"people:{hash((question.filters, question.regions))}"
    kept: PeopleCounts | None = kept_counts.find_counts(key)
    fresh = kept_counts.is_fresh(kept, now)
    long = kept is not None and kept.people > COUNTED
    read = read_page(question, params, look_at=SIZE if fresh and long else COUNTED)
    if read.everybody is not None:
        seen = _count_rows(read.everybody)
        kept_counts.keep_counts(key, replace(seen, counted_at=now))
        return PeopleAndCounts(read, seen)
    if not fresh:
        kept = kept_counts.count_later(key, partial(_count_all, question))
    return PeopleAndCounts(read, kept)


def _count_rows(people: list[ListedPerson]) -> PeopleCounts:
    return PeopleCounts(len(people), sum(person.status in HELD for person in people))


def _count_all(question: PeopleQuestion) -> PeopleCounts:
    certified = Q(status__in=sorted(HELD)) if question.programme else Q(pk=None)
    found = (
        question.find_people()
        .order_by()
        .aggregate(people=Count("pk"), certified=Count("pk", filter=certified))
    )
    return PeopleCounts(**found, counted_at=timezone.now())
