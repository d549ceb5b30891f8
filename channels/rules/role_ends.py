"""When a role ends by itself: its holder leaves the region or the team of the channel, or is away for long. Pure.

`known_at` says by what had been recorded. No job has to run for a decision to know of such an end; the daily run
only writes it down, at the same instant, and tells the holder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rules import INSTANT, find_long_leaves, fold_employment, standing_facts
from channels.rules.fact_types import ChannelFacts, PersonFacts, RecordedSpan, RoleFact

# A change that is taken back within a day was a mistake, like such a leaving.
MISTAKEN_MOVE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RoleEnd:
    """From when a role no longer holds by itself, and why: the code of the reason."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A value changed: somebody left `was` for `now`."""

    at: datetime
    was: str | None
    now: str | None


def find_role_end(
    grant: RoleFact, person: PersonFacts, channel: ChannelFacts, at: datetime, known_at: datetime
) -> RoleEnd | None:
    """The first automatic end of the role up to `at`, by what was recorded up to `known_at`. None: it has none.

    `channel` is as recorded (`ChannelFacts.value_at` knows what it said at any moment).
    """
    ends = [
        *(
            RoleEnd(step.at, "role_ended_by_move")
            for name, steps in _moves(person, at, known_at)
            for step in steps
            if step.at > grant.starts_at and channel.value_at(name, step.at, known_at) == step.was
        ),
        *(
            RoleEnd(end, "role_ended_by_leave")
            for begun, end in _long_leaves(person.absences, known_at)
            if grant.starts_at < begun and end <= at
        ),
    ]
    return min(ends, key=lambda end: end.at, default=None)


def find_role_edges(person: PersonFacts, known_at: datetime) -> tuple[datetime, ...]:
    """The instants at which a role of the person may end by itself, besides those of their employment."""
    leaves = tuple(end for _begun, end in _long_leaves(person.absences, known_at))
    return person.team.edges(known_at) + leaves


def _moves(
    person: PersonFacts, at: datetime, known_at: datetime
) -> Iterable[tuple[str, list[_Step]]]:
    """The regions and the teams that the person left up to `at`, by the name of the channel's column."""
    facts = person.employment
    moved = [one.effective_at for one in standing_facts(facts, known_at) if one.what == "moved"]
    if moved:

        def region(moment: datetime) -> str | None:
            return fold_employment(facts, at=moment, known_at=known_at).region_code

        yield "region", _steps(moved, region, at)
    if changed := person.team.edges(known_at):
        yield "team", _steps(changed, lambda moment: person.team.value_at(moment, known_at), at)


def _steps(
    points: Iterable[datetime], value_at: Callable[[datetime], str | None], at: datetime
) -> list[_Step]:
    """Where the value changed up to `at`, without what was taken back within a day."""
    begun = sorted({point for point in points if point <= at})
    steps = [_Step(point, value_at(point - INSTANT), value_at(point)) for point in begun]
    steps = [step for step in steps if step.was and step.was != step.now]
    return [step for step in steps if not _is_taken_back(step, steps)]


def _is_taken_back(step: _Step, steps: list[_Step]) -> bool:
    soon = step.at + MISTAKEN_MOVE
    return any(step.at < later.at < soon and later.now == step.was for later in steps)


def _long_leaves(
    absences: Iterable[RecordedSpan], known_at: datetime
) -> list[tuple[datetime, datetime]]:
    """(when it began, the instant from which it is long) of each long leave, by what was recorded."""
    told = ((one.starts_at, one.end(known_at)) for one in absences if one.known(known_at))
    return find_long_leaves(told)
