"""Answers that learners type: a number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from quizzes.authoring.form import KindForm


class NumberBlock(blocks.StructBlock):
    answer = blocks.DecimalBlock(label=_("Right number"))
    tolerance = blocks.DecimalBlock(
        label=_("Accept this much more or less"), default=0, min_value=0
    )
    unit = blocks.CharBlock(required=False, label=_("Unit"), max_length=20)
    reason_right = blocks.TextBlock(label=_("Reason when right"))
    reason_wrong = blocks.TextBlock(label=_("Reason when not"))

    class Meta:
        icon = "order"
        label = _("Number")
        description = _("Type a number.")


class NumberForm(KindForm):
    name = "number"
    block_class = NumberBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        given = spec.answer if right else spec.answer + spec.tolerance + 1
        return {"text": f"{given:f}"}
