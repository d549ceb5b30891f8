"""Choose among pictures: one is right, or several are.

An option's text is the description of its picture. The text replaces the picture in screen
readers, on the check-answers page, and when the file has been deleted. Credit and penalty for
several right pictures are those of `quizzes.kinds.multiple`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from items.kinds.kind import ItemFace, Order, Reveal, divide_or_zero, ids_by_token
from items.kinds.multiple import CREDITS, EXACT, PROPORTIONAL, MultipleKind, MultipleSpec
from items.kinds.options import GROUP, AnswerOption
from items.kinds.spec import ContentFields, read_common_fields, require_distinct
from items.phrases import Phrase, gettext_noop


@dataclass(frozen=True)
class ImageOption(AnswerOption):
    """A picture on offer; `image` is its stored id, `text` describes what it shows."""

    image: int


@dataclass(frozen=True, kw_only=True)
class ImageChoiceSpec(MultipleSpec):
    """Pictures of which one, or `several`, may be right."""

    several: bool
    images: Mapping[str, int]


class ImageChoiceKind(MultipleKind):
    """Stored response: ``{"choices": [option ids]}``. Form: ``choice``, repeated if several."""

    name = "image_choice"
    instruction = gettext_noop("Choose every picture that applies")
    one = gettext_noop("Choose one picture")

    def parse(self, content: object) -> ImageChoiceSpec:
        fields = ContentFields(content)
        several = fields.flag("several", default=False)
        options = _options(fields)
        right = sum(option.correct for option in options)
        if not right or (right > 1 and not several):
            raise fields.fault("options", _KEY[several])
        return ImageChoiceSpec(
            **read_common_fields(fields, self.name),
            options=options,
            shuffle=fields.flag("shuffle", default=True),
            credit=fields.word("credit", CREDITS, PROPORTIONAL) if several else EXACT,
            penalty=fields.fraction("penalty", "0"),
            several=several,
            images={option.id: option.image for option in options},
        )

    def face(self, spec: MultipleSpec, order: Order, response: object) -> ItemFace:
        pictured = cast("ImageChoiceSpec", spec)
        face = super().face(spec, order, response)
        ids = ids_by_token(order, GROUP)
        return replace(
            face,
            instruction=Phrase(self.instruction if pictured.several else self.one),
            choices=tuple(replace(c, image=pictured.images[ids[c.token]]) for c in face.choices),
            several=pictured.several,
        )

    def reveal(self, spec: MultipleSpec, response: object) -> Reveal:
        images = cast("ImageChoiceSpec", spec).images
        told = super().reveal(spec, response)
        return replace(told, parts=tuple(replace(p, image=images[p.id]) for p in told.parts))

    def images(self, spec: MultipleSpec) -> tuple[int, ...]:
        return tuple(cast("ImageChoiceSpec", spec).images.values())

    def guess(self, spec: MultipleSpec) -> Decimal | None:
        return (
            None if cast("ImageChoiceSpec", spec).several else divide_or_zero(1, len(spec.options))
        )


def _options(fields: ContentFields) -> tuple[ImageOption, ...]:
    rows = fields.rows("options", least=2)
    options = tuple(
        ImageOption(
            id=row.ident(),
            text=row.text("alt"),
            correct=row.flag("correct"),
            reason=row.text("reason", ""),
            image=row.picture("image"),
        )
        for row in rows
    )
    require_distinct(rows, (option.id for option in options))
    return options


_KEY = {
    True: gettext_noop("Mark at least one picture as right."),
    False: gettext_noop("Mark exactly one picture as right, or allow several."),
}
