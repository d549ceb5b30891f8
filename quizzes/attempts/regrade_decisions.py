"""What was decided about faulty item versions: the newest regrade of each that changes marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from items.kinds.content import parse
from items.kinds.spec import Spec
from items.models import ItemVersion
from quizzes.models import Regrade, Response
from quizzes.rules.grading import MarkedItem
from quizzes.rules.regrading import NONE, WITHDRAWN, Decision, Settled, remark


def about(version: ItemVersion) -> Decision | None:
    """The decision about a version, None for a version that is not withdrawn (then without a query)."""
    if version.withdrawn_at is None:
        return None
    return newest([version.pk]).get(version.pk, WITHDRAWN)


def marked(response: Response, asked: Spec, decision: Decision) -> Settled:
    """The stored answer as the decision marks it. Needs the response's `version__principle`."""
    found = remark(asked, response.answer, decision)
    item = settled(response, found.mark, found.max_mark, right=found.right)
    return replace(item, waiting=found.waiting, by=decision)


def settled(response: Response, mark: Decimal, of: Decimal, *, right: bool) -> Settled:
    """A question with a known mark, for judging its attempt. Needs the response's `version__principle`."""
    version = response.version
    return Settled(
        slot=response.slot,
        principle=version.principle.code if version.principle else "",
        points=of,
        critical=version.critical,
        given=mark,
        counts_as_right=right,
    )


def by(response: Response, item: MarkedItem) -> dict[str, int | None]:
    """The MarkEvent fields that say by which version, and after which regrade, an item was marked."""
    decision = item.by if isinstance(item, Settled) else None
    if decision is None:
        return {"version_id": response.version_id}
    return {
        "version_id": decision.version or response.version_id,
        "regrade_id": decision.regrade,
    }


def newest(version_ids: Iterable[int]) -> dict[int, Decision]:
    """The decision that counts for each of these versions; those without one are left out. One query."""
    rows = (
        Regrade.objects.filter(version__in=list(version_ids))
        .exclude(option=NONE)
        .select_related("corrected")
        .order_by("id")
    )
    return {row.version_id: of(row) for row in rows}


def of(regrade: Regrade) -> Decision:
    """The decision that a regrade records."""
    return decide(regrade.option, regrade.corrected, regrade.pk)


def decide(option: str, corrected: ItemVersion | None, regrade: int | None = None) -> Decision:
    """A decision from its parts; `regrade` is None for one that is not recorded (a dry run)."""
    if corrected is None:
        return Decision(option, regrade=regrade)
    return Decision(option, parse(corrected.content), regrade, corrected.pk)
