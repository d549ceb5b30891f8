"""True or false, alone and with a stated confidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

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
    describe_blank,
    posted_value,
    stored_text,
)
from items.kinds.spec import ContentFields, Spec, read_common_fields
from items.phrases import Phrase, gettext_noop

FIELD = "choice"
CONFIDENCE = "confidence"
WORDS = {"true": gettext_noop("True"), "false": gettext_noop("False")}
SURENESS = {
    "guess": gettext_noop("I am guessing"),
    "fair": gettext_noop("I am fairly sure"),
    "sure": gettext_noop("I am sure"),
}
BELIEF = {"guess": Decimal("0.5"), "fair": Decimal("0.75"), "sure": ONE}
ANSWER, QUADRATIC = "answer", "quadratic"
NOTES = {
    ANSWER: gettext_noop("How sure you are does not change your points."),
    QUADRATIC: gettext_noop(
        "Sure and right earns all of the points, sure and wrong none. Fairly sure earns 94%% or 44%% of them. "
        "A guess earns 75%% either way, so say what you really think."
    ),
}


@dataclass(frozen=True, kw_only=True)
class TrueFalseSpec(Spec):
    """A statement that is true or false, with a reason for either answer."""

    answer: bool
    reason_true: str
    reason_false: str
    credit: str = ANSWER

    @property
    def key(self) -> str:
        """The right answer as it is stored."""
        return "true" if self.answer else "false"


class TrueFalseKind(ItemKind[TrueFalseSpec]):
    """Stored response: ``{"choice": "true" | "false"}``, without tokens, as the order reveals nothing."""

    name = "true_false"
    instruction = gettext_noop("Choose true or false")

    def parse(self, content: object) -> TrueFalseSpec:
        fields = ContentFields(content)
        return TrueFalseSpec(
            **read_common_fields(fields, self.name),
            answer=fields.flag("answer"),
            reason_true=fields.text("reason_true", ""),
            reason_false=fields.text("reason_false", ""),
        )

    def deal(self, spec: TrueFalseSpec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: TrueFalseSpec, order: Order, response: object) -> ItemFace:
        picked = stored_text(response, "choice")
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            choices=tuple(
                AnswerControl(word, text, FIELD, word, word == picked)
                for word, text in WORDS.items()
            ),
        )

    def offer(self, order: Order) -> Offer:
        return {FIELD: frozenset(WORDS)}

    def read(self, form: Form, order: Order) -> Response:
        word = posted_value(form, FIELD)
        return {"choice": word} if word in WORDS else {}

    def blank(self, response: object) -> bool:
        return stored_text(response, "choice") not in WORDS

    def earned(self, spec: TrueFalseSpec, response: object) -> Decimal:
        return ONE if stored_text(response, "choice") == spec.key else ZERO

    def parts(self, spec: TrueFalseSpec, response: object) -> tuple[GradedPart, ...]:
        picked = stored_text(response, "choice")
        return (GradedPart(picked, picked == spec.key),) if picked in WORDS else ()

    def reveal(self, spec: TrueFalseSpec, response: object) -> Reveal:
        picked = stored_text(response, "choice")
        reasons = {"true": spec.reason_true, "false": spec.reason_false}
        parts = (
            RevealPart(
                id=word,
                text=text,
                chosen=word == picked,
                right=word == spec.key,
                reason=reasons[word],
            )
            for word, text in WORDS.items()
        )
        return Reveal(picked == spec.key, tuple(parts), spec.feedback)

    def describe(self, spec: TrueFalseSpec, response: object) -> tuple[Phrase, ...]:
        picked = WORDS.get(stored_text(response, "choice"))
        return (Phrase(picked),) if picked else describe_blank()

    def guess(self, spec: TrueFalseSpec) -> Decimal:
        return BELIEF["guess"]


class ConfidenceKind(TrueFalseKind):
    """True or false with "how sure are you": ``{"choice", "confidence"}``.

    Credit *answer* (the default): the confidence does not change the mark. Credit
    *quadratic* (Brier's rule, 1 − (1 − p)² when right and 1 − p² when
    wrong, with p = 0.5, 0.75, 1), where honesty pays best:

    ===== ======= ======== ======
    right  guess   fair     sure
    ===== ======= ======== ======
    yes    0.75    0.9375   1
    no     0.75    0.4375   0
    ===== ======= ======== ======

    Right means the answer is right, whatever the mark. An answer without a stated
    confidence counts as a guess.
    """

    name = "confidence"
    instruction = gettext_noop("Choose true or false, then say how sure you are")

    def parse(self, content: object) -> TrueFalseSpec:
        fields = ContentFields(content)
        return TrueFalseSpec(
            **read_common_fields(fields, self.name),
            answer=fields.flag("answer"),
            reason_true=fields.text("reason_true", ""),
            reason_false=fields.text("reason_false", ""),
            credit=fields.word("credit", (ANSWER, QUADRATIC), ANSWER),
        )

    def face(self, spec: TrueFalseSpec, order: Order, response: object) -> ItemFace:
        face = super().face(spec, order, response)
        sureness = stored_text(response, CONFIDENCE)
        levels = tuple(
            AnswerControl(word, text, CONFIDENCE, word, word == sureness)
            for word, text in SURENESS.items()
        )
        return replace(face, targets=levels, note=Phrase(NOTES[spec.credit]))

    def offer(self, order: Order) -> Offer:
        return {**super().offer(order), CONFIDENCE: frozenset(SURENESS)}

    def read(self, form: Form, order: Order) -> Response:
        response = super().read(form, order)
        sureness = posted_value(form, CONFIDENCE)
        if sureness in SURENESS:
            response[CONFIDENCE] = sureness
        return response

    def complaint(self, spec: TrueFalseSpec, response: object) -> Phrase | None:
        if self.blank(response) or stored_text(response, CONFIDENCE) in SURENESS:
            return None
        return Phrase(gettext_noop("Say how sure you are."))

    def earned(self, spec: TrueFalseSpec, response: object) -> Decimal:
        right = stored_text(response, "choice") == spec.key
        if spec.credit == ANSWER:
            return ONE if right else ZERO
        belief = BELIEF.get(stored_text(response, CONFIDENCE), BELIEF["guess"])
        return ONE - ((ONE - belief) ** 2 if right else belief**2)

    def correct(self, spec: TrueFalseSpec, response: object, fraction: Decimal) -> bool:
        return stored_text(response, "choice") == spec.key

    def describe(self, spec: TrueFalseSpec, response: object) -> tuple[Phrase, ...]:
        sureness = SURENESS.get(stored_text(response, CONFIDENCE))
        lines = super().describe(spec, response)
        return (*lines, Phrase(sureness)) if sureness else lines

    def guess(self, spec: TrueFalseSpec) -> Decimal:
        return BELIEF["guess"] if spec.credit == ANSWER else Decimal("0.75")
