"""Forms of the kinds with options: one answer, all that apply, faults in a draft, survey."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.blocks import BlockGroup

from courses.writing.drafts import RowsBlock
from items.authoring.form import KindForm

CREDIT = [
    ("proportional", _("Proportional: every answer ticked or left rightly counts")),
    ("exact", _("Exact: all or nothing")),
    ("proportional_correct", _("Right ticks only, nothing if one tick is wrong")),
]
WORKED = _(
    "With 3 right answers among 5, and 2 right and 1 wrong ticked: proportional earns 3/5 of the points (three of "
    "five are ticked or left rightly), exact 0, right ticks only 0, or 7/15 with a penalty of 0.2 (2/3 − 0.2)."
)
PENALTY = _(
    "From 0 to 1: the part of the points that each wrong tick takes, never below 0. With “right ticks only” it takes "
    "the place of losing everything."
)
SHUFFLE = _("Everybody gets another order. Take the tick away where the order means something.")


def credit_block(default: str, worked: Any = WORKED) -> blocks.ChoiceBlock:
    """Return the field for how ticks earn credit; `worked` is its help text, an example."""
    return blocks.ChoiceBlock(choices=CREDIT, default=default, label=_("Credit"), help_text=worked)


def penalty_block() -> blocks.DecimalBlock:
    """Return the field for the fraction of the points that a wrong tick takes."""
    return blocks.DecimalBlock(
        default=0, min_value=0, max_value=1, label=_("Penalty"), help_text=PENALTY
    )


def shuffle_block(*, default: bool = True) -> blocks.BooleanBlock:
    """Return the field for whether the options are shuffled."""
    return blocks.BooleanBlock(
        default=default, required=False, label=_("Mix the answers"), help_text=SHUFFLE
    )


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=500)
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    reason = blocks.TextBlock(
        label=_("Reason"), help_text=_("Shown to those who chose it, once allowed.")
    )

    class Meta:
        icon = "radio-full"
        label_format = "{text}"


class SingleBlock(blocks.StructBlock):
    options = RowsBlock(
        OptionBlock(),
        label=_("Answers"),
        min_num=2,
        help_text=_("One of them is right. With three or more, guessing is hard."),
    )
    shuffle = shuffle_block()

    class Meta:
        icon = "radio-full"
        label = _("One answer")
        description = _("Choose one answer from a list.")
        form_layout = BlockGroup(children=["options"], settings=["shuffle"])


class MultipleBlock(blocks.StructBlock):
    options = RowsBlock(
        OptionBlock(), label=_("Answers"), min_num=2, help_text=_("At least one of them is right.")
    )
    credit = credit_block("proportional")
    penalty = penalty_block()
    shuffle = shuffle_block()

    class Meta:
        icon = "check"
        label = _("All that apply")
        description = _("Choose every answer that applies.")
        form_layout = BlockGroup(children=["options"], settings=["credit", "penalty", "shuffle"])


class SegmentBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Part of the draft"), max_length=500, help_text=_("A sentence, or part of one.")
    )
    fault = blocks.BooleanBlock(required=False, label=_("This is a fault"))
    reason = blocks.TextBlock(
        required=False, label=_("Why it is, or is not"), help_text=_("Shown once allowed.")
    )

    class Meta:
        icon = "pilcrow"
        label_format = "{text}"


class SpotBlock(blocks.StructBlock):
    segments = RowsBlock(
        SegmentBlock(),
        label=_("The draft, part by part, in reading order"),
        min_num=2,
        help_text=_("People read the parts as one text, and mark those that are not right."),
    )
    credit = credit_block(
        "proportional_correct",
        _(
            "With 2 faults among 5 parts, and 1 fault and 1 good part marked: right ticks only earns 0, or 3/10 of the "
            "points with a penalty of 0.2 (1/2 − 0.2); proportional 3/5; exact 0. Proportional pays for leaving good "
            "parts alone, so marking everything still earns 2/5."
        ),
    )
    penalty = penalty_block()

    class Meta:
        icon = "warning"
        label = _("Mark the faults")
        description = _("Find what is not right in a draft post.")
        form_layout = BlockGroup(children=["segments"], settings=["credit", "penalty"])


class StanceBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=500)
    reason = blocks.TextBlock(
        required=False, label=_("Reply"), help_text=_("Shown to those who chose it, once allowed.")
    )

    class Meta:
        icon = "radio-empty"
        label_format = "{text}"


class SurveyBlock(blocks.StructBlock):
    options = RowsBlock(
        StanceBlock(), label=_("Answers"), min_num=2, help_text=_("None of them is right or wrong.")
    )
    several = blocks.BooleanBlock(required=False, label=_("People may choose several"))
    shuffle = shuffle_block(default=False)

    class Meta:
        icon = "group"
        label = _("Survey")
        description = _("Ask without a right answer. Earns nothing.")
        form_layout = BlockGroup(children=["options", "several"], settings=["shuffle"])


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
        key = sorted(spec.key)
        if right:
            return {"choices": key}
        wrong = [option.id for option in spec.options if not option.correct]
        return {"choices": sorted(key[:1] + wrong[:1])}


class SpotForm(MultipleForm):
    name = "spot"
    block_class = SpotBlock
    shown_as = "spot"


class SurveyForm(KindForm):
    name = "survey"
    block_class = SurveyBlock
    shown_as = "survey"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"choices": [spec.options[0 if right else -1].id]}
