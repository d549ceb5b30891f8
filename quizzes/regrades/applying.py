"""Apply a regrade: a decision about a faulty version changes the marks of all who were asked it, once each.

A mark is never overwritten without trace: each new one is a MarkEvent that names the regrade, and an attempt
keeps its verdict from before in `result["corrections"]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction

from accounts.models import User
from items.models import ItemVersion
from ledger import bulk_rows, entries
from quizzes.attempts import marking, regrade_decisions, results, submitting
from quizzes.models import Attempt, MarkEvent, Regrade
from quizzes.models.attempts import CORRECTIONS
from quizzes.regrades import affected, dry_run, item_reports, notices
from quizzes.regrades.affected import AffectedAttempt, AttemptScore
from quizzes.regrades.consequences import Consequences, find_consequences, register_consequences
from quizzes.regrades.dry_run import RegradeChoice, RegradePlan
from quizzes.rules.regrading import BY_A_KEY, DROP, FULL_CREDIT
from quizzes.signals import pass_lost

__all__ = [
    "FactsChangedError",
    "OwnPassError",
    "RegradeChoice",
    "UnfitVersionError",
    "apply_regrade",
    "catch_up_regrade",
    "register_consequences",
]

REGRADED = "regraded"
CHUNK = 200


class FactsChangedError(Exception):
    """The confirmed dry run is out of date; `plan` is the current one. Nothing was changed."""

    def __init__(self, plan: RegradePlan) -> None:
        super().__init__("The facts have changed since the dry run.")
        self.plan = plan


class OwnPassError(Exception):
    """The correction would win or lose the author's own pass: somebody else has to apply it."""


class UnfitVersionError(ValueError):
    """The corrected version is missing, of another item, or not newer than the faulty one."""


@transaction.atomic
def apply_regrade(
    version: ItemVersion,
    choice: RegradeChoice,
    *,
    digest: str,
    reason: str,
    note: str,
    actor: User,
    at: datetime,
) -> Regrade:
    """Apply the dry run with this `digest`, in one transaction, and settle the open reports.

    Attempts that are open are marked by the decision when they are handed in. Raises
    FactsChangedError, OwnPassError and UnfitVersionError; then nothing was changed.
    """
    version = ItemVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    check_choice(version, choice)
    affected.lock_attempts(version)
    plan = dry_run.plan_regrade(version, choice)
    if plan.digest != digest:
        raise FactsChangedError(plan)
    if any(one.attempt.person_id == actor.pk for one in plan.changes if one.won or one.lost):
        raise OwnPassError
    if choice.option != Regrade.Option.NONE:
        _withdraw(version, at)
    regrade = _decide(version, choice, plan, reason=reason, note=note, actor=actor.actor, at=at)
    if choice.option != Regrade.Option.NONE:
        _correct(regrade, at=at)
        # Attempts handed in during this transaction were marked by the old key.
        transaction.on_commit(partial(catch_up_regrade, regrade.pk, at=at), robust=True)
    item_reports.settle_by_regrade(regrade, told={one.attempt.person_id for one in plan.changes})
    return regrade


def check_choice(version: ItemVersion, choice: RegradeChoice) -> None:
    """Raises UnfitVersionError unless the corrected version is a newer one of the same item, where one is needed."""
    corrected = choice.corrected
    if corrected is None:
        if choice.option in BY_A_KEY:
            raise UnfitVersionError
        return
    newer = corrected.item_id == version.item_id and corrected.number > version.number
    if not newer or choice.option in {FULL_CREDIT, DROP}:
        raise UnfitVersionError


@transaction.atomic
def catch_up_regrade(regrade_id: int, *, at: datetime) -> int:
    """Correct the attempts with this version that the regrade has missed; returns how many.

    An attempt handed in while the regrade was being written was marked by the old key. Safe to run at any
    time; an older regrade of the same version changes nothing any more.
    """
    regrade = Regrade.objects.select_related("version", "corrected").get(pk=regrade_id)
    counting = regrade_decisions.newest_decisions([regrade.version_id]).get(regrade.version_id)
    if counting is None or counting.regrade != regrade.pk:
        return 0
    affected.lock_attempts(regrade.version)
    return _correct(regrade, at=at)


def catch_up_regrades(*, at: datetime) -> int:
    """Run `catch_up_regrade` for every regrade that has missed an attempt. Returns how many were corrected."""
    return sum(catch_up_regrade(regrade, at=at) for regrade in find_unfinished_regrades())


def find_unfinished_regrades() -> list[int]:
    """The regrades that have not reached every attempt handed in with their version."""
    rows = Regrade.objects.exclude(option=Regrade.Option.NONE).select_related("version")
    counting = {row.version_id: row for row in rows.order_by("id")}
    return [
        row.pk
        for row in counting.values()
        if affected.missed_responses(row.version, row.pk).filter(mark__isnull=False).exists()
    ]


def _decide(
    version: ItemVersion,
    choice: RegradeChoice,
    plan: RegradePlan,
    *,
    reason: str,
    note: str,
    actor: str,
    at: datetime,
) -> Regrade:
    regrade = Regrade.objects.create(
        version=version,
        corrected=choice.corrected,
        option=choice.option,
        keep_passes=choice.keep_passes,
        reason=reason.strip(),
        note=note.strip(),
        counts=dict(plan.counts),
        at=at,
        actor=actor,
    )
    _enter(regrade)
    return regrade


def _withdraw(version: ItemVersion, at: datetime) -> None:
    """Withdraw the version: it is not drawn any more, and later submissions are marked by the decision."""
    if version.withdrawn_at is None:
        version.withdrawn_at = at
        version.save(update_fields=["withdrawn_at"])


