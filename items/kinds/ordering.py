"""Put rows in order: steps by time, and choices by priority.

Credit *exact*: all or nothing. Credit *distance*::

    1 − Σ |place given − right place| ÷ ⌊n² ÷ 2⌋

The divisor is the greatest sum any arrangement of n rows can have (full reversal), so
reversal earns 0; with four rows, swapping two neighbours earns 1 − 2/8 = 3/4 (Spearman's
footrule). A row with no place, or with a place another row also claims, counts as far
away as it can be, so claiming a place twice never earns more than choosing one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

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
)
from items.kinds.spec import ContentFields, ItemLabel, Spec, read_common_fields
from items.phrases import Phrase, gettext_noop

GROUP = "step"
PREFIX = "pos-"
EXACT, DISTANCE = "exact", "distance"


@dataclass(frozen=True)
class OrderingStep(ItemLabel):
    """One row; `reason` says why it has its place in the order."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderingSpec(Spec):
    """`steps` in the right order."""

    steps: tuple[OrderingStep, ...]
    reason: str
    credit: str


class OrderingKind(ItemKind[OrderingSpec]):
    """Stored response: ``{"places": {step id: place from 1}}``.

    Form: one ``pos-<token>`` per step, holding "1" to "n" or nothing.
    """

    name = "ordering"
    instruction = gettext_noop("Give each step its place")
    credit = EXACT
    prefix = PREFIX

    def parse(self, content: object) -> OrderingSpec:
        fields = ContentFields(content)
        return OrderingSpec(
            **read_common_fields(fields, self.name),
            steps=_steps(fields),
            reason=fields.text("reason", ""),
            credit=fields.word("credit", (EXACT, DISTANCE), self.credit),
        )

    def deal(self, spec: OrderingSpec, rng: Random) -> list[Dealt]:
        ids = [step.id for step in spec.steps]
        order = deal_group(ids, GROUP, rng)
        if [row["id"] for row in order] == ids:
            # A question dealt in the right order would show its answer, so that order is rotated.
            order.append(order.pop(0))
        return order

    def face(self, spec: OrderingSpec, order: Order, response: object) -> ItemFace:
        texts = {step.id: step.text for step in spec.steps}
        places = _places(spec, response)
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
                    str(places.get(ident, "")),
                    ident in places,
                )
                for token, ident in ids_by_token(order, GROUP).items()
                if ident in texts
            ),
            targets=tuple(
                AnswerControl(str(place), str(place)) for place in range(1, len(spec.steps) + 1)
            ),
        )

    def offer(self, order: Order) -> Offer:
        tokens = ids_by_token(order, GROUP)
        places = frozenset(str(place) for place in range(1, len(tokens) + 1))
        return {PREFIX + token: places for token in tokens}

    def read(self, form: Form, order: Order) -> Response:
        ids = ids_by_token(order, GROUP)
        allowed = {str(place): place for place in range(1, len(ids) + 1)}
        places = {
            ident: allowed[posted_value(form, PREFIX + token)]
            for token, ident in ids.items()
            if posted_value(form, PREFIX + token) in allowed
        }
        return {"places": places} if places else {}

    def blank(self, response: object) -> bool:
        return not _stored(response)

    def complaint(self, spec: OrderingSpec, response: object) -> Phrase | None:
        places = _places(spec, response)
        if not places:
            return None
        place, claims = Counter(places.values()).most_common(1)[0]
        if claims > 1:
            return Phrase(
                gettext_noop("Place %(place)s is used twice. Give each row its own."),
                {"place": place},
            )
        if len(places) < len(spec.steps):
            return Phrase(gettext_noop("Give every row a place."))
        return None

    def earned(self, spec: OrderingSpec, response: object) -> Decimal:
        size = len(spec.steps)
        away = sum(_distances(spec, response))
        if spec.credit == EXACT:
            return ZERO if away else ONE
        return ONE - divide_or_zero(away, size * size // 2)

    def parts(self, spec: OrderingSpec, response: object) -> tuple[GradedPart, ...]:
        away = _distances(spec, response)
        return tuple(
            GradedPart(step.id, distance == 0)
            for step, distance in zip(spec.steps, away, strict=True)
        )

    def reveal(self, spec: OrderingSpec, response: object) -> Reveal:
        places = _places(spec, response)
        rows = zip(spec.steps, self.parts(spec, response), strict=True)
        parts = [
            RevealPart(
                id=step.id,
                text=step.text,
                chosen=step.id in places,
                right=part.right,
                yours=_place(places[step.id]) if step.id in places else None,
                better=_place(right),
                reason=step.reason,
            )
            for right, (step, part) in enumerate(rows, start=1)
        ]
        # Rows in the right order would reveal the key where policy withholds it, so sort by the answer.
        parts.sort(key=lambda part: (places.get(part.id, len(parts) + 1), part.text))
        words = " ".join(filter(None, (spec.reason, spec.feedback)))
        return Reveal(self.grade(spec, response).correct, tuple(parts), words)

    def describe(self, spec: OrderingSpec, response: object) -> tuple[Phrase, ...]:
        places = _places(spec, response)
        placed = [step for step in spec.steps if step.id in places]
        placed.sort(key=lambda step: (places[step.id], step.text))
        lines = tuple(
            Phrase("%(place)s. %(words)s", {"place": places[s.id], "words": s.text}) for s in placed
        )
        return lines or describe_blank()

    def guess(self, spec: OrderingSpec) -> Decimal | None:
        """The mean footrule of a random order is (n² − 1) ÷ 3 (Diaconis, Graham 1977)."""
        size = len(spec.steps)
        if spec.credit == DISTANCE:
            return ONE - divide_or_zero(size * size - 1, 3) / (size * size // 2)
        chance = ONE
        for places in range(2, size + 1):
            chance /= places
        return chance


class RankingKind(OrderingKind):
    """Rank choices from best to worst: an ordering whose default credit is *distance*."""

    name = "ranking"
    instruction = gettext_noop("Rank these from first to last")
    credit = DISTANCE


def _steps(fields: ContentFields) -> tuple[OrderingStep, ...]:
    labels = fields.labels("steps")
    rows = zip(labels, fields.rows("steps"), strict=True)
    return tuple(OrderingStep(label.id, label.text, row.text("reason", "")) for label, row in rows)


def _stored(response: object) -> dict[str, Any]:
    value = response.get("places") if isinstance(response, dict) else None
    return value if isinstance(value, dict) else {}


def _places(spec: OrderingSpec, response: object) -> dict[str, int]:
    """Return the usable places: known steps, whole numbers from 1 to n."""
    stored = _stored(response)
    allowed = range(1, len(spec.steps) + 1)
    return {
        step.id: stored[step.id]
        for step in spec.steps
        if type(stored.get(step.id)) is int and stored[step.id] in allowed
    }


def _distances(spec: OrderingSpec, response: object) -> list[int]:
    places = _places(spec, response)
    claims = Counter(places.values())
    size = len(spec.steps)
    return [
        abs(places[step.id] - right)
        if claims[places.get(step.id, 0)] == 1
        else max(right - 1, size - right)
        for right, step in enumerate(spec.steps, start=1)
    ]


def _place(place: int) -> Phrase:
    return Phrase(gettext_noop("Place %(place)s"), {"place": place})
