"""Rows to put in order."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from quizzes.authoring.form import KindForm

CREDIT = [
    ("distance", _("Distance: nearly right earns part of the points")),
    ("exact", _("Exact: all or nothing")),
]


class StepBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Step"), max_length=300)

    class Meta:
        icon = "list-ol"


class OrderingBlock(blocks.StructBlock):
    steps = blocks.ListBlock(StepBlock(), label=_("Steps in the right order"), min_num=3)
    credit = blocks.ChoiceBlock(choices=CREDIT, default="distance", label=_("Credit"))
    reason = blocks.TextBlock(label=_("Why in this order"))

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        description = _("Put steps in order.")


class OrderingForm(KindForm):
    name = "ordering"
    block_class = OrderingBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        steps = spec.steps if right else (spec.steps[1], spec.steps[0], *spec.steps[2:])
        return {"places": {step.id: place for place, step in enumerate(steps, start=1)}}
