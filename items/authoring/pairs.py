"""Forms of the kinds in which each row belongs to one of several targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.blocks import BlockGroup

from courses.writing.drafts import RowsBlock
from items.authoring import contents, rows
from items.authoring.form import KindForm


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(label=_("Match this"), max_length=300)
    right = blocks.CharBlock(label=_("with this"), max_length=300)
    reason = blocks.TextBlock(required=False, label=_("Why"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "link"
        label_format = "{left} – {right}"


class MatchingBlock(blocks.StructBlock):
    pairs = RowsBlock(
        PairBlock(),
        label=_("Pairs"),
        min_num=2,
        help_text=_("Each pair earns the same part: 3 of 4 right earn 3/4 of the points."),
    )
    extra = RowsBlock(
        blocks.CharBlock(max_length=300),
        label=_("More answers that match nothing"),
        help_text=_("With them, nobody gets the last pair by what is left."),
        min_num=0,
        default=[],
    )
    reason = blocks.TextBlock(label=_("Why they match"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "link"
        label = _("Matching")
        description = _("Match each line with an answer.")


class SortedBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Belongs here"), max_length=300)
    reason = blocks.TextBlock(required=False, label=_("Why"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "folder-inverse"
        label_format = "{text}"


class CategoryBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Group"), max_length=200, help_text=_("Its name, which people see.")
    )
    items = RowsBlock(
        SortedBlock(),
        label=_("What belongs in it"),
        default=[],
        help_text=_("A group may stay empty."),
    )

    class Meta:
        icon = "folder-open-inverse"
        label_format = "{text}"


class CategoriseBlock(blocks.StructBlock):
    categories = RowsBlock(
        CategoryBlock(),
        label=_("Groups"),
        min_num=2,
        help_text=_("Everything in a group earns the same part: 5 of 6 sorted rightly earn 5/6."),
    )
    reason = blocks.TextBlock(label=_("Why they belong there"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "folder-open-inverse"
        label = _("Sort into groups")
        description = _("Choose a group for each line.")


class AspectBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("What to rate"),
        max_length=300,
        help_text=_("One thing about the post, such as “It is clear”."),
    )
    expert = blocks.CharBlock(
        label=_("The expert's rating"),
        max_length=200,
        help_text=_("One of the points of the scale, in the same words."),
    )
    reason = blocks.TextBlock(label=_("Why the expert says so"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "pick"
        label_format = "{text}: {expert}"


class RatePostBlock(blocks.StructBlock):
    post = blocks.TextBlock(
        label=_("The post"), help_text=_("Its words, as people would read them.")
    )
    scale = RowsBlock(
        blocks.CharBlock(max_length=200),
        label=_("Points of the scale, from low to high"),
        help_text=_("Each in words, such as “not at all” and “fully”."),
        min_num=2,
    )
    aspects = RowsBlock(
        AspectBlock(),
        label=_("What to rate"),
        min_num=1,
        help_text=_("Each earns the same part of the points."),
    )
    reason = blocks.TextBlock(
        required=False, label=_("What to take from it"), help_text=_("Shown once allowed.")
    )
    credit = blocks.ChoiceBlock(
        choices=[
            ("near", _("Near: a step off the expert earns part of the points")),
            ("exact", _("Exact: only the expert's rating counts")),
        ],
        default="near",
        label=_("Credit"),
        help_text=_(
            "On a scale of 5, near earns 3/4 of a rating's part when one step off, 1/2 when two steps off, 0 at "
            "the other end. Exact earns all or nothing of it."
        ),
    )

    class Meta:
        icon = "pick"
        label = _("Rate a post")
        description = _("Rate a post, compared with what an expert says.")
        form_layout = BlockGroup(
            children=["post", "scale", "aspects", "reason"], settings=["credit"]
        )


class PairingForm(KindForm):
    """The common form of the kinds that give each row a target."""

    printed_as = "letters"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        matches = {row.id: row.target for row in spec.rows}
        if not right:
            first = spec.rows[0]
            others = (target.id for target in spec.targets if target.id != first.target)
            matches[first.id] = next(others, first.target)
        return {"matches": matches}


class MatchingForm(PairingForm):
    """Equal right sides are one target; a target's id is that of the first row that names it."""

    name = "matching"
    block_class = MatchingBlock
    aliases = {"right_id": "right", "rights": "extra"}

    def content(self, value: Any) -> dict[str, Any]:
        pairs = contents.list_rows(value["pairs"])
        rights: dict[str, str] = {}
        for ident, row in pairs:
            rights.setdefault(row["right"], f"r-{ident}")
        targets = dict(rights)
        for ident, text in contents.list_rows(value["extra"], "extra"):
            targets.setdefault(text, f"r-{ident}")
        return {
            "pairs": [
                {
                    "id": ident,
                    "left": row["left"],
                    "right_id": rights[row["right"]],
                    "reason": row["reason"] or "",
                }
                for ident, row in pairs
            ],
            "rights": [{"id": ident, "text": text} for text, ident in targets.items()],
            "reason": value["reason"] or "",
        }

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        texts = {right["id"]: right["text"] for right in content["rights"]}
        pairs = [{**pair, "right": texts[pair["right_id"]]} for pair in content["pairs"]]
        used = {pair["right"] for pair in pairs}
        extra = [text for text in texts.values() if text not in used]
        return rows.to_file_fields(self.block, {**content, "pairs": pairs, "extra": extra})


class CategoriseForm(PairingForm):
    """In the form each group holds what belongs in it; in the content each row names its group."""

    name = "categorise"
    block_class = CategoriseBlock

    def content(self, value: Any) -> dict[str, Any]:
        groups = contents.list_content(self.block.child_blocks["categories"], value["categories"])
        items = [
            {**item, "category_id": group["id"]} for group in groups for item in group.pop("items")
        ]
        return {"items": items, "categories": groups, "reason": value["reason"] or ""}

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        groups = [
            {**group, "items": [i for i in content["items"] if i["category_id"] == group["id"]]}
            for group in content["categories"]
        ]
        return rows.to_file_fields(self.block, {**content, "categories": groups})


class RatePostForm(PairingForm):
    """The expert's rating is written in the words of the scale."""

    name = "rate_post"
    printed_as = "scale"
    block_class = RatePostBlock
    aliases = {"expert_id": "expert"}

    def content(self, value: Any) -> dict[str, Any]:
        made = super().content(value)
        known = {_same(point["text"]): point["id"] for point in made["scale"]}
        for aspect in made["aspects"]:
            aspect["expert_id"] = known.get(_same(aspect.pop("expert")), "none")
        return made

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        texts = {point["id"]: point["text"] for point in content["scale"]}
        aspects = [
            {**aspect, "expert": texts.get(aspect["expert_id"], "")}
            for aspect in content["aspects"]
        ]
        return rows.to_file_fields(self.block, {**content, "aspects": aspects})


def _same(words: str) -> str:
    return " ".join(words.split()).casefold()
