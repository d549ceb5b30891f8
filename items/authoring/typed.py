"""Forms of the kinds with typed answers: a number, a few words, and gaps in a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.blocks import BlockGroup

from courses.writing.drafts import RowsBlock
from items.authoring import contents, rows
from items.authoring.form import KindForm
from items.kinds.gap import CAPITALS, NUMBER, PLACE, WORDS


class NumberBlock(blocks.StructBlock):
    answer = blocks.DecimalBlock(label=_("Right number"), help_text=_("Without its unit."))
    tolerance = blocks.DecimalBlock(
        label=_("Accept this much more or less"),
        default=0,
        min_value=0,
        help_text=_("With 85 and 0.5, everything from 84.5 to 85.5 is right, the ends too."),
    )
    unit = blocks.CharBlock(
        required=False,
        label=_("Unit"),
        max_length=20,
        help_text=_("Shown beside the box. People may write it or leave it out."),
    )
    reason_right = blocks.TextBlock(
        label=_("Reason when right"), help_text=_("Shown once allowed.")
    )
    reason_wrong = blocks.TextBlock(label=_("Reason when not"), help_text=_("Shown once allowed."))

    class Meta:
        icon = "order"
        label = _("Number")
        description = _("Type a number.")


class AcceptedBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Words"), max_length=200, help_text=_("As people would write them.")
    )
    credit = blocks.DecimalBlock(
        label=_("Earns"),
        default=1,
        min_value=0,
        max_value=1,
        help_text=_("1 is all of the points, 0.5 half of them."),
    )
    reason = blocks.TextBlock(required=False, label=_("Reason"), help_text=_("Shown once allowed."))
    pattern = blocks.BooleanBlock(
        required=False,
        label=_("This is a pattern"),
        help_text=_(
            "A regular expression that the whole answer has to fit: “northligh?t( group)?”. Look-ahead and references "
            "back are not known."
        ),
    )

    class Meta:
        icon = "pilcrow"
        label_format = "{text}"


class ShortTextBlock(blocks.StructBlock):
    accept = RowsBlock(
        AcceptedBlock(),
        label=_("Accepted answers"),
        min_num=1,
        help_text=_(
            "The first that earns 1, and is not a pattern, is shown as the right answer. Spaces, quotes and a full "
            "stop at the end make no difference."
        ),
    )
    reason_wrong = blocks.TextBlock(
        label=_("Reason for any other answer"), help_text=_("Shown once allowed.")
    )
    case_sensitive = blocks.BooleanBlock(
        required=False, label=_("Capital letters count"), help_text=_("“PR” is then not “pr”.")
    )

    class Meta:
        icon = "edit"
        label = _("A few words")
        description = _("Type a word or a few.")
        form_layout = BlockGroup(children=["accept", "reason_wrong"], settings=["case_sensitive"])


class PartlyBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Words"), max_length=200, help_text=_("As people would write them.")
    )
    credit = blocks.DecimalBlock(
        label=_("Earns"),
        default="0.5",
        min_value=0,
        max_value=1,
        help_text=_("1 is all of the gap, 0.5 half of it."),
    )

    class Meta:
        icon = "placeholder"
        label_format = "{text}"


class GapBlock(blocks.StructBlock):
    answers = RowsBlock(
        blocks.CharBlock(max_length=200),
        label=_("Right answers"),
        min_num=1,
        help_text=_("One row for each spelling that is right."),
    )
    others = RowsBlock(
        blocks.CharBlock(max_length=200),
        label=_("Wrong choices"),
        default=[],
        help_text=_("With wrong choices people choose from a list; without any they type."),
    )
    reason = blocks.TextBlock(required=False, label=_("Reason"), help_text=_("Shown once allowed."))
    partly = RowsBlock(
        PartlyBlock(),
        label=_("Answers that earn a part"),
        default=[],
        help_text=_("Beside wrong choices they are choices as well."),
    )
    compare = blocks.ChoiceBlock(
        choices=[
            (WORDS, _("as words")),
            (CAPITALS, _("as words, capital letters count")),
            (NUMBER, _("as numbers")),
        ],
        default=WORDS,
        label=_("Typed answers are compared"),
        help_text=_("As numbers, “4.0” is the same as “4”."),
    )
    tolerance = blocks.DecimalBlock(
        label=_("Accept this much more or less"),
        default=0,
        min_value=0,
        help_text=_("For numbers only."),
    )
    weight = blocks.DecimalBlock(
        label=_("Counts"),
        default=1,
        min_value=0,
        help_text=_("A gap that counts 2 earns twice as much as one that counts 1."),
    )

    class Meta:
        icon = "placeholder"
        form_layout = BlockGroup(
            children=["answers", "others", "reason"],
            settings=["partly", "compare", "tolerance", "weight"],
        )
        label_format = "{answers}"


class GapsBlock(blocks.StructBlock):
    text = blocks.TextBlock(
        label=_("Text with gaps"),
        help_text=_("Write [[1]] where the first gap stands, [[2]] for the second, and so on."),
    )
    gaps = RowsBlock(
        GapBlock(),
        label=_("Gaps"),
        min_num=1,
        collapsed=True,
        help_text=_(
            "Each gap earns the same part, unless you say what it counts: 3 of 4 filled rightly earn 3/4 of the points."
        ),
    )

    class Meta:
        icon = "placeholder"
        label = _("Fill the gaps")
        description = _("Choose or type the missing words of a text.")


class NumberForm(KindForm):
    name = "number"
    printed_as = "line"
    block_class = NumberBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        given = spec.answer if right else spec.answer + spec.tolerance + 1
        return {"text": f"{given:f}"}


class ShortTextForm(KindForm):
    name = "short_text"
    printed_as = "line"
    block_class = ShortTextBlock

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"text": spec.best.text if right else gettext("Something else")}


class GapForm(KindForm):
    """Authors count gaps from 1; the content names them by the ids of their rows."""

    name = "gap"
    block_class = GapsBlock
    shown_as = "gap"
    printed_as = "gaps"
    aliases = {"accept": "answers", "options": "others", "answer": "answers"}

    def content(self, value: Any) -> dict[str, Any]:
        rows = contents.list_rows(value["gaps"])
        idents = {str(place): ident for place, (ident, _row) in enumerate(rows, start=1)}
        return {
            "text": _renamed(value["text"] or "", idents),
            "gaps": [_gap(ident, row) for ident, row in rows],
        }

    def row(self, content: Mapping[str, Any]) -> dict[str, Any]:
        places = {gap["id"]: str(place) for place, gap in enumerate(content["gaps"], start=1)}
        gaps = rows.to_file_fields(self.block, {"gaps": [_answers(gap) for gap in content["gaps"]]})
        return {"text": _renamed(content["text"], places), **gaps}

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        filled = {gap.id: gap.answer or gap.accept[0] for gap in spec.gaps}
        if not right:
            first = spec.gaps[0]
            others = [option.id for option in first.options if option.id != first.answer]
            filled[first.id] = next(iter(others), gettext("Something else"))
        return {"gaps": filled}


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: f"[[{names.get(found[1], found[1])}]]", text)


# What a gap has beside its answers, and what it is where nobody has said anything.
GAP = GapBlock()
USUAL = {"partly": [], "compare": WORDS, "tolerance": "0", "weight": "1"}


def _gap(ident: str, row: Any) -> dict[str, Any]:
    answers = contents.list_rows(row["answers"], f"{ident}-a")
    others = contents.list_rows(row["others"], f"{ident}-o")
    own = GAP.child_blocks
    more = {
        name: contents.field_content(own[name], row.get(name), f"{ident}-{name}") for name in USUAL
    }
    made: dict[str, Any] = {"id": ident, "reason": row["reason"] or ""}
    if others:
        partly = [(each["id"], each["text"]) for each in more["partly"]]
        options = [*answers, *others, *partly]
        made["options"] = [{"id": each, "text": text} for each, text in options]
        made["answer"] = answers[0][0] if answers else ""
    if not others or len(answers) > 1:
        made["accept"] = [text for _ident, text in answers]
    return made | {name: each for name, each in more.items() if each not in (USUAL[name], "")}


def _answers(gap: Mapping[str, Any]) -> dict[str, Any]:
    options = gap.get("options", ())
    partly = {row["id"] for row in gap.get("partly", ())}
    right = [option["text"] for option in options if option["id"] == gap.get("answer")]
    wrong = [option for option in options if option["id"] not in {gap.get("answer"), *partly}]
    return {
        "answers": right if options else gap["accept"],
        "others": [option["text"] for option in wrong],
        "reason": gap.get("reason", ""),
        **{name: gap[name] for name in USUAL if name in gap},
    }
