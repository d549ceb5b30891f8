"""What was decided about faulty item versions: the newest regrade of each that changes marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from items.kinds.content import parse_content
from items.kinds.spec import Spec
from items.models import ItemVersion
from quizzes.models import Regrade, Response
from quizzes.rules.grading import MarkedItem
from quizzes.rules.regrading import NONE, WITHDRAWN, RegradeDecision, SettledItem, remark_answer


def decision_for(version: ItemVersion) -> RegradeDecision | None:
    """The decision about a version, None for a version that is not withdrawn (then without a query)."""
    if version.withdrawn_at is None:
        return None
    return newest_decisions([version.pk]).get(version.pk, WITHDRAWN)


def mark_by_decision(response: Response, asked: Spec, decision: RegradeDecision) -> SettledItem:
    """The stored answer as the decision marks it. Needs the response's `version__principle`."""
    found = remark_answer(asked, response.answer, decision)
    item = settled_item(response, found.mark, found.max_mark, right=found.right)
    return replace(item, waiting=found.waiting, by=decision)


def settled_item(response: Response, mark: Decimal, of: Decimal, *, right: bool) -> SettledItem:
    """A question with a known mark, for judging its attempt. Needs the response's `version__principle`."""
    version = response.version
    return SettledItem(
        slot=response.slot,
        principle=version.principle.code if version.principle else "",
        points=of,
        critical=version.critical,
        given=mark,
        counts_as_right=right,
    )


def mark_event_fields(response: Response, item: MarkedItem) -> dict[str, int | None]:
    """The MarkEvent fields that say by which version, and after which regrade, an item was marked."""
    decision = item.by if isinstance(item, SettledItem) else None
    if decision is None:
        return {"version_id": response.version_id}
    return {
        "version_id": decision.version or response.version_id,
        "regrade_id": decision.regrade,
    }


def newest_decisions(version_ids: Iterable[int]) -> dict[int, RegradeDecision]:
    """The decision that counts for each of these versions; those without one are left out. One query."""
    rows = (
        Regrade.objects.filter(version__in=list(version_ids))
        .exclude(option=NONE)
        .select_related("corrected")
        .order_by("id")
    )
    return {row.version_id: decision_from(row) for row in rows}


def decision_from(regrade: Regrade) -> RegradeDecision:
    """The decision that a regrade records."""
    return build_decision(regrade.option, regrade.corrected, regrade.pk)


def build_decision(
    option: str, corrected: ItemVersion | None, regrade: int | None = None
) -> RegradeDecision:
    """A decision from its parts; `regrade` is None for one that is not recorded (a dry run)."""
    if corrected is None:
        return RegradeDecision(option, regrade=regrade)
    return RegradeDecision(option, parse_content(corrected.content), regrade, corrected.pk)
