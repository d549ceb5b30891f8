"""Multiple response: tick all that apply, with three credit modes.

The modes carry the names of relate (``page/choice.py``), worked here for the key
A, B, C among five options A–E:

====================  =======  =======  =========  ===============
ticked                A B C    A B      A B C D    A B C D E
====================  =======  =======  =========  ===============
exact                 1        0        0          0
proportional          1        4/5      4/5        3/5
… penalty 0.2         1        4/5      3/5        1/5
proportional_correct  1        2/3      0          0
… penalty 0.2         1        2/3      4/5        3/5
====================  =======  =======  =========  ===============

*proportional* is the share of options whose ticked state is right;
*proportional_correct* the share of right options ticked, provided no wrong one is.
A penalty takes its fraction of the points per wrong tick, never below 0; under
*proportional_correct* a wrong tick then costs the penalty instead of all points. With no
tick at all, the response earns 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from items.kinds.kind import (
    ONE,
    ZERO,
    Form,
    GradedPart,
    ItemFace,
    Order,
    Response,
    describe_blank,
    divide_or_zero,
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
from items.kinds.spec import ContentFields, read_common_fields
from items.phrases import Phrase, gettext_noop, verbatim

EXACT, PROPORTIONAL, PROPORTIONAL_CORRECT = "exact", "proportional", "proportional_correct"
CREDITS = (EXACT, PROPORTIONAL, PROPORTIONAL_CORRECT)
PENALISED = gettext_noop("Each wrong tick takes away part of the points.")


@dataclass(frozen=True, kw_only=True)
class MultipleSpec(OptionsSpec):
    """Options of which several may be right; `penalty` is a fraction per wrong tick."""

    credit: str = EXACT
    penalty: Decimal = ZERO


class MultipleKind(OptionsKind[MultipleSpec]):
    """Stored response: ``{"choices": [option ids]}``. Form: ``choice``, repeated."""

    name = "multiple"
    instruction = gettext_noop("Choose all that apply")

    def parse(self, content: object) -> MultipleSpec:
        fields = ContentFields(content)
        spec = MultipleSpec(
            **read_common_fields(fields, self.name),
            options=read_options(fields),
            shuffle=fields.flag("shuffle", default=True),
            credit=fields.word("credit", CREDITS, EXACT),
            penalty=fields.fraction("penalty", "0"),
        )
        if not spec.key:
            raise fields.fault("options", gettext_noop("Mark at least one answer as right."))
        return spec

    def face(self, spec: MultipleSpec, order: Order, response: object) -> ItemFace:
        face = super().face(spec, order, response)
        return replace(face, note=Phrase(PENALISED)) if spec.penalty else face

    def read(self, form: Form, order: Order) -> Response:
        ids = ids_by_token(order, GROUP)
        posted = set(form.get(FIELD, []))
        # Ids are stored sorted, so that the same ticks give the same response in any dealt order.
        found = sorted(ident for token, ident in ids.items() if token in posted)
        return {"choices": found} if found else {}

    def blank(self, response: object) -> bool:
        return not stored_list(response, "choices")

    def earned(self, spec: MultipleSpec, response: object) -> Decimal:
        ticked = chosen_option_ids(spec, response)
        right, wrong = len(ticked & spec.key), len(ticked - spec.key)
        if not ticked:
            return ZERO
        if spec.credit == EXACT:
            return ONE if ticked == spec.key else ZERO
        loss = spec.penalty * wrong
        if spec.credit == PROPORTIONAL:
            missed = len(spec.key) - right
            whole = len(spec.options)
            return divide_or_zero(whole - missed - wrong, whole) - loss
        if wrong and not spec.penalty:
            return ZERO
        return divide_or_zero(right, len(spec.key)) - loss

    def parts(self, spec: MultipleSpec, response: object) -> tuple[GradedPart, ...]:
        ticked = chosen_option_ids(spec, response)
        return tuple(
            GradedPart(option.id, (option.id in ticked) == option.correct)
            for option in spec.options
        )

    def describe(self, spec: MultipleSpec, response: object) -> tuple[Phrase, ...]:
        ticked = chosen_option_ids(spec, response)
        texts = [option.text for option in spec.options if option.id in ticked]
        return tuple(map(verbatim, texts)) or describe_blank()
