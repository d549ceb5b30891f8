"""The author's panel of a quiz: only what differs from its preset, a block for each setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from accounts.dates import validate_plausible_moment
from courses.writing.drafts import (
    DraftBlocks,
    FinishedBlock,
    MomentBlock,
    RowsBlock,
    finished_children,
)
from quizzes.rules.settings import AFTER_CLOSE, AFTER_LAST, AFTER_SUBMIT, DURING

ASPECT_CHOICES = [
    ("score", _("Score")),
    ("correctness", _("Which answers are right")),
    ("key", _("Right answers")),
    ("reasons", _("Reasons")),
]


class AttemptsBlock(blocks.StructBlock):
    allowed = blocks.IntegerBlock(
        min_value=0, max_value=100, label=_("Tries"), help_text=_("0 means no limit.")
    )
    window_hours = blocks.IntegerBlock(
        min_value=0,
        max_value=8760,
        default=24,
        label=_("… in so many hours"),
        help_text=_("0 means for ever."),
    )

    class Meta:
        icon = "resubmit"
        label = _("Tries")


class TimeLimitBlock(blocks.StructBlock):
    minutes = blocks.IntegerBlock(
        min_value=1, max_value=1440, label=_("Minutes"), help_text=_("For the whole try.")
    )
    reason = blocks.CharBlock(
        required=False,
        max_length=300,
        label=_("Why the limit is part of what is tested"),
        help_text=_("Without a reason here, people may add 20 minutes up to ten times."),
    )

    class Meta:
        icon = "time"
        label = _("Time limit")


class OpenBlock(FinishedBlock):
    opens_at = MomentBlock(
        required=False,
        label=_("Opens"),
        help_text=_("Nobody can start earlier."),
        validators=[validate_plausible_moment],
    )
    closes_at = MomentBlock(
        required=False,
        label=_("Closes"),
        help_text=_("Tries that are running then are handed in as they stand."),
        validators=[validate_plausible_moment],
    )

    def check_finished(self, value: Any) -> None:
        opens, closes = value["opens_at"], value["closes_at"]
        if opens and closes and closes <= opens:
            fault = ValidationError(gettext("Let it close after it opens."))
            raise blocks.StructBlockValidationError(block_errors={"closes_at": fault})

    class Meta:
        icon = "date"
        label = _("Open from and until")


class FeedbackBlock(blocks.StructBlock):
    during = blocks.MultipleChoiceBlock(
        choices=ASPECT_CHOICES,
        required=False,
        label=_("During a try"),
        help_text=_("With any tick, people can have each answer checked."),
    )
    after_submit = blocks.MultipleChoiceBlock(
        choices=ASPECT_CHOICES,
        required=False,
        label=_("After handing in"),
        help_text=_("While they have not passed and tries are left."),
    )
    after_last = blocks.MultipleChoiceBlock(
        choices=ASPECT_CHOICES,
        required=False,
        label=_("After passing, or after the last try"),
        help_text=_("Nothing of the moments above is kept: tick all that is told."),
    )
    after_close = blocks.MultipleChoiceBlock(
        choices=ASPECT_CHOICES,
        required=False,
        label=_("After the quiz has closed"),
        help_text=_("Needs a day on which it closes."),
    )

    class Meta:
        icon = "view"
        label = _("What people are told")


class DifferenceBlocks(DraftBlocks):
    pass_percent = blocks.IntegerBlock(
        min_value=0,
        max_value=100,
        label=_("Pass mark, %"),
        help_text=_("0 means nobody can fail."),
        icon="check",
    )
    principle_percent = blocks.IntegerBlock(
        min_value=0,
        max_value=100,
        label=_("At least this much in each principle, %"),
        help_text=_(
            "Below it in one principle, a try fails whatever its score. 0 means no such rule."
        ),
        icon="check",
    )
    certifies = blocks.BooleanBlock(
        required=False,
        label=_("A pass completes the course"),
        help_text=_("Certificates that rest on the course follow from it."),
        icon="success",
    )
    attempts = AttemptsBlock()
    cool_down = RowsBlock(
        blocks.IntegerBlock(min_value=0, max_value=8760, label=_("Hours")),
        label=_("Wait after each failed try, hours"),
        help_text=_("After the first failed try, the second, and so on. The last one repeats."),
        icon="history",
    )
    recap_gate = blocks.BooleanBlock(
        required=False,
        label=_("Read the recaps before the next try"),
        help_text=_("Each weak principle in short, once more."),
        icon="doc-full",
    )
    time_limit = TimeLimitBlock()
    open = OpenBlock()
    feedback = FeedbackBlock()
    one_page = blocks.BooleanBlock(
        required=False,
        label=_("All questions on one page"),
        help_text=_("Suits five questions or fewer."),
        icon="list-ul",
    )
    lessons_first = blocks.BooleanBlock(
        required=False,
        label=_("Only after all lessons"),
        help_text=_("It opens once every lesson of the course is read."),
        icon="folder-open-1",
    )
    honour = blocks.TextBlock(
        max_length=1000,
        label=_("Statement to agree to at the start"),
        help_text=_("For example: I answer on my own."),
        icon="edit",
    )

    class Meta:
        # Each setting has at most one block.
        block_counts = {
            name: {"max_num": 1}
            for name in (
                "pass_percent",
                "principle_percent",
                "certifies",
                "attempts",
                "cool_down",
                "recap_gate",
                "time_limit",
                "open",
                "feedback",
                "one_page",
                "lessons_first",
                "honour",
            )
        }


def settings_from_blocks(stream: Any) -> dict[str, Any]:
    """The settings of `quizzes.presets` that a page's differences stand for."""
    found: dict[str, Any] = {}
    for child in finished_children(stream):
        made = _READ.get(child.block_type)
        found |= made(child.value) if made else {child.block_type: child.value}
    return found


def _instant(value: Any) -> str:
    return value.isoformat() if value else ""


_READ: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "attempts": lambda value: {
        "attempts_allowed": value["allowed"],
        "attempts_window_hours": value["window_hours"],
    },
    "cool_down": lambda value: {"cool_down_hours": tuple(value)},
    "time_limit": lambda value: {
        "time_limit_minutes": value["minutes"],
        "time_is_tested": bool(value["reason"]),
    },
    "open": lambda value: {
        "opens_at": _instant(value["opens_at"]),
        "closes_at": _instant(value["closes_at"]),
    },
    "feedback": lambda value: {
        "feedback": {
            phase: tuple(value[phase] or ())
            for phase in (DURING, AFTER_SUBMIT, AFTER_LAST, AFTER_CLOSE)
        }
    },
}
