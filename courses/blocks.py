"""The blocks a lesson is written in. Each has an icon, a description, a preview and a template of its name."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from courses.lesson_checks import judge_check
from courses.writing.drafts import DraftBlocks, FinishedBlock, RowsBlock

RICH = ["bold", "italic", "link", "ul", "ol", "document-link"]


class TextBlock(blocks.StructBlock):
    heading = blocks.CharBlock(
        required=False, label=_("Heading"), help_text=_("Empty where the text goes on.")
    )
    body = blocks.RichTextBlock(features=RICH, label=_("Text"))

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        label_format = "{heading}"
        group = _("Explain")
        description = _("Paragraphs, with an optional heading.")
        template = "blocks/text.html"
        preview_value = {
            "heading": "Ask early",
            "body": "<p>Early costs minutes, late costs apologies.</p>",
        }


class StatementBlock(blocks.StructBlock):
    text = blocks.TextBlock(
        label=_("Statement"), max_length=240, help_text=_("One sentence that people can repeat.")
    )

    class Meta:
        icon = "openquote"
        label = _("Statement")
        label_format = "{text}"
        group = _("Explain")
        description = _("One sentence to remember, set large.")
        template = "blocks/statement.html"
        preview_value = {"text": "A channel is a promise."}


class DoDontBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Situation"), help_text=_("When it happens, in a few words."))
    do = RowsBlock(
        blocks.TextBlock(), label=_("Do"), min_num=1, help_text=_("One row for each thing to do.")
    )
    dont = RowsBlock(
        blocks.TextBlock(),
        label=_("Don't"),
        min_num=1,
        help_text=_("One row for each thing to leave."),
    )
    why = blocks.TextBlock(
        required=False, label=_("Why"), help_text=_("What comes of the one and of the other.")
    )

    class Meta:
        icon = "check"
        label = _("Do and don't")
        label_format = "{title}"
        group = _("Show")
        description = _("What to do and what not to do in one situation.")
        template = "blocks/do_dont.html"
        preview_value = {
            "title": "An order is late",
            "do": ["Say so before people notice."],
            "dont": ["Wait for complaints."],
            "why": "Silence reads as not caring.",
        }


class ExampleBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    body = blocks.RichTextBlock(
        features=RICH,
        label=_("What happened"),
        help_text=_("Short and concrete: who did what, and what came of it."),
    )

    class Meta:
        icon = "comment"
        label = _("Example")
        label_format = "{title}"
        group = _("Show")
        description = _("A short concrete example.")
        template = "blocks/example.html"
        preview_value = {
            "title": "The listening lab",
            "body": "<p>Creators were invited for a day.</p>",
        }


class MeasureBlock(blocks.StructBlock):
    label = blocks.CharBlock(
        label=_("Measure"), help_text=_("What is counted, such as “Tickets a month”.")
    )
    before = blocks.CharBlock(label=_("Before"), help_text=_("The number with its unit."))
    after = blocks.CharBlock(label=_("After"), help_text=_("The number with its unit."))

    class Meta:
        icon = "order"
        label_format = "{label}: {before} → {after}"


class CaseStudyBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    story = blocks.RichTextBlock(
        features=RICH, label=_("Story"), help_text=_("What was done, and why.")
    )
    numbers = blocks.RichTextBlock(
        features=RICH, label=_("Numbers"), help_text=_("What could be counted, in sentences.")
    )
    people_said = blocks.RichTextBlock(
        features=RICH, label=_("What people said"), help_text=_("Words of those whom it reached.")
    )
    measures = RowsBlock(
        MeasureBlock(),
        label=_("Measures"),
        min_num=0,
        default=[],
        help_text=_("Numbers before and after, side by side."),
    )
    illustrative = blocks.BooleanBlock(
        required=False, label=_("Illustrative"), help_text=_("The numbers are invented.")
    )

    class Meta:
        icon = "folder-open-inverse"
        label = _("Case study")
        label_format = "{title}"
        group = _("Show")
        description = _("One case through three lenses: story, numbers, what people said.")
        template = "blocks/case_study.html"
        preview_value = {
            "title": "Forty wall mounts",
            "story": "<p>One market published a drawing pack.</p>",
            "numbers": "<p>Tickets fell.</p>",
            "people_said": "<p>Finally.</p>",
            "measures": [{"label": "Tickets a month", "before": "310", "after": "190"}],
            "illustrative": True,
        }


class BarBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Label"), help_text=_("What the bar stands for."))
    value = blocks.DecimalBlock(label=_("Value"), help_text=_("A number; its unit stands below."))

    class Meta:
        icon = "order"
        label_format = "{label}: {value}"


class FigureBlock(blocks.StructBlock):
    """A picture or a small bar chart; the heading says the finding."""

    title = blocks.CharBlock(
        label=_("Finding"), help_text=_("What people should see in it, as a sentence.")
    )
    picture = ImageChooserBlock(
        required=False, label=_("Picture"), help_text=_("Without a picture, the bars are drawn.")
    )
    rows = RowsBlock(
        BarBlock(),
        label=_("Bars"),
        min_num=0,
        default=[],
        help_text=_("One row for each bar, in reading order."),
    )
    unit = blocks.CharBlock(
        required=False, label=_("Unit"), help_text=_("Of the bars, such as “tickets”.")
    )
    alt = blocks.CharBlock(
        label=_("What it shows"),
        help_text=_("In words, for people who cannot see the picture or the bars."),
    )
    caption = blocks.CharBlock(
        required=False, label=_("Caption"), help_text=_("Where and when it was seen or measured.")
    )

    class Meta:
        icon = "image"
        label = _("Figure")
        label_format = "{title}"
        group = _("Show")
        description = _("A picture or a small bar chart, with a description.")
        template = "blocks/figure.html"
        preview_value = {
            "title": "Tickets fell by a third",
            "rows": [{"label": "Before", "value": 310}, {"label": "After", "value": 190}],
            "unit": "tickets",
            "alt": "Two bars: 310 before, 190 after.",
            "caption": "Mounting tickets a month",
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        context = super().get_context(value, parent_context)
        context["rows"] = [(bar["label"], bar["value"]) for bar in value["rows"]]
        context["shows_unit"] = bool(value.get("unit") and context["rows"])
        context["shows_numbers"] = bool(context["rows"]) and not value.get("picture")
        return context


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"))
    attribution = blocks.CharBlock(
        required=False,
        label=_("Who said it"),
        help_text=_("A name or a role, such as “A customer in Pune”."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        label_format = "{attribution}: {text}"
        group = _("Show")
        description = _("What somebody said, and who.")
        template = "blocks/quote.html"
        preview_value = {"text": "You came back, as you said.", "attribution": "A customer in Pune"}


class CheckOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"))
    correct = blocks.BooleanBlock(required=False, label=_("Right"))
    reason = blocks.TextBlock(label=_("Reason"), help_text=_("Why this answer is right or not."))

    class Meta:
        icon = "radio-full"
        label_format = "{text}"


class CheckBlock(FinishedBlock):
    """A question inside a lesson: answered in place, never recorded, never counted."""

    question = blocks.CharBlock(label=_("Question"))
    kind = blocks.ChoiceBlock(
        choices=[("single", _("One answer")), ("multiple", _("All that apply"))],
        default="single",
        label=_("Kind"),
        help_text=_("How many answers people may choose."),
    )
    options = RowsBlock(
        CheckOptionBlock(),
        label=_("Answers"),
        min_num=2,
        help_text=_("Two or more, each with its reason."),
    )
    summary = blocks.TextBlock(
        required=False, label=_("Why"), help_text=_("Told after any answer, below the reasons.")
    )

    class Meta:
        icon = "help"
        label = _("Check")
        label_format = "{question}"
        group = _("Ask")
        description = _("A question with an instant verdict. Not recorded.")
        template = "blocks/check.html"
        preview_value = {
            "question": "When do you ask for the social angle?",
            "kind": "single",
            "options": [
                {"text": "In the first brief", "correct": True, "reason": "Early costs minutes."},
                {"text": "On launch day", "correct": False, "reason": "Decisions have hardened."},
            ],
            "summary": "Ask before decisions harden.",
        }

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> Any:
        """`check` is what the reader may see; in the block picker nobody has answered yet."""
        context = super().get_context(value, parent_context)
        context.setdefault("check", judge_check(value, context.get("id") or "preview"))
        return context

    def check_finished(self, value: Any) -> None:
        right = sum(bool(option["correct"]) for option in value["options"])
        if right == 0:
            raise blocks.StructBlockValidationError(
                {"options": ValidationError(_("Mark at least one answer as right."))}
            )
        if value["kind"] == "single" and right > 1:
            raise blocks.StructBlockValidationError(
                {
                    "options": ValidationError(
                        _("Only one answer can be right. Or choose “All that apply”.")
                    )
                }
            )


class LessonBlocks(DraftBlocks):
    text = TextBlock()
    statement = StatementBlock()
    do_dont = DoDontBlock()
    example = ExampleBlock()
    case_study = CaseStudyBlock()
    figure = FigureBlock()
    quote = QuoteBlock()
    check = CheckBlock()
