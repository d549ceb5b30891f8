"""Single choice: one option is right."""

from __future__ import annotations

from decimal import Decimal

from items.kinds.kind import (
    ONE,
    ZERO,
    Form,
    GradedPart,
    Order,
    Response,
    describe_blank,
    divide_or_zero,
    ids_by_token,
    posted_value,
    stored_text,
)
from items.kinds.options import FIELD, GROUP, OptionsKind, OptionsSpec, read_options
from items.kinds.spec import ContentFields, read_common_fields
from items.phrases import Phrase, gettext_noop, verbatim


class SingleKind(OptionsKind[OptionsSpec]):
    """Stored response: ``{"choice": option id}``. Form field: ``choice`` = token."""

    name = "single"
    instruction = gettext_noop("Choose one answer")

    def parse(self, content: object) -> OptionsSpec:
        fields = ContentFields(content)
        spec = OptionsSpec(
            **read_common_fields(fields, self.name),
            options=read_options(fields),
            shuffle=fields.flag("shuffle", default=True),
        )
        if len(spec.key) != 1:
            raise fields.fault("options", gettext_noop("Mark exactly one answer as right."))
        return spec

    def read(self, form: Form, order: Order) -> Response:
        ident = ids_by_token(order, GROUP).get(posted_value(form, FIELD))
        return {"choice": ident} if ident else {}

    def blank(self, response: object) -> bool:
        return not stored_text(response, "choice")

    def earned(self, spec: OptionsSpec, response: object) -> Decimal:
        return ONE if stored_text(response, "choice") in spec.key else ZERO

    def parts(self, spec: OptionsSpec, response: object) -> tuple[GradedPart, ...]:
        picked = stored_text(response, "choice")
        return tuple(
            GradedPart(option.id, option.correct) for option in spec.options if option.id == picked
        )

    def describe(self, spec: OptionsSpec, response: object) -> tuple[Phrase, ...]:
        picked = stored_text(response, "choice")
        texts = [option.text for option in spec.options if option.id == picked]
        return tuple(map(verbatim, texts)) or describe_blank()

    def guess(self, spec: OptionsSpec) -> Decimal:
        return divide_or_zero(1, len(spec.options))
