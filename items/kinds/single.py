"""Single choice: one option is right."""

from __future__ import annotations

from decimal import Decimal

from items.kinds.kind import (
    ONE,
    ZERO,
    Form,
    Order,
    Part,
    Response,
    answer,
    group_of,
    latest,
    nothing_yet,
    share,
)
from items.kinds.options import FIELD, GROUP, OptionsKind, OptionsSpec, read_options
from items.kinds.spec import Fields, common
from items.phrases import Phrase, gettext_noop, verbatim


class Single(OptionsKind[OptionsSpec]):
    """Stored response: ``{"choice": option id}``. Form field: ``choice`` = token."""

    name = "single"
    instruction = gettext_noop("Choose one answer")

    def parse(self, content: object) -> OptionsSpec:
        fields = Fields(content)
        spec = OptionsSpec(
            **common(fields, self.name),
            options=read_options(fields),
            shuffle=fields.flag("shuffle", default=True),
        )
        if len(spec.key) != 1:
            raise fields.fault("options", gettext_noop("Mark exactly one option as right."))
        return spec

    def read(self, form: Form, order: Order) -> Response:
        ident = group_of(order, GROUP).get(latest(form, FIELD))
        return {"choice": ident} if ident else {}

    def blank(self, response: object) -> bool:
        return not answer(response, "choice")

    def earned(self, spec: OptionsSpec, response: object) -> Decimal:
        return ONE if answer(response, "choice") in spec.key else ZERO

    def parts(self, spec: OptionsSpec, response: object) -> tuple[Part, ...]:
        picked = answer(response, "choice")
        return tuple(
            Part(option.id, option.correct) for option in spec.options if option.id == picked
        )

    def describe(self, spec: OptionsSpec, response: object) -> tuple[Phrase, ...]:
        picked = answer(response, "choice")
        texts = [option.text for option in spec.options if option.id == picked]
        return tuple(map(verbatim, texts)) or nothing_yet()

    def guess(self, spec: OptionsSpec) -> Decimal:
        return share(1, len(spec.options))
