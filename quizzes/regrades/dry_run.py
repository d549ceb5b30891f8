"""The dry run of a regrade: what it would change. Writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from items.models import ItemVersion
from items.publishing import canonical_json
from quizzes.attempts import regrade_decisions
from quizzes.models import Attempt, Regrade, Response
from quizzes.regrades import consequences
from quizzes.regrades.affected import AffectedAttempt, judge_attempts_anew
from quizzes.regrades.consequences import Consequences


@dataclass(frozen=True)
class RegradeChoice:
    """What an author chose to do about a faulty version."""

    option: str
    corrected: ItemVersion | None = None
    keep_passes: bool = True


@dataclass(frozen=True)
class RegradePlan:
    """The result of a dry run. `changes` are the attempts whose score or pass changes, passes first.

    `counts` holds the number of attempts of each sort: `open` ones are marked by the correction when
    they are handed in, `waiting` ones when their reviewer is done, `emptied` ones keep their score, and
    `unreadable` answers cannot be read by the corrected version. `last` is the newest regrade until now.
    """

    version: ItemVersion
    choice: RegradeChoice
    changes: Sequence[AffectedAttempt]
    counts: Mapping[str, int]
    last: int | None

    @cached_property
    def consequences(self) -> Consequences:
        return consequences.find_consequences(self.changes)

    @cached_property
    def digest(self) -> str:
        """A hash of everything the author was shown: whose scores and passes change, from what to what."""
        corrected = self.choice.corrected
        told: dict[str, Any] = {
            "version": [self.version.pk, self.last],
            "option": self.choice.option,
            "corrected": corrected.pk if corrected else None,
            "keep_passes": self.choice.keep_passes,
            "rows": sorted(_row(one) for one in self.changes),
        }
        return hashlib.sha256(canonical_json(told).encode()).hexdigest()


def plan_regrade(version: ItemVersion, choice: RegradeChoice) -> RegradePlan:
    """Judge every attempt with this version anew, as things are now."""
    rows: Iterable[AffectedAttempt] = ()
    if choice.option != Regrade.Option.NONE:
        decision = regrade_decisions.build_decision(choice.option, choice.corrected)
        rows = judge_attempts_anew(version, decision, keep_passes=choice.keep_passes)
    counts = Counter[str](dict.fromkeys(SORTS, 0))
    changes = []
    for one in rows:
        counts.update(name for name, fits in SORTS.items() if fits(one))
        if one.changed:
            # Thousands of attempts may change: their answers are dropped to save memory.
            changes.append(replace(one, responses=()))
    changes.sort(key=lambda one: (not one.won, not one.lost, one.attempt.pk))
    asked = Response.objects.filter(version=version, attempt__state=Attempt.State.OPEN)
    last = Regrade.objects.filter(version=version).order_by("-id").values_list("pk", flat=True)
    return RegradePlan(version, choice, changes, {**counts, "open": asked.count()}, last.first())


SORTS = {
    "answers": lambda one: True,
    "scores": lambda one: one.scored_anew,
    "passes_won": lambda one: one.won,
    "passes_lost": lambda one: one.lost,
    "passes_kept": lambda one: one.kept,
    "waiting": lambda one: one.waits,
    "emptied": lambda one: one.emptied,
    "unreadable": lambda one: not one.remark.readable,
}


def _row(one: AffectedAttempt) -> list[str]:
    before, after = one.before, one.after
    told = [*before.points, before.passed, *after.points, after.passed]
    return [str(one.attempt.uuid), *map(str, told)]
