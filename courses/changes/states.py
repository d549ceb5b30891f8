"""What a release counts as, by what was said about it: folded from facts, no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class ChangeStage(StrEnum):
    """Where a release stands: only a confirmed material change can affect anybody."""

    SETTLED = "settled"
    WAITING = "waiting"
    RETURNED = "returned"
    REFUSED = "refused"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """One thing that was said: proposed, confirmed, refused or returned."""

    what: str
    actor: str
    note: str = ""
    principles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeState:
    """The stage, what holders read, what they catch up on (nothing named: the whole course), and who proposed it."""

    stage: ChangeStage
    note: str = ""
    principles: tuple[int, ...] = ()
    proposers: frozenset[str] = frozenset()

    @property
    def may_be_proposed(self) -> bool:
        """Whether somebody may say that it is material after all, or once more."""
        return self.stage not in {ChangeStage.WAITING, ChangeStage.CONFIRMED}

    @property
    def is_base(self) -> bool:
        """Whether later changes are compared with it: what was sent back counts to the change that follows."""
        return self.stage not in {ChangeStage.WAITING, ChangeStage.RETURNED}


def fold_change(
    number: int, *, is_material: bool, actor: str, note: str, facts: Iterable[ChangeFact]
) -> ChangeState:
    """The state of release `number`, published by `actor` as a material change or as another, after `facts`.

    The first release changes nothing for anybody. Once confirmed it stays so.
    """
    waits = is_material and number > 1
    state = ChangeState(
        ChangeStage.WAITING if waits else ChangeStage.SETTLED, note, (), frozenset({actor})
    )
    for fact in facts:
        state = _after(state, fact)
    return state


def _after(state: ChangeState, fact: ChangeFact) -> ChangeState:
    if state.stage is ChangeStage.CONFIRMED:
        return state
    if fact.what == "proposed":
        said = state.proposers | {fact.actor}
        return replace(
            state, stage=ChangeStage.WAITING, note=fact.note or state.note, proposers=said
        )
    return replace(state, stage=ChangeStage(fact.what), principles=fact.principles)


def join_principles(states: Iterable[ChangeState]) -> frozenset[int] | None:
    """What somebody catches up on after these confirmed changes; None: on the whole course."""
    told = [state.principles for state in states]
    if not told or not all(told):
        return None
    return frozenset(principle for principles in told for principle in principles)
