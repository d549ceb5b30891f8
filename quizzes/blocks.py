"""The author's form of each item kind: the one block in `Item.body` is the kind.

`quizzes.publishing.content_of(item)` turns it into the plain content that `quizzes.content` parses.
List children keep their block ids; those are the ids of options, steps and pairs.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

CREDIT = [
    ("exact", _("Exact: all or nothing")),
    ("proportional", _("Proportional: every option ticked or left rightly counts")),
    (
        "proportional_correct",
        _("Proportional to right ticks, nothing if one tick is wrong"),
    ),
]

ORDER_CREDIT = [
    ("distance", _("Distance: nearly right earns part of the points")),
    ("exact", _("Exact: all or nothing")),
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


class TrueFalseBlock(blocks.StructBlock):
    answer = blocks.BooleanBlock(required=False, label=_("The statement is true"))
    reason_true = blocks.TextBlock(label=_("Reason shown to those who say true"))
    reason_false = blocks.TextBlock(label=_("Reason shown to those who say false"))

    class Meta:
        icon = "help"
        label = _("True or false")
        description = _("Decide whether a statement is true.")


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


class StepBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Step"), max_length=300)

    class Meta:
        icon = "list-ol"


class OrderingBlock(blocks.StructBlock):
    steps = blocks.ListBlock(StepBlock(), label=_("Steps in the right order"), min_num=3)
    credit = blocks.ChoiceBlock(choices=ORDER_CREDIT, default="distance", label=_("Credit"))
    reason = blocks.TextBlock(label=_("Why in this order"))

    class Meta:
        icon = "list-ol"
        label = _("Ordering")
        description = _("Put steps in order.")


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(label=_("Match this"), max_length=300)
    right = blocks.CharBlock(label=_("with this"), max_length=300)

    class Meta:
        icon = "link"


class MatchingBlock(blocks.StructBlock):
    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=2)
    extra = blocks.ListBlock(
        blocks.CharBlock(max_length=300),
        label=_("More answers that match nothing"),
        min_num=0,
        default=[],
    )
    reason = blocks.TextBlock(label=_("Why they match"))

    class Meta:
        icon = "link"
        label = _("Matching")
        description = _("Match each line with an answer.")


class KindBlocks(blocks.StreamBlock):
    single = SingleBlock()
    multiple = MultipleBlock()
    true_false = TrueFalseBlock()
    number = NumberBlock()
    ordering = OrderingBlock()
    matching = MatchingBlock()

    class Meta:
        min_num = 1
        max_num = 1
