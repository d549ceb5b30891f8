"""A number, right within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from items.kinds.kind import (
    ONE,
    ZERO,
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
    describe_blank,
    posted_text,
    stored_text,
)
from items.kinds.numerals import parse_numbers
from items.kinds.spec import ContentFields, Spec, read_common_fields
from items.phrases import Phrase, gettext_noop, verbatim

FIELD = "text"


@dataclass(frozen=True, kw_only=True)
class NumberSpec(Spec):
    """Right when |given − answer| ≤ tolerance. `unit` is shown beside the box."""

    answer: Decimal
    tolerance: Decimal
    unit: str
    reason_right: str
    reason_wrong: str


class NumberKind(ItemKind[NumberSpec]):
    """Stored response: ``{"text": as typed}``, so evidence shows what was written."""

    name = "number"
    instruction = gettext_noop("Write a number")

    def parse(self, content: object) -> NumberSpec:
        fields = ContentFields(content)
        return NumberSpec(
            **read_common_fields(fields, self.name),
            answer=fields.amount("answer", least=None),
            tolerance=fields.amount("tolerance", "0"),
            unit=fields.text("unit", ""),
            reason_right=fields.text("reason_right", ""),
            reason_wrong=fields.text("reason_wrong", ""),
        )

    def deal(self, spec: NumberSpec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: NumberSpec, order: Order, response: object) -> ItemFace:
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            typed=stored_text(response, "text"),
            unit=spec.unit,
        )

    def offer(self, order: Order) -> Offer:
        return {FIELD: None}

    def read(self, form: Form, order: Order) -> Response:
        text = posted_text(form, FIELD)
        return {"text": text} if text else {}

    def blank(self, response: object) -> bool:
        return not stored_text(response, "text").strip()

    def complaint(self, spec: NumberSpec, response: object) -> Phrase | None:
        if self.blank(response) or parse_numbers(stored_text(response, "text"), spec.unit):
            return None
        if spec.unit:
            return Phrase(
                gettext_noop("Write one number in %(unit)s, such as 85 or 416.67."),
                {"unit": spec.unit},
            )
        return Phrase(gettext_noop("Write one number, such as 85 or 416.67."))

    def earned(self, spec: NumberSpec, response: object) -> Decimal:
        given = parse_numbers(stored_text(response, "text"), spec.unit)
        near = any(abs(value - spec.answer) <= spec.tolerance for value in given)
        return ONE if near else ZERO

    def parts(self, spec: NumberSpec, response: object) -> tuple[GradedPart, ...]:
        if self.blank(response):
            return ()
        return (GradedPart("number", self.earned(spec, response) == ONE),)

    def reveal(self, spec: NumberSpec, response: object) -> Reveal:
        right = self.earned(spec, response) == ONE
        answered = not self.blank(response)
        part = RevealPart(
            id="number",
            text="",
            chosen=answered,
            right=right,
            yours=verbatim(stored_text(response, "text")) if answered else None,
            better=verbatim(f"{spec.answer:f} {spec.unit}".strip()),
            reason=spec.reason_right if right else spec.reason_wrong,
        )
        return Reveal(right, (part,), spec.feedback)

    def describe(self, spec: NumberSpec, response: object) -> tuple[Phrase, ...]:
        text = stored_text(response, "text").strip()
        return (verbatim(text),) if text else describe_blank()

    def guess(self, spec: NumberSpec) -> Decimal:
        return ZERO
