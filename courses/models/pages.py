from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from accounts.codes import CODE_VALIDATOR
from courses.blocks import LessonBlocks
from courses.models.records import ChangeClass, Course, Principle
from courses.page_records import bind_course, bind_principle, choose_code
from courses.pages import page_contexts
from courses.pages.forms import CODE_HELP, CoursePageForm, PrinciplePageForm
from courses.progress import course_progress
from courses.writing.drafts import DraftBlocks
from courses.writing.originals import step_key
from courses.writing.pages import WrittenPage
from courses.writing.readers import READERS, ReaderPreviewMixin
from courses.writing.schedules import was_written_after


class PrincipleIndexPage(WrittenPage):
    """`/principles/`: the principles in order."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = Page.content_panels + [
        FieldPanel("intro", help_text=_("Above the list, in a sentence or two."))
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.PrinciplePage"]
    max_count_per_parent = 1
    template = "courses/principle_index_page.html"

    class Meta:
        verbose_name = _("list of principles")
        verbose_name_plural = _("lists of principles")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(
            request, *args, **kwargs
        ) | page_contexts.principle_index_context(request, self)


class PrinciplePage(WrittenPage):
    """One principle in one language, open to everybody."""

    principle = models.ForeignKey(
        Principle, models.PROTECT, null=True, editable=False, related_name="pages"
    )
    number = models.PositiveSmallIntegerField(_("number"), null=True)
    code = models.CharField(_("code"), max_length=20, validators=[CODE_VALIDATOR])
    working_title = models.CharField(_("in short"), max_length=120, blank=True)
    statement = models.TextField(_("statement"), max_length=300)
    meaning = models.TextField(_("what it means here"))
    body = StreamField(LessonBlocks(), verbose_name=_("examples, case study, check"), blank=True)

    content_panels = Page.content_panels + [
        MultiFieldPanel(
            [
                FieldPanel("number", help_text=_("Its place in the list; each number once.")),
                FieldPanel("code", help_text=CODE_HELP),
            ],
            heading=_("Identity"),
        ),
        FieldPanel("working_title", help_text=_("A few words for lists and cards.")),
        FieldPanel("statement", help_text=_("The principle in one sentence, large on its page.")),
        FieldPanel(
            "meaning",
            help_text=_(
                "What it asks of people here, in plain words. An empty line begins a paragraph."
            ),
        ),
        FieldPanel(
            "body", help_text=_("What shows the principle at work. Add what you need in any order.")
        ),
    ]
    search_fields = Page.search_fields + [
        index.SearchField("statement"),
        index.SearchField("meaning"),
        index.SearchField("body"),
    ]
    parent_page_types = ["courses.PrincipleIndexPage"]
    subpage_types = ["courses.CaseStudyPage"]
    exclude_fields_in_copy = ["principle", "code", "number"]
    base_form_class = PrinciplePageForm
    template = "courses/principle_page.html"

    class Meta:
        verbose_name = _("principle")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = choose_code(self, Principle.objects.all())
        self.principle = bind_principle(self, Principle.objects.all())
        if self.number is None:  # a translation has the number of its record, a copy none
            self.number = self.principle.number
        super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.principle_context(
            request, self
        )


class CaseStudyPage(WrittenPage):
    """A longer case study below its principle, open to everybody."""

    summary = models.TextField(_("summary"), max_length=300)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))

    content_panels = Page.content_panels + [
        FieldPanel(
            "summary", help_text=_("What happened and what came of it, in a sentence or two.")
        ),
        FieldPanel("body", help_text=_("The case itself, in blocks.")),
    ]
    search_fields = Page.search_fields + [index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["courses.PrinciplePage"]
    subpage_types: list[str] = []
    template = "courses/case_study_page.html"

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.case_study_context(
            request, self
        )


class CatalogPage(WrittenPage):
    """`/courses/`: every course there is."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = Page.content_panels + [
        FieldPanel("intro", help_text=_("Above the courses, in a sentence or two."))
    ]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    max_count_per_parent = 1
    template = "courses/catalog_page.html"

    class Meta:
        verbose_name = _("catalogue")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.catalog_context(
            request, self
        )


# What the author says about a change is said once: the next one begins as editorial again.
NO_CHANGE = {"change_class": ChangeClass.EDITORIAL.value, "change_note": ""}


