"""Which questions somebody is asked, and in which order.

A draw is a pure function of the pool, the plan and a seed: same in, same out, on any
machine, in any Python, whatever order the pool comes in. Chance is the SHA-256 of
``seed:purpose:item id``, read as a sort key, rather than a generator whose algorithm
a new release may change: an auditor can repeat a draw years later with any tool.

Preference among the items that fit, best first:

1. mandatory items: every one of them is drawn, in a section where one fits, else added;
2. items this person has not seen; then those seen least often; then longest ago;
3. chance.

Items are offered in that order and taken whenever the sections can still be arranged
around them (an augmenting path). Sets that can be arranged so form a transversal
matroid, for which this greedy choice is the best there is: no section stays short while
any arrangement would fill it, and nobody meets a seen item while an unseen one would do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from items.phrases import Phrase, counted_phrase, ngettext_noop

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PoolItem:
    """An item that may be drawn. `seen_count` and `last_seen` (UTC) are this person's.

    `id` is what a draw returns, `item` what a person has seen, whichever version of it was asked.
    """

    id: int
    principle: str
    mandatory: bool = False
    critical: bool = False
    seen_count: int = 0
    last_seen: datetime | None = None
    item: int = 0


@dataclass(frozen=True)
class DrawSection:
    """`count` items of one principle (None: of any), perhaps only critical ones."""

    principle: str | None
    count: int
    critical_only: bool = False

    def takes(self, item: PoolItem) -> bool:
        """Tell whether `item` may stand in this section."""
        fits = self.principle in (None, item.principle)
        return fits and (item.critical or not self.critical_only)


@dataclass(frozen=True)
class DrawPlan:
    """The sections of a quiz. `shuffle` mixes all slots; else they follow the sections."""

    sections: tuple[DrawSection, ...]
    shuffle: bool = True


@dataclass(frozen=True)
class DrawnItem:
    """An item and its place in the attempt, from 1."""

    item_id: int
    slot: int


class DrawError(ValueError):
    """A section has too few items; `section` is its index and `phrase` says what to do."""

    def __init__(self, section: int, phrase: Phrase) -> None:
        self.section = section
        self.phrase = phrase
        super().__init__(str(phrase))


def draw_items(pool: Sequence[PoolItem], plan: DrawPlan, seed: str) -> tuple[DrawnItem, ...]:
    """Return the items of one attempt by slot.

    Raises DrawError naming the first section that cannot be filled.
    """
    ranks = {item: _rank(item, seed) for item in {item.id: item for item in pool}.values()}
    ranked = sorted(ranks, key=ranks.__getitem__)
    seats: list[list[PoolItem]] = [[] for _ in plan.sections]
    room = sum(section.count for section in plan.sections)
    full: set[int] = set()
    extra = []
    for item in ranked:
        tried = set(full)
        if room and _seat(item, plan.sections, seats, tried):
            room -= 1
            continue
        # Every section this search reached is full, and so are all that its items could
        # move to: no later search can free a seat there.
        full = tried
        if item.mandatory:
            extra.append(item)
        elif not room:
            break
    if room:
        raise _short(plan, seats, ranked)
    ids = [item.id for seat in seats for item in sorted(seat, key=ranks.__getitem__)]
    ids += [item.id for item in extra]
    if plan.shuffle:
        ids.sort(key=lambda ident: _chance(seed, "slot", ident))
    return tuple(DrawnItem(ident, slot) for slot, ident in enumerate(ids, start=1))


def _rank(item: PoolItem, seed: str) -> tuple[bool, int, datetime, bytes]:
    return (
        not item.mandatory,
        item.seen_count,
        item.last_seen or NEVER,
        _chance(seed, "item", item.id),
    )


def _chance(seed: str, purpose: str, ident: int) -> bytes:
    return hashlib.sha256(f"{seed}:{purpose}:{ident}".encode()).digest()


def _seat(
    item: PoolItem, sections: Sequence[DrawSection], seats: list[list[PoolItem]], tried: set[int]
) -> bool:
    """Give `item` a seat, moving seated items to other sections where that frees one."""
    fitting = [n for n, section in enumerate(sections) if section.takes(item)]
    for n in fitting:
        if len(seats[n]) < sections[n].count:
            seats[n].append(item)
            return True
    for n in fitting:
        if n in tried:
            continue
        tried.add(n)
        for place, seated in enumerate(seats[n]):
            if _seat(seated, sections, seats, tried):
                seats[n][place] = item
                return True
    return False


def _short(plan: DrawPlan, seats: list[list[PoolItem]], ranked: Sequence[PoolItem]) -> DrawError:
    """Name the section that is short, with the number of items that fit it at all."""
    number = next(n for n, section in enumerate(plan.sections) if len(seats[n]) < section.count)
    section = plan.sections[number]
    words = {
        "section": number + 1,
        "principle": section.principle or "",
        "needed": section.count,
        "fitting": sum(section.takes(item) for item in ranked),
    }
    forms = _MESSAGES[section.principle is None, section.critical_only]
    return DrawError(number, counted_phrase(forms, section.count, words))


_MESSAGES = {
    (False, False): ngettext_noop(
        "Row %(section)s needs %(needed)s question on %(principle)s; the bank has "
        "%(fitting)s that fit. Add questions.",
        "Row %(section)s needs %(needed)s questions on %(principle)s; the bank has "
        "%(fitting)s that fit. Add questions or ask for fewer.",
    ),
    (False, True): ngettext_noop(
        "Row %(section)s needs %(needed)s critical question on %(principle)s; the bank "
        "has %(fitting)s that fit. Add questions.",
        "Row %(section)s needs %(needed)s critical questions on %(principle)s; the bank "
        "has %(fitting)s that fit. Add questions or ask for fewer.",
    ),
    (True, False): ngettext_noop(
        "Row %(section)s needs %(needed)s question; the bank has %(fitting)s that fit. "
        "Add questions.",
        "Row %(section)s needs %(needed)s questions; the bank has %(fitting)s that fit. "
        "Add questions or ask for fewer.",
    ),
    (True, True): ngettext_noop(
        "Row %(section)s needs %(needed)s critical question; the bank has %(fitting)s "
        "that fit. Add questions.",
        "Row %(section)s needs %(needed)s critical questions; the bank has %(fitting)s "
        "that fit. Add questions or ask for fewer.",
    ),
}
