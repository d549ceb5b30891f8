"""How many people may post on a channel in the weeks to come, by what is known now. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from channels.rules.fact_types import PostingAction, PostingFacts
from channels.rules.posting import walk_answers


@dataclass(frozen=True, slots=True)
class AllowedSpan:
    """From `begins` up to, not including, `ends` somebody may post; None: it lasts beyond the time asked about."""

    begins: datetime
    ends: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


def find_allowed_spans(
    facts: PostingFacts, *, since: datetime, until: datetime, known_at: datetime
) -> tuple[AllowedSpan, ...]:
    """When the person of the facts may publish from `since` on and before `until`, in order of time.

    Every answer is that of `may_post`, asked at each moment at which it may change.
    """
    found, begun = [], None
    answers = walk_answers(facts, action=PostingAction.PUBLISH, at=since, known_at=known_at)
    for when, allowed in takewhile(lambda answer: answer[0] < until, answers):
        if allowed and begun is None:
            begun = when
        elif not allowed and begun is not None:
            found.append(AllowedSpan(begun, when))
            begun = None
    if begun is not None:
        found.append(AllowedSpan(begun, None))
    return tuple(found)


def count_fewest(people: Iterable[Sequence[AllowedSpan]], begins: datetime, ends: datetime) -> int:
    """The fewest people who may post at one moment from `begins` on and before `ends`."""
    able, steps = 0, Counter[datetime]()
    for span in [span for spans in people for span in spans]:
        able += span.holds(begins)
        if begins < span.begins < ends:
            steps[span.begins] += 1
        if span.ends is not None and begins < span.ends < ends:
            steps[span.ends] -= 1
    fewest = able
    for moment in sorted(steps):
        able += steps[moment]
        fewest = min(fewest, able)
    return fewest
