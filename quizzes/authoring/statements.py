"""Statements that hold or do not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from quizzes.authoring.form import KindForm


class TrueFalseBlock(blocks.StructBlock):
    answer = blocks.BooleanBlock(required=False, label=_("The statement is true"))
    reason_true = blocks.TextBlock(label=_("Reason shown to those who say true"))
    reason_false = blocks.TextBlock(label=_("Reason shown to those who say false"))

    class Meta:
        icon = "help"
        label = _("True or false")
        description = _("Decide whether a statement is true.")


class TrueFalseForm(KindForm):
    name = "true_false"
    block_class = TrueFalseBlock
    shown_as = "truth"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"choice": "true" if spec.answer == right else "false"}
