"""When a value of a person changed, and which facts make it so. Pure: instants and values in, facts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

INSTANT = timedelta(microseconds=1)
# What a timeline says where nothing is known: before the first fact.
UNKNOWN: Any = object()
Timeline = Callable[[datetime], Any]


def plan_dated_change(
    timeline: Timeline,
    instants: Iterable[datetime],
    value: Any,
    *,
    since: datetime | None,
    now: datetime,
    moves_start: bool = True,
) -> list[tuple[datetime, Any]]:
    """The facts (instant, value) to record so that `value` holds from `since` until `now` and after.

    `timeline` tells the value at an instant by what is recorded, `instants` are those at which it may change.
    Without `since` a value that differs holds from `now`, and what is planned for later stays. With it,
    everything said about the time between `since` and `now` is corrected; a start that was recorded too early
    moves to `since`, if it is known what held before (and unless `moves_start` is False).
    """
    if since is None:
        return [] if timeline(now) == value else [(now, value)]
    points = sorted(set(instants))
    if timeline(since) != value:
        found = [(since, value)]
    else:
        found = _later_start(timeline, points, value, since) if moves_start else []
    later = [(point, value) for point in points if since < point <= now]
    return found + [(point, value) for point, _value in later if timeline(point) != value]


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
