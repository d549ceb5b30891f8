from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from accounts.codes import CODE
from courses.binding import is_taken, made_up_code
from courses.models import Course, Principle
from quizzes.forms import QuizPageForm
from quizzes.models.items import ItemBank

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Quiz(models.Model):
    """A quiz, whatever the language. `rules` is what its source page said when last published.

    Attempts copy `rules` at their start (`quizzes.rules_of.Rules`), so a later change never reaches them.
    """

    key = models.UUIDField(unique=True, editable=False)
    code = models.CharField(_("code"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=255)
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="quizzes")
    rules = models.JSONField(default=dict)

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "quizzes"

    def __str__(self) -> str:
        return self.title


class SectionBlock(blocks.StructBlock):
    """So many items of one principle, or of any; critical ones only where wanted."""

    bank = SnippetChooserBlock(ItemBank, label=_("Bank"))
    principle = SnippetChooserBlock(Principle, required=False, label=_("Principle"))
    count = blocks.IntegerBlock(min_value=1, max_value=100, label=_("How many"))
    critical_only = blocks.BooleanBlock(required=False, label=_("Only critical items"))

    class Meta:
        icon = "list-ul"
        label = _("Draw")
        label_format = "{count} × {principle}"


class ShowAnswers(models.TextChoices):
    ALWAYS = "always", _("After each attempt")
    AFTER_PASS = "after_pass", _("After passing, or after the last attempt")
    NEVER = "never", _("Never")


class QuizPage(Page):
    """A quiz in one language: its words, and in the source language its rules. Publishing makes them count."""

    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, editable=False, related_name="pages")
    code = models.CharField(_("code"), max_length=50, validators=[CODE])
    intro = models.TextField(_("introduction"), blank=True)
    draw = StreamField([("section", SectionBlock())], verbose_name=_("what is drawn"), blank=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark, %"), default=80, validators=PERCENT
    )
    principle_percent = models.PositiveSmallIntegerField(
        _("at least this much in each principle, %"), default=60, validators=PERCENT
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=3, help_text=_("0 means no limit.")
    )
    attempts_window_hours = models.PositiveSmallIntegerField(
        _("… in so many hours"), default=24, help_text=_("0 means for ever.")
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit, minutes"),
        null=True,
        blank=True,
        help_text=_("Leave it empty: most quizzes need no limit."),
    )
    time_limit_reason = models.CharField(
        _("why the limit is part of what is tested"),
        max_length=300,
        blank=True,
        help_text=_("Without a reason here, people may add 20 minutes up to ten times."),
    )
    show_answers = models.CharField(
        _("show right answers"),
        max_length=20,
        choices=ShowAnswers.choices,
        default=ShowAnswers.AFTER_PASS,
    )
    lessons_first = models.BooleanField(_("only after all lessons"), default=True)

    content_panels = Page.content_panels + [
        FieldPanel("code"),
        "intro",
        "draw",
        MultiFieldPanel(
            ["pass_percent", "principle_percent", "show_answers"], heading=_("To pass")
        ),
        MultiFieldPanel(
            [
                "attempts_allowed",
                "attempts_window_hours",
                "time_limit_minutes",
                "time_limit_reason",
                "lessons_first",
            ],
            heading=_("Attempts"),
        ),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["quiz"]
    base_form_class = QuizPageForm
    template = "quizzes/quiz_page.html"

    class Meta:
        verbose_name = _("quiz")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.quiz = bind_quiz(self)
        super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from quizzes import start_page  # the screens import the models

        context = super().get_context(request, *args, **kwargs)
        return context | start_page.context(self, request)


def bind_quiz(page: QuizPage) -> Quiz:
    """The record of this page and of its translations, made with the first of them.

    A draft may have no code yet and a copy still has its original's: until then it goes by a made-up one.
    """
    known = Quiz.objects.filter(key=page.translation_key).first()
    if known:
        return known
    code = page.code
    if not code or is_taken(Quiz.objects.all(), page, code=code):
        code = made_up_code("QUIZ", page)
    return Quiz.objects.get_or_create(
        key=page.translation_key, defaults={"code": code, "title": page.title[:255]}
    )[0]