def _correct(regrade: Regrade, *, at: datetime) -> int:
    """Write every new mark and verdict, and what follows. Needs the attempts locked."""
    decision = regrade_decisions.decision_from(regrade)
    rows = affected.judge_attempts_anew(regrade.version, decision, keep_passes=regrade.keep_passes)
    reached, changes = 0, []
    while chunk := list(islice(rows, CHUNK)):
        reached += _write(regrade, chunk, at=at)
        anew = [one for one in chunk if one.recorded_anew]
        entries.append_entries([_act(regrade, one, at) for one in anew], actor=regrade.actor)
        changes += [replace(one, responses=()) for one in anew if one.changed]
    for one in changes:
        notices.notify_of_regrade(regrade, one, at=at)
    _follow(regrade, find_consequences(changes), at=at)
    return reached


def _write(regrade: Regrade, chunk: Sequence[AffectedAttempt], *, at: datetime) -> int:
    """Append the marks, then let responses and attempts follow them. Returns how many marks."""
    # An answer that waits for a reviewer is marked by the decision when the reviewer is done.
    decided = [one for one in chunk if not one.remark.waiting]
    marks = MarkEvent.objects.bulk_create([_event(regrade, one, at) for one in decided])
    marked = [one for one in decided if not one.emptied]
    for one in marked:
        one.faulty.mark, one.faulty.max_mark = one.remark.mark, one.remark.max_mark
    bulk_rows.update_rows([one.faulty for one in marked], ["mark", "max_mark"])
    judged = [_judged(regrade, one, at) for one in marked if one.rejudged]
    bulk_rows.update_rows(judged, ["score", "max_score", "percent", "passed", "result"])
    _enter_marks(regrade, marks, judged, at=at)
    for one in marked:
        if one.waits:
            marking.conclude_marking(one.attempt, actor=regrade.actor, at=at)
    return len(decided)


def _event(regrade: Regrade, one: AffectedAttempt, at: datetime) -> MarkEvent:
    """The new mark; the old mark again where the attempt would have nothing left that counts (`emptied`)."""
    given = one.faulty.mark if one.emptied else one.remark.mark
    of = one.faulty.max_mark if one.emptied else one.remark.max_mark
    return MarkEvent(
        response=one.faulty,
        version_id=regrade.corrected_id or regrade.version_id,
        regrade=regrade,
        mark=given or Decimal(0),
        max_mark=of,
        reason=REGRADED,
        at=at,
        actor=regrade.actor,
    )


def _judged(regrade: Regrade, one: AffectedAttempt, at: datetime) -> Attempt:
    """The attempt with its new verdict; the old one stays in it as evidence."""
    attempt, rejudged = one.attempt, one.rejudged
    if rejudged is None:
        raise ValueError("This attempt has no new verdict.")
    old = attempt.result
    before = {name: value for name, value in old.items() if name != CORRECTIONS}
    results.write_result(attempt, rejudged.result, one.responses, one.rules)
    attempt.passed = rejudged.passed
    corrections = list(old.get(CORRECTIONS, ()))
    if one.recorded_anew:
        corrections.append(
            {
                "regrade": regrade.pk,
                "at": at.isoformat(),
                "kept": rejudged.kept,
                "before": {**_numbers(one.before), "result": before},
                "after": _numbers(one.after),
            }
        )
    attempt.result = {**before, **attempt.result, CORRECTIONS: corrections}
    return attempt


def _numbers(standing: AttemptScore) -> dict[str, Any]:
    return {
        "score": str(standing.score),
        "max_score": str(standing.max_score),
        "percent": str(standing.percent),
        "told": standing.told,
        "passed": standing.passed,
    }


def _follow(regrade: Regrade, found: Consequences, *, at: datetime) -> None:
    """New passes complete their course from the day they were earned; lost ones are told to the rooms above."""
    for one in found.completing:
        submitting.complete_course(one.attempt, actor=regrade.actor)
    for one in found.gone:
        pass_lost.send(
            sender=Attempt,
            attempt=one.attempt,
            reason=regrade.reason,
            actor=regrade.actor,
            at=at,
        )


def _enter(regrade: Regrade) -> None:
    item, corrected = regrade.version.item, regrade.corrected
    entries.append_entry(
        kind="item.regraded",
        subject=f"item:{item.full_code}",
        actor=regrade.actor,
        at=regrade.at,
        data={
            "regrade": regrade.pk,
            "number": regrade.version.number,
            "corrected": corrected.number if corrected else None,
            "option": regrade.option,
            "keep_passes": regrade.keep_passes,
            "counts": regrade.counts,
        },
        facts=[regrade, regrade.version],
    )


def _enter_marks(
    regrade: Regrade, marks: Sequence[MarkEvent], judged: Sequence[Attempt], *, at: datetime
) -> None:
    if marks:
        entries.append_entry(
            kind="marks.corrected",
            subject=f"item:{regrade.version.item.full_code}",
            actor=regrade.actor,
            at=at,
            data={"regrade": regrade.pk, "marks": len(marks)},
            facts=[*marks, *judged],
        )


def _act(regrade: Regrade, one: AffectedAttempt, at: datetime) -> dict[str, Any]:
    return {
        "kind": "attempt.regraded",
        "subject": f"attempt:{one.attempt.uuid}",
        "at": at,
        "data": {
            "regrade": regrade.pk,
            "before": _numbers(one.before),
            "after": _numbers(one.after),
        },
    }
