"""Mark the faults on a picture, such as a screenshot of a post.

Each region is a rectangle, in percent of the picture's width and height, with words that say
what is there and never whether it is wrong. Credit and penalty are those of
`quizzes.kinds.multiple`. Every region is also a native checkbox in a list, numbered as on the
picture, so the question can be answered without a pointer and without seeing the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from items.kinds.kind import ItemFace, Order, ids_by_token
from items.kinds.multiple import CREDITS, PROPORTIONAL_CORRECT, MultipleKind, MultipleSpec
from items.kinds.options import GROUP, AnswerOption
from items.kinds.spec import ContentFields, read_common_fields, require_distinct
from items.phrases import gettext_noop

Area = tuple[Decimal, Decimal, Decimal, Decimal]
WHOLE = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class HotspotSpec(MultipleSpec):
    """A picture, described by `alt`, and its regions; `areas` are left, top, width, height in percent."""

    image: int
    alt: str
    areas: Mapping[str, Area]


class HotspotKind(MultipleKind):
    """Stored response: ``{"choices": [region ids]}``. Form: ``choice``, repeated."""

    name = "hotspot"
    instruction = gettext_noop("Mark every place that is not right")

    def parse(self, content: object) -> HotspotSpec:
        fields = ContentFields(content)
        rows = fields.rows("regions", least=2)
        regions = [
            (
                AnswerOption(
                    row.ident(), row.text("label"), row.flag("fault"), row.text("reason", "")
                ),
                _area(row),
            )
            for row in rows
        ]
        require_distinct(rows, (region.id for region, _ in regions))
        if not any(region.correct for region, _ in regions):
            raise fields.fault("regions", gettext_noop("Mark at least one place as a fault."))
        # Regions are numbered from top to bottom; the author's sequence might reveal the faults.
        regions.sort(key=lambda pair: (pair[1][1], pair[1][0]))
        return HotspotSpec(
            **read_common_fields(fields, self.name),
            options=tuple(region for region, _ in regions),
            shuffle=False,
            credit=fields.word("credit", CREDITS, PROPORTIONAL_CORRECT),
            penalty=fields.fraction("penalty", "0"),
            image=fields.picture("image"),
            alt=fields.text("alt"),
            areas={region.id: area for region, area in regions},
        )

    def face(self, spec: MultipleSpec, order: Order, response: object) -> ItemFace:
        pictured = cast("HotspotSpec", spec)
        face = super().face(spec, order, response)
        ids = ids_by_token(order, GROUP)
        return replace(
            face,
            choices=tuple(replace(c, area=pictured.areas[ids[c.token]]) for c in face.choices),
            image=pictured.image,
            alt=pictured.alt,
        )

    def images(self, spec: MultipleSpec) -> tuple[int, ...]:
        return (cast("HotspotSpec", spec).image,)


def _area(row: ContentFields) -> Area:
    left, top, width, height = (row.amount(name) for name in ("x", "y", "width", "height"))
    for name, size in (("width", width), ("height", height)):
        if not size:
            raise row.fault(name, gettext_noop("Write a number above 0."))
    for name, end in (("width", left + width), ("height", top + height)):
        if end > WHOLE:
            raise row.fault(name, gettext_noop("Keep the place within the picture: at most 100."))
    return left, top, width, height
