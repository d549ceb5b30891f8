"""Derive from recorded facts who is employed when. Pure: no framework, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, takewhile
from typing import Any
from zoneinfo import ZoneInfo

INSTANT = timedelta(microseconds=1)
# So long a leave lasts before the roles of before it end.
LONG_LEAVE = timedelta(days=90)
# A person who is recorded as returned within a day after leaving keeps the roles: the leaving was a mistake.
# So does one whose contract was renewed within a day after its end.
MISTAKEN_LEAVE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class EmploymentFact:
    """One recorded fact: joined, left, returned, moved, contract or leave. Instants are aware (UTC).

    `region` is a region's code (joined, returned, moved), `zone` that region's time zone. `ends_at` is the first
    instant after the contract (joined, returned, contract) or the leave; None means no agreed end. `corrects` is the
    `effective_at` of facts of the same kind, recorded earlier, that this one replaces.
    """

    what: str
    effective_at: datetime
    recorded_at: datetime
    region: str | None = None
    ends_at: datetime | None = None
    corrects: datetime | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A recorded change of one value: what it was and what it is from `effective_at` on."""

    effective_at: datetime
    recorded_at: datetime
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value with all its recorded changes, in the order of recording. `latest` is the value of today's row."""

    latest: Any
    changes: tuple[ValueChange, ...] = ()

    def value_at(self, at: datetime, known_at: datetime) -> Any:
        """The value at `at`, by what was recorded up to `known_at`."""
        if not self.changes:
            return self.latest
        told = self._told(at, known_at)
        return told[-1].now if told else self.changes[0].was

    def since(self, at: datetime, known_at: datetime) -> datetime | None:
        """Since when the value of `at` holds, by what was recorded up to `known_at`. None: since ever."""
        told, begun = self._told(at, known_at), None
        for change in takewhile(lambda one: one.now == told[-1].now, reversed(told)):
            begun = change.effective_at
        return begun

    def _told(self, at: datetime, known_at: datetime) -> list[ValueChange]:
        told = [c for c in self.changes if c.recorded_at <= known_at and c.effective_at <= at]
        # Of equals the last one counts: sorting keeps the order of recording.
        told.sort(key=lambda change: (change.effective_at, change.recorded_at))
        return told

    def edges(self, known_at: datetime) -> tuple[datetime, ...]:
        """The instants at which the value may change."""
        return tuple(c.effective_at for c in self.changes if c.recorded_at <= known_at)


@dataclass(frozen=True, slots=True)
class Employment:
    """One person's employment at one instant.

    `since`: start of the present or last employment. `left_at`: when that ended; None while employed.
    `ends_at`: the earliest known future instant at which `employed` turns false. `zone`: where the region is.
    """

    employed: bool
    since: datetime | None = None
    left_at: datetime | None = None
    region_code: str | None = None
    contract_ends_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str | None = None

    @property
    def last_day(self) -> date | None:
        """The last day, as HR said it: a day where the person worked, whoever reads it. None without an end."""
        end = self.left_at or self.ends_at
        return last_day_before(end, self.zone or "UTC") if end else None


@dataclass(frozen=True, slots=True)
class EmploymentGap:
    """Somebody was here before `left_at`, not from then on, and again from `back_at` on."""

    left_at: datetime
    back_at: datetime


def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of `day` in the IANA `zone`, in UTC. A midnight that happens twice is the first one."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def end_of_day(day: date, zone: str) -> datetime:
    """The first instant after `day` in the IANA `zone`, in UTC: "until the end of the day"."""
    return start_of_day(day + timedelta(days=1), zone)


def last_day_before(moment: datetime, zone: str) -> date:
    """The last day, whole or in part, before an instant at which something ends, in the IANA `zone`."""
    return (moment - INSTANT).astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class _State:
    working: bool = False
    since: datetime | None = None
    left_at: datetime | None = None
    region: str | None = None
    contract_ends_at: datetime | None = None
    zone: str | None = None

    def employed(self, at: datetime) -> bool:
        return self.working and (self.contract_ends_at is None or at < self.contract_ends_at)


def fold_employment(
    facts: Iterable[EmploymentFact], *, at: datetime, known_at: datetime
) -> Employment:
    """The employment at `at`, by what was recorded up to `known_at`.

    Facts count in order of `effective_at`, then `recorded_at`, then as given. A contract that is over
    ends the employment by itself. A return at the very instant of a leaving that was recorded before it calls
    that leaving off: it never was (`standing_facts`). The first of several leavings counts.
    """
    known = _in_order(facts, known_at)
    state = _State()
    for fact in known:
        if fact.effective_at <= at:
            state = _after(state, fact)
    employed = state.employed(at)
    return Employment(
        employed=employed,
        since=state.since,
        left_at=None if employed else _ended_at(state),
        region_code=state.region,
        zone=state.zone,
        contract_ends_at=state.contract_ends_at,
        ends_at=_ends_at(state, [f for f in known if f.effective_at > at]) if employed else None,
    )


def find_gaps(
    facts: Iterable[EmploymentFact], *, at: datetime, known_at: datetime
) -> list[EmploymentGap]:
    """The gaps in the employment that were over by `at` and no mistake: a day or longer, whoever came back and how.

    The first comes first. What was held before the last one counts no more, however short the gaps after it are.
    """
    state, left_at = _State(), None
    gaps = []
    begun = [fact for fact in _in_order(facts, known_at) if fact.effective_at <= at]
    for instant, together in groupby(begun, key=_when):
        if left_at is None and state.since is not None and not state.employed(instant):
            left_at = _ended_at(state)
        for fact in together:
            state = _after(state, fact)
        if left_at is not None and state.employed(instant):
            gaps.append(EmploymentGap(left_at, instant))
            left_at = None
    return [gap for gap in gaps if gap.back_at - gap.left_at >= MISTAKEN_LEAVE]


