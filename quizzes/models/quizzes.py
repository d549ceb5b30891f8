from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.snippets.blocks import SnippetChooserBlock

from accounts.codes import CODE_VALIDATOR
from courses.models import Course, Principle
from courses.page_records import choose_code, propose_free_code
from courses.pages.forms import CODE_HELP
from courses.writing.choosers import LinklessChooserBlock
from courses.writing.drafts import DraftBlocks, FinishedBlock
from courses.writing.originals import find_original
from courses.writing.pages import WrittenPage
from courses.writing.readers import READERS, ReaderPreviewMixin
from items.models import ItemBank
from ledger import entries
from ledger.facts import LedgerProof
from quizzes.authoring.draws import DrawPanel
from quizzes.authoring.forms import QuizPageForm
from quizzes.authoring.panels import PresetPanel
from quizzes.authoring.settings_blocks import DifferenceBlocks
from quizzes.rules import presets

PRESET_CHOICES = [
    (presets.PRACTICE, _("Practice: no pass mark, everything explained at once")),
    (presets.CHECK, _("Check: pass mark, as many tries as people like, explained afterwards")),
    (presets.EXAM, _("Exam: earns the certificate, few tries, explained when it is over")),
    (presets.SURVEY, _("Survey: opinions, nothing is right or wrong")),
]


class Quiz(models.Model):
    """A quiz, whatever the language. `rules` is what its source page said when last published.

    Attempts keep a snapshot of `rules` (`quizzes.rules.settings.QuizRules`) from their start: no later change
    reaches them.
    """

    key = models.UUIDField(unique=True, editable=False)
    code = models.CharField(_("code"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=255)
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="quizzes")
    rules = models.JSONField(default=dict)

    proof = LedgerProof(known_as="quiz {code}")

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class SectionBlock(FinishedBlock):
    """So many items of one principle, or of any; critical ones only where wanted."""

    bank = LinklessChooserBlock(
        ItemBank, label=_("Bank"), help_text=_("Where the questions come from.")
    )
    principle = SnippetChooserBlock(
        Principle,
        required=False,
        label=_("Principle"),
        help_text=_("Leave it empty to draw from all."),
    )
    count = blocks.IntegerBlock(
        required=False,
        min_value=1,
        max_value=100,
        label=_("How many"),
        help_text=_("So many questions of this row are in each try."),
    )
    critical_only = blocks.BooleanBlock(
        required=False,
        label=_("Only critical questions"),
        help_text=_("Those that have to be right to pass."),
    )
    mandatory = blocks.BooleanBlock(
        required=False,
        label=_("Always ask all of these"),
        help_text=_("Every question that fits is in every try. “How many” is then left empty."),
    )

    def check_finished(self, value: Any) -> None:
        if not value["mandatory"] and not value["count"]:
            fault = ValidationError(gettext("Say how many, or ask all of these always."))
            raise blocks.StructBlockValidationError(block_errors={"count": fault})

    class Meta:
        icon = "list-ul"
        label = _("Draw")
        label_format = "{count} × {principle}"


class DrawBlocks(DraftBlocks):
    section = SectionBlock()


# The preview mode of a quiz as a whole.
WHOLE = "whole"

PageContext = Callable[[Any, HttpRequest], dict[str, Any]]
_page_contexts: list[PageContext] = []


def register_page_context(part: PageContext) -> None:
    """Let `part(page, request)` add to the template context of every quiz page."""
    if part not in _page_contexts:
        _page_contexts.append(part)


class QuizPage(ReaderPreviewMixin, WrittenPage):
    """A quiz in one language: its words, and in the source language its rules. Publishing makes them count."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, editable=False, related_name="pages")
    code = models.CharField(_("code"), max_length=50, validators=[CODE_VALIDATOR])
    intro = models.TextField(_("introduction"), blank=True)
    draw = StreamField(DrawBlocks(), verbose_name=_("what is drawn"), blank=True)
    preset = models.CharField(
        _("kind of quiz"), max_length=20, choices=PRESET_CHOICES, default=presets.EXAM
    )
    differences = StreamField(
        DifferenceBlocks(), verbose_name=_("what differs from that kind"), blank=True
    )

    content_panels = WrittenPage.content_panels + [
        FieldPanel("code", help_text=CODE_HELP),
        FieldPanel("intro", help_text=_("Above the facts, before people start: what it is about.")),
        MultiFieldPanel(
            [
                FieldPanel(
                    "draw",
                    heading=_("Draws"),
                    help_text=_("One row for each: so many questions of a principle, from a bank."),
                ),
                DrawPanel(),
            ],
            heading=_("What is drawn"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "preset",
                    help_text=_(
                        "What people can expect. The table below says what each kind means."
                    ),
                ),
                PresetPanel(),
                FieldPanel(
                    "differences",
                    help_text=_("Only what is different here, one block for each setting."),
                ),
            ],
            heading=_("How it behaves"),
        ),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["quiz", "code"]
    base_form_class = QuizPageForm
    template = "quizzes/quiz_page.html"
    read_with = ("quiz",)  # see `courses.pages.routing`
    preview_modes = [*READERS, (WHOLE, _("Every question of a try, with the key"))]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = choose_code(self, Quiz.objects.all())
        self.quiz = bind_quiz(self)
        super().save(*args, **kwargs)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        whole = mode_name == WHOLE
        return "quizzes/whole.html" if whole else super().get_preview_template(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        for part in _page_contexts:
            context |= part(self, request)
        return context


def bind_quiz(page: QuizPage) -> Quiz:
    """The record of this page, of its translations and aliases, made with the first of them."""
    if page.alias_of_id:
        return find_original(page).quiz
    known = Quiz.objects.filter(key=page.translation_key).first()
    if known:
        return known
    made = _make_quiz(page)
    page.code = made.code  # what the page says is what lists say
    return made


@transaction.atomic
def _make_quiz(page: QuizPage) -> Quiz:
    quiz = Quiz.objects.create(
        key=page.translation_key,
        code=propose_free_code(page.code, page, Quiz.objects.all()),
        title=page.title[:255],
    )
    entries.append_entry(
        kind="quiz.added",
        subject=f"quiz:{quiz.code}",
        actor=page.owner.actor if page.owner else "system:editor",
        at=timezone.now(),
        facts=[quiz],
    )
    return quiz
