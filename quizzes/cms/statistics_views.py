"""Item analysis for authors: which quizzes, which questions, what to do. No person is named anywhere."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from accounts import query_strings
from accounts.models import User
from accounts.query_strings import StrictFiltersMixin
from courses.writing.addresses import find_edit_address
from items import sentences
from items.models import Item, ItemVersion
from quizzes.cms import report_findings, statistics_descriptions
from quizzes.cms.tables import (
    NOTHING,
    NUMBER,
    PERCENT,
    SHARE,
    StatisticsTable,
    download_table,
    format_cell,
)
from quizzes.models import Attempt, Quiz
from quizzes.reporting import reports
from quizzes.reporting.collecting import CountedTries
from quizzes.reporting.reports import AnalysedQuestion, QuizReport
from quizzes.statistics.results import ItemStatistics

LIST = "quiz_statistics:list"


class AuthorsOnlyMixin(PermissionCheckedMixin):
    """Statistics are for people who may change questions."""

    permission_required = "change"

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Item)


class StatisticsFilterForm(forms.Form):
    """Filter of the statistics: which attempts count, and whether versions of a question are joined."""

    tries = forms.ChoiceField(
        label=gettext_lazy("Which tries count"), choices=CountedTries.choices, required=False
    )
    joined = forms.BooleanField(
        label=gettext_lazy("Join the versions of a question"), required=False
    )

    @property
    def misread(self) -> list[str]:
        """A sentence for each name and value that is no choice here: then nothing is counted."""
        found = query_strings.describe_misread(self.data, (*self.fields, "quiz", "table"))
        wrong = [] if self.is_valid() else [name for name in self.errors if name in self.data]
        if self.data.get("joined", "") not in {"", "on"}:
            wrong.append("joined")
        told = [query_strings.describe_unknown_value(name, self.data[name]) for name in wrong]
        return list(dict.fromkeys([*found, *told]))

    @property
    def chosen(self) -> dict[str, Any]:
        """The choices, with defaults for what is not chosen."""
        self.is_valid()
        return {
            "tries": self.cleaned_data.get("tries") or CountedTries.FIRST,
            "joined": bool(self.cleaned_data.get("joined")),
        }

    @property
    def query(self) -> str:
        """The choices as a query string."""
        chosen = self.chosen
        return f"tries={chosen['tries']}" + ("&joined=on" if chosen["joined"] else "")


class QuizStatisticsListView(StrictFiltersMixin, AuthorsOnlyMixin, ReportView):
    """The quizzes with submitted attempts, each with its statistics."""

    page_title = gettext_lazy("Quiz statistics")
    header_icon = "help"
    index_url_name = LIST
    index_results_url_name = "quiz_statistics:list_results"
    default_ordering = "title"

    def get_queryset(self) -> QuerySet[Quiz]:
        taken = Attempt.objects.filter(quiz=OuterRef("pk"), state=Attempt.State.SUBMITTED)
        return Quiz.objects.filter(Exists(taken)).select_related("course").order_by("title")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        known = reports.get_reports(object_list, at=timezone.now())
        for quiz in object_list:
            quiz.report = known.get(quiz.pk)
        return object_list

    @cached_property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("title", label=_("Quiz"), get_url=_address),
            Column("course", label=_("Course")),
            Column("tries", label=_("First tries"), accessor=_tries),
            Column("passed", label=_("Passed"), accessor=_passed),
            Column("mean", label=_("Mean, points"), accessor=_mean),
            Column("cic", label=_("Reliability"), accessor=_reliability),
            Column("look", label=_("Worth a look"), accessor=_look),
        ]

    @property
    def no_results_message(self) -> str:
        return _("Nobody has handed in a quiz yet.")


class StatisticsScreen(AuthorsOnlyMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page about one report; `?table=` hands out one of its tables as a file."""

    header_icon = "help"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if misread := self.choices.misread:
            told = WagtailAdminTemplateMixin.get_context_data(self, misread=misread)
            status = 400 if "table" in request.GET else 200
            return render(request, "quizzes/cms/not_counted.html", told, status=status)
        context = self.get_context_data()
        wanted = request.GET.get("table")
        if not wanted:
            return self.render_to_response(context)
        tables: list[StatisticsTable] = context["tables"]
        for table in tables:
            if table.name == wanted:
                return download_table(table)
        raise Http404

    @cached_property
    def choices(self) -> StatisticsFilterForm:
        return StatisticsFilterForm(self.request.GET)

    def get_page_title(self) -> str:
        return _("Nothing is counted") if self.choices.misread else self.headline()

    def headline(self) -> str:
        """What the numbers say, as the title of the page."""
        raise NotImplementedError

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse(LIST), "label": _("Quiz statistics")}]
        return [*items, *self.trail()]

    def trail(self) -> list[dict[str, Any]]:
        """The breadcrumbs from the list to this page."""
        raise NotImplementedError


