"""Mark the faults in a draft post: some of its parts are wrong, and the learner ticks them.

The draft is written as `segments`, in reading order; each is a fault or is not. Credit and
penalty are those of `quizzes.kinds.multiple`, so authors can make ticking everything cost
points. Every part is a native checkbox, so no pointer is needed.
"""

from __future__ import annotations

from items.kinds.multiple import CREDITS, PROPORTIONAL_CORRECT, MultipleKind, MultipleSpec
from items.kinds.options import AnswerOption
from items.kinds.spec import ContentFields, read_common_fields, require_distinct
from items.phrases import gettext_noop


class SpotKind(MultipleKind):
    """Stored response: ``{"choices": [segment ids]}``. Form: ``choice``, repeated."""

    name = "spot"
    instruction = gettext_noop("Mark every part that is not right")

    def parse(self, content: object) -> MultipleSpec:
        fields = ContentFields(content)
        rows = fields.rows("segments", least=2)
        segments = tuple(
            AnswerOption(row.ident(), row.text("text"), row.flag("fault"), row.text("reason", ""))
            for row in rows
        )
        require_distinct(rows, (segment.id for segment in segments))
        if not any(segment.correct for segment in segments):
            raise fields.fault("segments", gettext_noop("Mark at least one part as a fault."))
        return MultipleSpec(
            **read_common_fields(fields, self.name),
            options=segments,
            # The parts of a draft are shown in reading order.
            shuffle=False,
            credit=fields.word("credit", CREDITS, PROPORTIONAL_CORRECT),
            penalty=fields.fraction("penalty", "0"),
        )
