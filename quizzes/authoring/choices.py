"""Choosing among answers: one, all that apply."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from quizzes.authoring.form import KindForm

CREDIT = [
    ("exact", _("Exact: all or nothing")),
    ("proportional", _("Proportional: every option ticked or left rightly counts")),
    (
        "proportional_correct",
        _("Proportional to right ticks, nothing if one tick is wrong"),
    ),
]


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=500)
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    reason = blocks.TextBlock(
        label=_("Reason"), help_text=_("Shown to those who chose it, once allowed.")
    )

    class Meta:
        icon = "radio-full"


class SingleBlock(blocks.StructBlock):
    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2)

    class Meta:
        icon = "radio-full"
        label = _("One answer")
        description = _("Choose one answer from a list.")


class MultipleBlock(blocks.StructBlock):
    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2)
    credit = blocks.ChoiceBlock(choices=CREDIT, default="proportional", label=_("Credit"))

    class Meta:
        icon = "check"
        label = _("All that apply")
        description = _("Choose every answer that applies.")


class SingleForm(KindForm):
    name = "single"
    block_class = SingleBlock
    shown_as = "options"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"choice": next(option.id for option in spec.options if option.correct == right)}


class MultipleForm(KindForm):
    name = "multiple"
    block_class = MultipleBlock
    shown_as = "options"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        if right:
            return {"choices": sorted(spec.key)}
        wrong = [option.id for option in spec.options if not option.correct]
        return {"choices": wrong[:1] or sorted(spec.key)[:1]}
