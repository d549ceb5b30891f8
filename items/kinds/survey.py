"""Items that earn nothing: a survey question and a description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from items.kinds.kind import (
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
    ids_by_token,
    stored_list,
)
from items.kinds.options import (
    FIELD,
    GROUP,
    OptionsKind,
    OptionsSpec,
    chosen_option_ids,
    read_options,
)
from items.kinds.spec import ContentFields, Spec, read_common_fields
from items.phrases import Phrase, gettext_noop, verbatim


@dataclass(frozen=True, kw_only=True)
class SurveySpec(OptionsSpec):
    """Options without a key; one of them may be chosen, or `several`."""

    several: bool = False


class SurveyKind(OptionsKind[SurveySpec]):
    """A question without a right answer. Stored response: ``{"choices": [ids]}``."""

    name = "survey"
    instruction = gettext_noop("Choose what fits you. This does not count")
    scored = False

    def parse(self, content: object) -> SurveySpec:
        fields = ContentFields(content)
        return SurveySpec(
            **read_common_fields(fields, self.name, scored=False),
            options=read_options(fields, scored=False),
            # The steps of a scale keep the sequence the author gave them.
            shuffle=fields.flag("shuffle", default=False),
            several=fields.flag("several", default=False),
        )

    def face(self, spec: SurveySpec, order: Order, response: object) -> ItemFace:
        return replace(super().face(spec, order, response), several=spec.several)

    def read(self, form: Form, order: Order) -> Response:
        ids = ids_by_token(order, GROUP)
        posted = set(form.get(FIELD, []))
        found = sorted(ident for token, ident in ids.items() if token in posted)
        return {"choices": found} if found else {}

    def blank(self, response: object) -> bool:
        return not stored_list(response, "choices")

    def earned(self, spec: SurveySpec, response: object) -> Decimal:
        return ZERO

    def parts(self, spec: SurveySpec, response: object) -> tuple[GradedPart, ...]:
        return ()

    def correct(self, spec: SurveySpec, response: object, fraction: Decimal) -> bool:
        return True

    def reveal(self, spec: SurveySpec, response: object) -> Reveal:
        picked = chosen_option_ids(spec, response)
        parts = (
            RevealPart(o.id, o.text, o.id in picked, right=None, reason=o.reason)
            for o in spec.options
        )
        return Reveal(None, tuple(parts), spec.feedback)

    def describe(self, spec: SurveySpec, response: object) -> tuple[Phrase, ...]:
        picked = chosen_option_ids(spec, response)
        texts = [option.text for option in spec.options if option.id in picked]
        return tuple(map(verbatim, texts)) or describe_blank()


class DescriptionKind(ItemKind[Spec]):
    """Text between questions, such as a case to read, with nothing to answer.

    The page posts ``choice=read`` when the learner continues, so that the attempt knows the next question.
    """

    name = "description"
    instruction = gettext_noop("Read this, then continue")
    scored = False
    answerable = False

    def parse(self, content: object) -> Spec:
        return Spec(**read_common_fields(ContentFields(content), self.name, scored=False))

    def deal(self, spec: Spec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: Spec, order: Order, response: object) -> ItemFace:
        return ItemFace(spec.kind, spec.stem, spec.hint, Phrase(self.instruction))

    def offer(self, order: Order) -> Offer:
        return {FIELD: frozenset({"read"})}

    def read(self, form: Form, order: Order) -> Response:
        return {}

    def blank(self, response: object) -> bool:
        return False

    def earned(self, spec: Spec, response: object) -> Decimal:
        return ZERO

    def parts(self, spec: Spec, response: object) -> tuple[GradedPart, ...]:
        return ()

    def correct(self, spec: Spec, response: object, fraction: Decimal) -> bool:
        return True

    def reveal(self, spec: Spec, response: object) -> Reveal:
        return Reveal(None, (), spec.feedback)

    def describe(self, spec: Spec, response: object) -> tuple[Phrase, ...]:
        return ()
