"""When a value of a person changed, and which facts make it so. Pure: instants and values in, facts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.rules import INSTANT, start_of_day

# What a timeline says where nothing is known: before the first fact.
UNKNOWN: Any = object()
Timeline = Callable[[datetime], Any]
# When a recorded fact takes effect and when it was recorded.
Recorded = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day that a file names: the instant `at` from which it counts, and all at which it begins in some region.

    A fact that begins at one of `midnights` was recorded for the same day: a correction covers it, although the
    day began hours earlier or later in the region that was recorded first.
    """

    at: datetime
    midnights: frozenset[datetime] = frozenset()


def said_day(day: date, zone: str, zones: Iterable[str], earliest: Iterable[datetime]) -> SaidDay:
    """The day as `zone` has it, but not before `earliest`; `zones` are those of all regions."""
    return SaidDay(max([start_of_day(day, zone), *earliest]), midnights_of(day, zones))


def midnights_of(day: date, zones: Iterable[str]) -> frozenset[datetime]:
    """The instants at which the day begins in these zones."""
    return frozenset(start_of_day(day, zone) for zone in set(zones))


def plan_dated_change(
    timeline: Timeline,
    recorded: Iterable[Recorded],
    value: Any,
    *,
    since: SaidDay | None,
    now: datetime,
    moves_start: bool = True,
) -> list[tuple[datetime, Any]]:
    """The facts (instant, value) to record so that `value` holds from `since` until `now` and after.

    `timeline` tells the value at an instant by what is `recorded`: the facts at which it may change.
    Without `since` a value that differs holds from `now`, and what is planned for later stays. With it,
    everything said about the time between `since` and `now`, or about the very day of `since`, is corrected;
    otherwise a start that was recorded too early moves to `since`, if it is known what held before (and unless
    `moves_start` is False).
    """
    if since is None:
        return [] if timeline(now) == value else [(now, value)]
    told = list(recorded)
    points = sorted({effective_at for effective_at, _recorded_at in told})
    same_day = [point for point in points if point in since.midnights]
    first, last = min([since.at, *same_day]), max([now, *same_day])
    # A day that is corrected, or was said last already, is no news about the time before it.
    corrects = any(timeline(point) != value for point in same_day)
    moves_start = moves_start and not corrects and _said_last(told) not in since.midnights
    if timeline(first) != value:
        found = [(first, value)]
    else:
        found = _later_start(timeline, points, value, first) if moves_start else []
    later = [(point, value) for point in points if first < point <= last]
    return found + [(point, value) for point, _value in later if timeline(point) != value]


def _said_last(told: list[Recorded]) -> datetime | None:
    """From when the facts count that were recorded last."""
    latest = max((recorded_at for _effective_at, recorded_at in told), default=None)
    return min((one for one, recorded_at in told if recorded_at == latest), default=None)


def _later_start(
    timeline: Timeline, points: list[datetime], value: Any, since: datetime
) -> list[tuple[datetime, Any]]:
    """The facts that move the beginning of a value, recorded before `since`, to `since`."""
    run: list[datetime] = []
    for point in reversed([point for point in points if point <= since]):
        if timeline(point) != value:
            break
        run.append(point)
    before = timeline(min(run) - INSTANT) if run else UNKNOWN
    if before is UNKNOWN or before == value or min(run) == since:
        return []
    return [*((point, before) for point in sorted(run) if point < since), (since, value)]
