"""Give every row one of several targets: matching, sorting into groups, rating a post."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import ClassVar

from items.kinds.kind import (
    ONE,
    ZERO,
    AnswerControl,
    Dealt,
    Form,
    GradedPart,
    ItemFace,
    ItemKind,
    Offer,
    Order,
    Response,
    Reveal,
    RevealPart,
    deal_group,
    describe_blank,
    divide_or_zero,
    ids_by_token,
    posted_value,
    stored_pairs,
)
from items.kinds.spec import ContentFields, ItemLabel, Spec, read_common_fields, require_distinct
from items.phrases import Phrase, gettext_noop, verbatim

ROW, TARGET = "row", "target"
PREFIX = "match-"
EXACT, NEAR = "exact", "near"
NOT_OFFERED = gettext_noop("Choose one of the rows offered.")
OFF_SCALE = gettext_noop("Write one of the points of the scale, in the same words.")


@dataclass(frozen=True)
class PairingRow:
    """One row to assign; `target` is the id of its right target."""

    id: str
    text: str
    target: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PairingSpec(Spec):
    """Rows and the targets they may go to; a target may take any number of rows."""

    rows: tuple[PairingRow, ...]
    targets: tuple[ItemLabel, ...]
    reason: str = ""
    credit: str = EXACT
    passage: str = ""


class PairingKind(ItemKind[PairingSpec]):
    """Credit: the mean over rows. Stored: ``{"matches": {row id: target id}}``.

    Form: one ``match-<row token>`` per row, holding a target token or nothing.
    """

    prefix = PREFIX
    shuffle_targets: ClassVar[bool] = True

    @abstractmethod
    def parse(self, content: object) -> PairingSpec:
        """Return the spec; the names of the content differ from kind to kind."""

    def deal(self, spec: PairingSpec, rng: Random) -> list[Dealt]:
        rows = deal_group((row.id for row in spec.rows), ROW, rng)
        targets = (target.id for target in spec.targets)
        return rows + deal_group(targets, TARGET, rng, shuffle=self.shuffle_targets)

    def face(self, spec: PairingSpec, order: Order, response: object) -> ItemFace:
        texts = {row.id: row.text for row in spec.rows}
        names = {target.id: target.text for target in spec.targets}
        targets = ids_by_token(order, TARGET)
        tokens = {ident: token for token, ident in targets.items()}
        given = _matches(spec, response)
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            choices=tuple(
                AnswerControl(
                    token,
                    texts[ident],
                    PREFIX + token,
                    tokens.get(given.get(ident, ""), ""),
                    ident in given,
                )
                for token, ident in ids_by_token(order, ROW).items()
                if ident in texts
            ),
            targets=tuple(
                AnswerControl(token, names[ident])
                for token, ident in targets.items()
                if ident in names
            ),
            passage=spec.passage,
        )

    def offer(self, order: Order) -> Offer:
        targets = frozenset(ids_by_token(order, TARGET))
        return {PREFIX + token: targets for token in ids_by_token(order, ROW)}

    def read(self, form: Form, order: Order) -> Response:
        targets = ids_by_token(order, TARGET)
        matches = {
            ident: targets[posted_value(form, PREFIX + token)]
            for token, ident in ids_by_token(order, ROW).items()
            if posted_value(form, PREFIX + token) in targets
        }
        return {"matches": matches} if matches else {}

    def blank(self, response: object) -> bool:
        return not stored_pairs(response, "matches")

    def complaint(self, spec: PairingSpec, response: object) -> Phrase | None:
        missing = len(spec.rows) - len(_matches(spec, response))
        if self.blank(response) or not missing:
            return None
        return Phrase(gettext_noop("Rows still open: %(missing)s."), {"missing": missing})

    def earned(self, spec: PairingSpec, response: object) -> Decimal:
        given = _matches(spec, response)
        credits = (_credit(spec, row, given.get(row.id)) for row in spec.rows)
        return sum(credits, ZERO) / len(spec.rows)

    def parts(self, spec: PairingSpec, response: object) -> tuple[GradedPart, ...]:
        given = _matches(spec, response)
        return tuple(GradedPart(r.id, given.get(r.id) == r.target) for r in spec.rows)

    def reveal(self, spec: PairingSpec, response: object) -> Reveal:
        given = _matches(spec, response)
        names = {target.id: target.text for target in spec.targets}
        parts = (
            RevealPart(
                id=row.id,
                text=row.text,
                chosen=row.id in given,
                right=given.get(row.id) == row.target,
                yours=verbatim(names[given[row.id]]) if row.id in given else None,
                better=verbatim(names[row.target]),
                reason=row.reason,
            )
            for row in spec.rows
        )
        words = " ".join(filter(None, (spec.reason, spec.feedback)))
        return Reveal(self.grade(spec, response).correct, tuple(parts), words)

    def describe(self, spec: PairingSpec, response: object) -> tuple[Phrase, ...]:
        given = _matches(spec, response)
        names = {target.id: target.text for target in spec.targets}
        lines = tuple(
            Phrase("%(left)s: %(right)s", {"left": row.text, "right": names[given[row.id]]})
            for row in spec.rows
            if row.id in given
        )
        return lines or describe_blank()

    def guess(self, spec: PairingSpec) -> Decimal | None:
        if spec.credit == NEAR:
            return None
        return divide_or_zero(1, len(spec.targets))


class MatchingKind(PairingKind):
    """Match each left side with its right side; extra right sides are distractors."""

    name = "matching"
    instruction = gettext_noop("Choose a match for each. A choice may be used again")

    def parse(self, content: object) -> PairingSpec:
        fields = ContentFields(content)
        targets = fields.labels("rights")
        return PairingSpec(
            **read_common_fields(fields, self.name),
            rows=_rows(fields, "pairs", ("left", "right_id"), targets),
            targets=targets,
            reason=fields.text("reason", ""),
        )


class CategoriseKind(PairingKind):
    """Sort rows into groups, which keep the author's order."""

    name = "categorise"
    instruction = gettext_noop("Choose a group for each")
    shuffle_targets = False

    def parse(self, content: object) -> PairingSpec:
        fields = ContentFields(content)
        targets = fields.labels("categories")
        return PairingSpec(
            **read_common_fields(fields, self.name),
            rows=_rows(fields, "items", ("text", "category_id"), targets),
            targets=targets,
            reason=fields.text("reason", ""),
        )