class QuizStatisticsView(StatisticsScreen):
    """One quiz: what to look at first, then every number."""

    template_name = "quizzes/cms/quiz_statistics.html"

    @cached_property
    def quiz(self) -> Quiz:
        return get_object_or_404(Quiz, pk=self.kwargs["quiz"])

    @cached_property
    def report(self) -> QuizReport:
        return reports.get_report(self.quiz, at=timezone.now(), **self.choices.chosen)

    def headline(self) -> str:
        return report_findings.report_headline(self.report)

    def get_page_subtitle(self) -> str:
        return self.quiz.title

    def trail(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.quiz.title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, title = self.report, self.quiz.title
        plots = [
            report_findings.plot_scores(report, title),
            report_findings.plot_questions(report, title, self._link),
        ]
        return super().get_context_data(
            **kwargs,
            quiz=self.quiz,
            report=report,
            headline=report_findings.report_headline(report),
            looks=[_looked(q, item, self._link) for q, item in report.worth_a_look()],
            advice=statistics_descriptions.advice_sentences(report.analysis.quiz),
            figures=statistics_descriptions.describe_statistics(
                report.analysis.quiz, statistics_descriptions.QUIZ_STATISTICS
            ),
            plots=plots,
            tables=[plot.table for plot in plots],
            choices=self.choices,
            when=sentences.format_moment(report.counted_at, cast("User", self.request.user)),
        )

    def _link(self, question: AnalysedQuestion) -> str:
        address = reverse("quiz_statistics:item", args=[question.version])
        return f"{address}?quiz={self.quiz.pk}&{self.choices.query}"


class ItemStatisticsView(StatisticsScreen):
    """One question in one version: advice first, then who chooses what."""

    template_name = "quizzes/cms/item_statistics.html"

    @cached_property
    def version(self) -> ItemVersion:
        rows = ItemVersion.objects.select_related("item__bank")
        return get_object_or_404(rows, pk=self.kwargs["version"])

    @cached_property
    def quizzes(self) -> list[Quiz]:
        """The quizzes that asked it."""
        asked = Attempt.objects.filter(quiz=OuterRef("pk"), responses__version=self.version)
        return list(Quiz.objects.filter(Exists(asked)).order_by("title"))

    @cached_property
    def quiz(self) -> Quiz | None:
        wanted = self.request.GET.get("quiz", "")
        known = {str(quiz.pk): quiz for quiz in self.quizzes}
        if wanted and wanted not in known:
            raise Http404
        return known.get(wanted) or next(iter(self.quizzes), None)

    @cached_property
    def report(self) -> QuizReport | None:
        if self.quiz is None:
            return None
        return reports.get_report(self.quiz, at=timezone.now(), **self.choices.chosen)

    @cached_property
    def found(self) -> tuple[AnalysedQuestion, ItemStatistics] | None:
        """The numbers of this version, or of all versions joined."""
        joined = self.choices.chosen["joined"]
        for question, item in self.report.rows() if self.report else ():
            if question.version == self.version.pk or (
                joined and question.item == self.version.item_id
            ):
                return question, item
        return None

    def headline(self) -> str:
        return _("Statistics of %(code)s") % {"code": self.version.item.code}

    def trail(self) -> list[dict[str, Any]]:
        steps = []
        if self.quiz:
            address = f"{reverse('quiz_statistics:quiz', args=[self.quiz.pk])}?{self.choices.query}"
            steps.append({"url": address, "label": self.quiz.title})
        return [*steps, {"url": "", "label": self.version.item.code}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            **kwargs,
            version=self.version,
            quizzes=self.quizzes,
            quiz=self.quiz,
            quiz_key=str(self.quiz.pk) if self.quiz else "",
            choices=self.choices,
            stem=sentences.plain_text(self.version.content["stem"]),
            edit_url=find_edit_address(self.version.item),
            tables=[],
        )
        return context | (
            _of_item(*self.found, least=self.report.least) if self.found and self.report else {}
        )


def _of_item(question: AnalysedQuestion, item: ItemStatistics, *, least: int) -> dict[str, Any]:
    plots = []
    if item.options:
        plots.append(report_findings.plot_options(question, item))
    if item.enough and question.scored:
        plots.append(report_findings.plot_bands(question, item))
    languages = report_findings.tabulate_languages(
        question, {code: str(name) for code, name in settings.LANGUAGES}
    )
    tables = [plot.table for plot in plots] + ([languages] if languages else [])
    return {
        "question": question,
        "item": item,
        "headline": _item_headline(item, least),
        "advice": statistics_descriptions.advice_sentences(item) if item.enough else [],
        "figures": statistics_descriptions.describe_statistics(
            item, statistics_descriptions.ITEM_STATISTICS
        ),
        "plots": plots,
        "languages": languages,
        "tables": tables,
    }


def _item_headline(item: ItemStatistics, least: int) -> str:
    if not item.enough:
        return report_findings.too_few_message(item.attempts, least)
    if reports.needs_a_look(item):
        return _("This question needs a look")
    return _("This question measures well")


def _looked(question: AnalysedQuestion, item: ItemStatistics, link: Any) -> dict[str, Any]:
    return {
        "code": question.code,
        "stem": question.stem,
        "url": link(question),
        "advice": statistics_descriptions.advice_sentences(item),
    }


def _address(quiz: Quiz) -> str:
    return reverse("quiz_statistics:quiz", args=[quiz.pk])


def _tries(quiz: Any) -> str:
    return str(quiz.report.analysis.quiz.attempts) if quiz.report else NOTHING


def _passed(quiz: Any) -> str:
    count = quiz.report.analysis.quiz.attempts if quiz.report else 0
    return format_cell(quiz.report.passed / count if count else None, SHARE)


def _mean(quiz: Any) -> str:
    return format_cell(quiz.report.analysis.quiz.mean if quiz.report else None, NUMBER)


def _reliability(quiz: Any) -> str:
    return format_cell(quiz.report.analysis.quiz.cic if quiz.report else None, PERCENT)


def _look(quiz: Any) -> str:
    if quiz.report is None or not quiz.report.analysis.quiz.enough:
        return NOTHING
    return str(len(quiz.report.worth_a_look()))
