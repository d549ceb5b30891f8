"""Forms of the kinds with pictures: choosing among several, and marking places on one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock

from courses.writing.drafts import RowsBlock
from items.authoring.choices import SHUFFLE, MultipleForm, credit_block, penalty_block
from items.authoring.form import KindForm
from items.kinds.spec import ContentError
from items.phrases import gettext_noop

ALT = _("Say what can be seen, for people who cannot see it. Never say whether it is right.")
PERCENT = _("In percent of the picture, from 0 to 100.")


class PictureBlock(blocks.StructBlock):
    # The text comes first, because imports recognise a row by its first field.
    alt = blocks.CharBlock(label=_("What it shows"), max_length=500, help_text=ALT)
    image = ImageChooserBlock(label=_("Picture"))
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    reason = blocks.TextBlock(
        label=_("Reason"), help_text=_("Shown to those who chose it, once allowed.")
    )

    class Meta:
        icon = "image"
        label_format = "{alt}"


class ImageChoiceBlock(blocks.StructBlock):
    options = RowsBlock(
        PictureBlock(),
        label=_("Pictures"),
        min_num=2,
        help_text=_("Each with words for what can be seen."),
    )
    several = blocks.BooleanBlock(
        required=False,
        label=_("Several may be right"),
        help_text=_("Without the tick, people choose one picture."),
    )
    credit = credit_block("proportional")
    penalty = penalty_block()
    shuffle = blocks.BooleanBlock(
        required=False, default=True, label=_("Mix the pictures"), help_text=SHUFFLE
    )

    class Meta:
        icon = "image"
        label = _("Choose a picture")
        description = _("Choose one picture, or all that apply.")


class RegionBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What is there"), max_length=300, help_text=ALT)
    x = blocks.DecimalBlock(label=_("From the left"), min_value=0, max_value=100, help_text=PERCENT)
    y = blocks.DecimalBlock(label=_("From the top"), min_value=0, max_value=100, help_text=PERCENT)
    width = blocks.DecimalBlock(label=_("Width"), min_value=0, max_value=100, help_text=PERCENT)
    height = blocks.DecimalBlock(label=_("Height"), min_value=0, max_value=100, help_text=PERCENT)
    fault = blocks.BooleanBlock(required=False, label=_("It is a fault"))
    reason = blocks.TextBlock(
        required=False, label=_("Reason"), help_text=_("Why it is a fault, or why not.")
    )

    class Meta:
        icon = "crosshairs"
        label_format = "{label}"


class HotspotBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.TextBlock(label=_("What it shows"), help_text=ALT)
    regions = RowsBlock(
        RegionBlock(),
        collapsed=True,
        label=_("Places"),
        min_num=2,
        help_text=_("Rectangles on the picture. The preview shows where they lie."),
    )
    credit = credit_block("proportional_correct")
    penalty = penalty_block()

    class Meta:
        icon = "crosshairs"
        label = _("Mark the faults on a picture")
        description = _("Mark the places on a screenshot that are not right.")


class ImageChoiceForm(MultipleForm):
    name = "image_choice"
    block_class = ImageChoiceBlock
    shown_as = printed_as = "pictures"

    def check(self, row: Mapping[str, Any]) -> None:
        super().check(row)
        _check_pictures(_named(row.get("options", ()), "options"))


class HotspotForm(KindForm):
    name = "hotspot"
    block_class = HotspotBlock
    shown_as = printed_as = "hotspot"

    def check(self, row: Mapping[str, Any]) -> None:
        super().check(row)
        _check_pictures([("image", row["image"])] if "image" in row else [])

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return MultipleForm().example(spec, right=right)


def _named(rows: Any, path: str) -> Iterator[tuple[str, int]]:
    for place, row in enumerate(rows):
        if "image" in row:
            yield f"{path}.{place}.image", row["image"]


def _check_pictures(named: Any) -> None:
    """Raise ContentError for an image id that is not stored here; files name pictures by their id on this site."""
    asked = dict(named)
    here = set(get_image_model().objects.filter(pk__in=asked.values()).values_list("pk", flat=True))
    for path, number in asked.items():
        if number not in here:
            raise ContentError(
                path,
                gettext_noop("There is no picture number %(number)s. Upload it first."),
                number=number,
            )
