"""Forms of the kinds with rows to put in order: steps by time, and choices by priority."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.blocks import BlockGroup

from courses.writing.drafts import RowsBlock
from items.authoring.form import KindForm

CREDIT = [
    ("distance", _("Distance: nearly right earns part of the points")),
    ("exact", _("Exact: all or nothing")),
]
WORKED = _(
    "With 4 rows, distance earns 3/4 of the points when two neighbours are swapped, 1/2 when the first stands "
    "third and the third first, and 0 when all is upside down."
)


class StepBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Step"), max_length=300)
    reason = blocks.TextBlock(
        required=False, label=_("Why here"), help_text=_("Shown once allowed.")
    )

    class Meta:
        icon = "list-ol"
        label_format = "{text}"


class OrderingBlock(blocks.StructBlock):
    steps = RowsBlock(
        StepBlock(),
        label=_("Steps in the right order"),
        min_num=3,
        help_text=_("People get them in another order."),
    )
    reason = blocks.TextBlock(label=_("Why in this order"), help_text=_("Shown once allowed."))
    credit = blocks.ChoiceBlock(
        choices=CREDIT, default="distance", label=_("Credit"), help_text=WORKED
    )

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        description = _("Put steps in order.")
        form_layout = BlockGroup(children=["steps", "reason"], settings=["credit"])


class RankedBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Choice"), max_length=300)
    reason = blocks.TextBlock(
        required=False, label=_("Why here"), help_text=_("Shown once allowed.")
    )

    class Meta:
        icon = "list-ol"
        label_format = "{text}"


class RankingBlock(blocks.StructBlock):
    steps = RowsBlock(
        RankedBlock(),
        label=_("Choices, the best first"),
        min_num=3,
        help_text=_("People get them in another order."),
    )
    reason = blocks.TextBlock(label=_("Why in this order"), help_text=_("Shown once allowed."))
    credit = blocks.ChoiceBlock(
        choices=CREDIT, default="distance", label=_("Credit"), help_text=WORKED
    )

    class Meta:
        icon = "arrow-up"
        label = _("Ranking")
        description = _("Put choices in order of priority.")
        form_layout = BlockGroup(children=["steps", "reason"], settings=["credit"])


class OrderingForm(KindForm):
    name = "ordering"
    printed_as = "places"
    block_class = OrderingBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        steps = spec.steps if right else (spec.steps[1], spec.steps[0], *spec.steps[2:])
        return {"places": {step.id: place for place, step in enumerate(steps, start=1)}}


class RankingForm(OrderingForm):
    name = "ranking"
    block_class = RankingBlock