class CoursePage(ReaderPreviewMixin, WrittenPage):
    """A course in one language: what it promises and what is in it. Publishing it cuts a release."""

    course = models.ForeignKey(
        Course, models.PROTECT, null=True, editable=False, related_name="pages"
    )
    code = models.CharField(_("code"), max_length=50, validators=[CODE_VALIDATOR])
    promise = models.TextField(_("promise"), max_length=300)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    in_order = models.BooleanField(_("modules in order"), default=True)
    change_class = models.CharField(
        _("this change is"),
        max_length=20,
        choices=ChangeClass.choices,
        default=ChangeClass.EDITORIAL,
    )
    change_note = models.CharField(_("what changed"), max_length=500, blank=True)
    body = StreamField(LessonBlocks(), verbose_name=_("more about the course"), blank=True)

    content_panels = Page.content_panels + [
        FieldPanel("code", help_text=CODE_HELP),
        FieldPanel(
            "promise", help_text=_("What people can do afterwards: “When you finish, you can …”")
        ),
        FieldPanel("audience", help_text=_("Who should take it, so that others need not.")),
        FieldPanel(
            "in_order",
            help_text=_(
                "A module opens when the one before it is done. Without the tick all are open."
            ),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "change_class",
                    help_text=_(
                        "Who has to know of it. It goes back to editorial after each publishing."
                    ),
                ),
                FieldPanel(
                    "change_note",
                    help_text=_("For people in the middle of the course, in a sentence."),
                ),
            ],
            heading=_("When you publish"),
        ),
        FieldPanel(
            "body",
            help_text=_("Above the modules, for those who want to know more before they start."),
        ),
    ]
    search_fields = Page.search_fields + [
        index.SearchField("promise"),
        index.SearchField("audience"),
    ]
    parent_page_types = ["courses.CatalogPage"]
    subpage_types = ["courses.ModulePage", "quizzes.QuizPage"]
    exclude_fields_in_copy = ["course", "code"]
    base_form_class = CoursePageForm
    template = "courses/course_page.html"

    class Meta:
        verbose_name = _("course")

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """A draft from before the last publishing says nothing about the next change."""
        if self.last_published_at and not was_written_after(content, self.last_published_at):
            content = content | NO_CHANGE
        draft = super().with_content_json(content)
        draft.last_published_at = self.last_published_at
        return draft

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code = choose_code(self, Course.objects.all())
        self.course = bind_course(self, Course.objects.all())
        super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.course_context(
            request, self
        )


class GoalBlocks(DraftBlocks):
    goal = blocks.CharBlock(
        label=_("Goal"), help_text=_("It begins with a verb: “Say who you are”.")
    )


class ModulePage(WrittenPage):
    """A module teaches one principle in a few lessons."""

    principle = models.ForeignKey(
        Principle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="module_pages",
        verbose_name=_("teaches"),
    )
    summary = models.CharField(_("summary"), max_length=300)
    goals = StreamField(GoalBlocks(), blank=True, verbose_name=_("goals"))

    content_panels = Page.content_panels + [
        FieldPanel(
            "principle",
            help_text=_(
                "What its questions and recaps belong to. Leave it empty for a module about all of them."
            ),
        ),
        FieldPanel("summary", help_text=_("What it is about, in a sentence.")),
        FieldPanel("goals", help_text=_("What people can do afterwards, one line each.")),
    ]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/module_page.html"

    class Meta:
        verbose_name = _("module")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.module_context(
            request, self
        )


class LessonPage(ReaderPreviewMixin, WrittenPage):
    """A few minutes of reading in blocks. Its translation key is the step that people complete."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=3)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))

    content_panels = Page.content_panels + [
        FieldPanel(
            "minutes",
            help_text=_("How long reading takes. Courses and modules add them up, so be honest."),
        ),
        FieldPanel(
            "body",
            help_text=_(
                "What people read, in blocks of any order. The chooser shows what each looks like."
            ),
        ),
    ]
    search_fields = Page.search_fields + [index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson_page.html"
    preview_modes = [*READERS, ("checks", _("With the checks answered"))]
    # A lesson is never public; whoever else it is closed to is said at its course.
    private_page_options: list[str] = []

    class Meta:
        verbose_name = _("lesson")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.lesson_context(
            request, self
        )

    def get_default_privacy_setting(self, _request: HttpRequest) -> dict[str, Any]:
        return {"type": PageViewRestriction.LOGIN}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lessons are for signed-in people, and open when the modules before them are done."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.is_preview = False  # type: ignore[attr-defined]  # Wagtail's templates read it
        context = self.get_context(request, *args, **kwargs)
        folded = context.get("progress")
        opens_after = folded and course_progress.find_locking_module(folded, step_key(self))
        if opens_after:
            context["opens_after"] = opens_after
            return TemplateResponse(request, "courses/locked.html", context, status=403)
        return TemplateResponse(request, self.get_template(request), context)
