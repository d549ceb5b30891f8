"""Rows that belong to one of several targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from quizzes.authoring import contents
from quizzes.authoring.form import KindForm


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


class PairingForm(KindForm):
    """Any kind that gives each row a target."""

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

    def content(self, value: Any) -> dict[str, Any]:
        pairs = contents.rows(value["pairs"])
        rights: dict[str, str] = {}
        for ident, row in pairs:
            rights.setdefault(row["right"], f"r-{ident}")
        targets = dict(rights)
        for ident, text in contents.rows(value["extra"], "extra"):
            targets.setdefault(text, f"r-{ident}")
        return {
            "pairs": [
                {"id": ident, "left": row["left"], "right_id": rights[row["right"]]}
                for ident, row in pairs
            ],
            "rights": [{"id": ident, "text": text} for text, ident in targets.items()],
            "reason": value["reason"],
        }

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        texts = {right["id"]: right["text"] for right in content["rights"]}
        pairs = [
            {"left": pair["left"], "right": texts[pair["right_id"]]} for pair in content["pairs"]
        ]
        used = {pair["right"] for pair in pairs}
        extra = [text for text in texts.values() if text not in used]
        return {"pairs": pairs, "extra": extra, "reason": content.get("reason", "")}
