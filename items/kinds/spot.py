"""Mark the faults in a draft post: some of its parts are wrong, and the learner ticks them.

The draft is written as `segments`, in reading order; each is a fault or is not. Credit and
penalty are those of `quizzes.kinds.multiple`, so authors can make ticking everything cost
points. Every part is a native checkbox, so no pointer is needed.
"""

from __future__ import annotations

from items.kinds.multiple import CREDITS, PROPORTIONAL_CORRECT, Multiple, MultipleSpec
from items.kinds.options import Option
from items.kinds.spec import Fields, common, distinct
from items.phrases import gettext_noop


class Spot(Multiple):
    """Stored response: ``{"choices": [segment ids]}``. Form: ``choice``, repeated."""

    name = "spot"
    instruction = gettext_noop("Mark every part that is not right")

    def parse(self, content: object) -> MultipleSpec:
        fields = Fields(content)
        rows = fields.rows("segments", least=2)
        segments = tuple(
            Option(row.ident(), row.text("text"), row.flag("fault"), row.text("reason", ""))
            for row in rows
        )
        distinct(rows, (segment.id for segment in segments))
        if not any(segment.correct for segment in segments):
            raise fields.fault("segments", gettext_noop("Mark at least one part as a fault."))
        return MultipleSpec(
            **common(fields, self.name),
            options=segments,
            # The parts of a draft are shown in reading order.
            shuffle=False,
            credit=fields.word("credit", CREDITS, PROPORTIONAL_CORRECT),
            penalty=fields.fraction("penalty", "0"),
        )