class RatePostKind(PairingKind):
    """Rate a post on one scale, point by point, against an expert's rating.

    Credit *exact* pays for the expert's point only, *near* pays
    1 − steps away ÷ (points on the scale − 1): on a scale of five, one step off earns
    3/4.
    """

    name = "rate_post"
    instruction = gettext_noop("Rate the post on each point")
    shuffle_targets = False

    def parse(self, content: object) -> PairingSpec:
        fields = ContentFields(content)
        targets = fields.labels("scale")
        return PairingSpec(
            **read_common_fields(fields, self.name),
            rows=_rows(fields, "aspects", ("text", "expert_id"), targets, OFF_SCALE),
            targets=targets,
            reason=fields.text("reason", ""),
            credit=fields.word("credit", (EXACT, NEAR), NEAR),
            passage=fields.text("post"),
        )

    def deal(self, spec: PairingSpec, rng: Random) -> list[Dealt]:
        # The aspects of a post are shown in the author's order.
        rows = deal_group((row.id for row in spec.rows), ROW, rng, shuffle=False)
        targets = (target.id for target in spec.targets)
        return rows + deal_group(targets, TARGET, rng, shuffle=False)


def _rows(
    fields: ContentFields,
    name: str,
    names: tuple[str, str],
    targets: tuple[ItemLabel, ...],
    unknown: str = NOT_OFFERED,
) -> tuple[PairingRow, ...]:
    known = {target.id for target in targets}
    text, target = names
    found = fields.rows(name)
    for row in found:
        if row.ident(target) not in known:
            raise row.fault(target, unknown)
    require_distinct(found, (row.ident() for row in found))
    return tuple(
        PairingRow(row.ident(), row.text(text), row.ident(target), row.text("reason", ""))
        for row in found
    )


def _matches(spec: PairingSpec, response: object) -> dict[str, str]:
    """Return known row → known target."""
    known = {target.id for target in spec.targets}
    stored = stored_pairs(response, "matches")
    return {r.id: stored[r.id] for r in spec.rows if stored.get(r.id) in known}


def _credit(spec: PairingSpec, row: PairingRow, given: str | None) -> Decimal:
    if given is None:
        return ZERO
    if spec.credit == EXACT:
        return ONE if given == row.target else ZERO
    points = [target.id for target in spec.targets]
    steps = abs(points.index(given) - points.index(row.target))
    return ONE - divide_or_zero(steps, len(points) - 1)