def find_end_by_gap(gaps: Iterable[EmploymentGap], begun: datetime) -> datetime | None:
    """When a right that was given at `begun` ended because its holder left, though they are back. None: it runs on."""
    return next((gap.left_at for gap in gaps if gap.left_at > begun), None)


def _in_order(facts: Iterable[EmploymentFact], known_at: datetime) -> list[EmploymentFact]:
    return sorted(
        standing_facts(facts, known_at), key=lambda fact: (fact.effective_at, fact.recorded_at)
    )


def standing_facts(facts: Iterable[EmploymentFact], known_at: datetime) -> list[EmploymentFact]:
    """The facts recorded up to `known_at`, without those that a fact recorded after them replaces or calls off.

    A return at the instant of a leaving that still stood says that nobody leaves then: both go, whatever other
    leaving counts at that instant. What it says of region and contract stays, as facts of these kinds.
    """
    told = [fact for fact in facts if fact.recorded_at <= known_at]
    if all(fact.corrects is None and fact.what != "returned" for fact in told):
        return told
    # Each fact with what it says: of a return that calls a leaving off that is no return.
    kept: list[tuple[EmploymentFact, tuple[EmploymentFact, ...]]] = []
    for fact in sorted(told, key=lambda fact: fact.recorded_at):
        if fact.corrects is not None:
            kept = [one for one in kept if not _is_told(one[0], fact.what, fact.corrects)]
        stands = [one for one in kept if not _is_told(one[0], "left", fact.effective_at)]
        if fact.what == "returned" and len(stands) < len(kept):
            kept = [*stands, (fact, tuple(_beside_the_call_off(fact)))]
        else:
            kept.append((fact, (fact,)))
    return [said for _fact, all_said in kept for said in all_said]


def _is_told(fact: EmploymentFact, what: str, effective_at: datetime) -> bool:
    return fact.what == what and fact.effective_at == effective_at


def _beside_the_call_off(fact: EmploymentFact) -> Iterator[EmploymentFact]:
    if fact.region is not None:
        yield replace(fact, what="moved", ends_at=None, corrects=None)
    if fact.ends_at is not None:
        yield replace(fact, what="contract", region=None, zone=None, corrects=None)


def _ended_at(state: _State) -> datetime | None:
    """When the employment of somebody not employed ended: at the leaving or at the end of the contract."""
    return state.contract_ends_at if state.working else state.left_at


def _after(state: _State, fact: EmploymentFact) -> _State:
    if fact.what in ("joined", "returned"):
        return _started(state, fact)
    if fact.what == "left":
        over = not state.employed(fact.effective_at)
        if over and state.since is not None:
            return replace(state, working=False, left_at=_ended_at(state))
        return replace(state, working=False, left_at=fact.effective_at)
    if fact.what == "moved":
        return replace(state, region=fact.region or state.region, zone=fact.zone or state.zone)
    if fact.what == "contract":
        return _renewed(state, fact)
    raise ValueError(f"Unknown employment fact: {fact.what}")


def _renewed(state: _State, fact: EmploymentFact) -> _State:
    """A contract that is renewed after it was over begins a new employment: between the two there was none."""
    lapsed = state.working and not state.employed(fact.effective_at)
    renewed = replace(state, contract_ends_at=fact.ends_at)
    if lapsed and renewed.employed(fact.effective_at):
        return replace(renewed, since=fact.effective_at)
    return renewed


def _started(state: _State, fact: EmploymentFact) -> _State:
    region, zone = fact.region or state.region, fact.zone or state.zone
    if state.employed(fact.effective_at):
        contract = fact.ends_at or state.contract_ends_at
        here = replace(state, working=True, left_at=None, contract_ends_at=contract)
        return replace(here, region=region, zone=zone)
    return _State(
        working=True,
        since=fact.effective_at,
        region=region,
        contract_ends_at=fact.ends_at,
        zone=zone,
    )


def _when(fact: EmploymentFact) -> datetime:
    return fact.effective_at


def _ends_at(state: _State, future: list[EmploymentFact]) -> datetime | None:
    """The first instant at which the future facts, applied in order, end the employment; None if none does."""
    for instant, together in groupby(future, key=_when):
        if not state.employed(instant):
            break
        for fact in together:
            state = _after(state, fact)
        if not state.employed(instant):
            return instant
    return state.contract_ends_at


def find_long_leaves(
    leaves: Iterable[tuple[datetime, datetime | None]],
) -> list[tuple[datetime, datetime]]:
    """(when it began, the instant from which it is long) of each leave that lasts longer than LONG_LEAVE.

    `leaves` are beginnings and ends; those that follow each other without a gap are one.
    """
    merged: list[tuple[datetime, datetime | None]] = []
    for begun, ends in sorted(leaves, key=lambda leave: leave[0]):
        before = merged[-1] if merged else None
        if ends is not None and ends <= begun:
            # It was called off, or said anew.
            continue
        if before and (before[1] is None or begun <= before[1]):
            merged[-1] = (before[0], _later_of(before[1], ends))
        else:
            merged.append((begun, ends))
    return [
        (begun, begun + LONG_LEAVE)
        for begun, ends in merged
        if ends is None or ends > begun + LONG_LEAVE
    ]


def _later_of(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else None
