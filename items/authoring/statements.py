"""Forms of true or false, alone and with a stated confidence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.blocks import BlockGroup

from items.authoring.form import KindForm

SURENESS = [
    ("answer", _("Only the answer counts: right earns all, wrong nothing")),
    ("quadratic", _("Honesty pays: sure and right earns most, sure and wrong nothing")),
]
WORKED = _(
    "When honesty pays, a right answer earns 1 point if sure, 0.94 if fairly sure, 0.75 if guessing; a wrong one 0 if "
    "sure, 0.44 if fairly sure, 0.75 if guessing. Right always means that the answer is right."
)


class TrueFalseBlock(blocks.StructBlock):
    answer = blocks.BooleanBlock(
        required=False,
        label=_("The statement is true"),
        help_text=_("Tick it if what the question says is so."),
    )
    reason_true = blocks.TextBlock(label=_("Reason shown to those who say true"))
    reason_false = blocks.TextBlock(label=_("Reason shown to those who say false"))

    class Meta:
        icon = "help"
        label = _("True or false")
        description = _("Decide whether a statement is true.")


class ConfidenceBlock(TrueFalseBlock):
    credit = blocks.ChoiceBlock(
        choices=SURENESS, default="answer", label=_("Credit"), help_text=WORKED
    )

    class Meta:
        icon = "help"
        label = _("True or false, and how sure")
        description = _("Decide whether a statement is true, and say how sure you are.")
        form_layout = BlockGroup(
            children=["answer", "reason_true", "reason_false"], settings=["credit"]
        )


class TrueFalseForm(KindForm):
    name = "true_false"
    block_class = TrueFalseBlock
    shown_as = "truth"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"choice": "true" if spec.answer == right else "false"}


class ConfidenceForm(TrueFalseForm):
    name = "confidence"
    printed_as = "sureness"
    block_class = ConfidenceBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {**super().example(spec, right=right), "confidence": "sure" if right else "fair"}
