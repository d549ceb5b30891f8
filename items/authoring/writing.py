"""Form of free text, which a person marks by a rubric."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from courses.writing.drafts import RowsBlock
from items.authoring.form import KindForm
from items.kinds.free_text import add_review

WORDS = _("A wish, not a wall: people are told, and may hand in all the same. 0 for no limit.")


class LevelBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("What such an answer does"), max_length=500)
    points = blocks.DecimalBlock(
        default=0,
        min_value=0,
        max_value=1,
        label=_("Credit"),
        help_text=_("From 0 to 1. One level has to be worth 1."),
    )

    class Meta:
        icon = "order"
        label_format = "{points}: {text}"


class CriterionBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("What the reviewer looks at"),
        max_length=200,
        help_text=_("People see this before they write."),
    )
    levels = RowsBlock(
        LevelBlock(),
        label=_("Levels"),
        min_num=2,
        help_text=_("From the best answer to none, in words that reviewers can tell apart."),
    )

    class Meta:
        icon = "list-ul"
        label_format = "{title}"


class FreeTextBlock(blocks.StructBlock):
    min_words = blocks.IntegerBlock(default=0, min_value=0, label=_("Least words"), help_text=WORDS)
    max_words = blocks.IntegerBlock(default=0, min_value=0, label=_("Most words"), help_text=WORDS)
    criteria = RowsBlock(
        CriterionBlock(),
        collapsed=True,
        label=_("Rubric"),
        help_text=_(
            "A reviewer picks one level for each. The answer earns the mean: with 1, 0.5 and 0, half the points."
        ),
    )
    model = blocks.TextBlock(
        required=False,
        label=_("Model answer"),
        help_text=_("Shown beside the person's own words, once allowed."),
    )
    guide = blocks.TextBlock(
        required=False,
        label=_("For the reviewer"),
        help_text=_("What to look for while marking. Learners never see it."),
    )

    class Meta:
        icon = "edit"
        label = _("Free text")
        description = _("Write in your own words. A reviewer marks it by a rubric.")


class FreeTextForm(KindForm):
    name = "free_text"
    block_class = FreeTextBlock
    shown_as = "rubric"
    printed_as = "lines"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        picked = max if right else min
        rubric = {
            row.id: picked(row.levels, key=lambda level: level.points).id for row in spec.criteria
        }
        text = spec.model or gettext("What somebody wrote.")
        return add_review(
            {"text": text}, rubric, "" if right else gettext("What the reviewer says.")
        )
