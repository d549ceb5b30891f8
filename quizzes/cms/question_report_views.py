"""What learners say is wrong with questions: the authors' queue, and one version with all that was said.

Authors do not see the names of the people who report.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from accounts import query_strings
from accounts.models import User
from courses.writing.addresses import find_edit_address
from items import sentences
from items.kinds.content import kind_of, parse_content
from items.models import ItemVersion
from quizzes.cms.statistics_views import AuthorsOnlyMixin
from quizzes.cms.tables import COUNT, SHARE, WORDS, StatisticsColumn, StatisticsTable
from quizzes.models import ItemReport, Response
from quizzes.regrades import item_reports
from quizzes.regrades.affected import HANDED_IN
from quizzes.regrades.item_reports import ReportPile

QUEUE = "question_reports:queue"
TRUTH = {"true_false", "confidence"}
# The resolutions that leave marks as they are.
SETTLED = (ItemReport.Resolution.KEPT, ItemReport.Resolution.REWORDED)


class SettleForm(forms.Form):
    """What came of the reports, and what everybody who reported is told."""

    resolution = forms.ChoiceField(
        label=gettext_lazy("What comes of it"),
        widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in SETTLED],
    )
    answer = forms.CharField(
        label=gettext_lazy("What you tell those who reported it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=item_reports.MOST_WORDS,
    )


class QuestionReportsScreen(AuthorsOnlyMixin, WagtailAdminTemplateMixin, TemplateView):
    header_icon = "warning"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse(QUEUE), "label": _("Question reports")}]
        return [*items, *self.trail()]

    def trail(self) -> list[dict[str, Any]]:
        """The breadcrumbs from the queue to this page."""
        return []

    @property
    def person(self) -> User:
        return cast("User", self.request.user)


class ReportQueueView(QuestionReportsScreen):
    """The versions with open reports, most reports first."""

    template_name = "quizzes/cms/question_reports.html"

    @cached_property
    def misread(self) -> list[str]:
        """The queue has no filters: an address with one lists nothing and says so."""
        return query_strings.describe_misread(self.request.GET, ())

    @cached_property
    def piles(self) -> list[ReportPile]:
        return [] if self.misread else item_reports.report_queue()

    def get_page_title(self) -> str:
        if self.misread:
            return _("Nothing is listed")
        count = sum(len(pile.reports) for pile in self.piles)
        if not count:
            return _("No report is open")
        return ngettext("%(count)s report is open", "%(count)s reports are open", count) % {
            "count": count
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = _queue(self.piles, self.person)
        return super().get_context_data(**kwargs, table=table, misread=self.misread)


class ItemVersionScreen(QuestionReportsScreen):
    """A page about one version of a question."""

    @cached_property
    def version(self) -> ItemVersion:
        rows = ItemVersion.objects.select_related("item__bank", "principle")
        return get_object_or_404(rows, pk=self.kwargs["version"])

    @property
    def name(self) -> str:
        told = {"code": self.version.item.code, "number": self.version.number}
        return _("%(code)s, version %(number)s") % told

    def trail(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("question_reports:version", args=[self.version.pk]), "label": self.name}
        ]


class ReportedVersionView(ItemVersionScreen):
    """The question as it was asked, with its key, and what was said about it."""

    template_name = "quizzes/cms/reported_question.html"

    def get_page_title(self) -> str:
        return self.name

    @cached_property
    def reports(self) -> list[ItemReport]:
        return item_reports.reports_about(self.version)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version, spec = self.version, parse_content(self.version.content)
        facility = _facilities([version.pk]).get(version.pk)
        regrades = list(version.regrades.order_by("-id"))
        settled = [_said(row, self.person) for row in self.reports if row.resolved_at]
        return super().get_context_data(
            form=kwargs.get("form", SettleForm()),
            version=version,
            stem=sentences.split_heading(spec.stem),
            key=_key(version),
            feedback=spec.feedback,
            facility=None if facility is None else round(facility * 100),
            reports=[_said(row, self.person) for row in self.reports if not row.resolved_at],
            settled=settled,
            versions=version.item.versions.order_by("-number"),
            regrades=regrades,
            has_history=bool(regrades or settled),
            may_regrade=self.user_has_permission("publish"),
            edit_url=find_edit_address(version.item),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SettleForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        told = form.cleaned_data
        closed = item_reports.settle_reports(
            self.version,
            told["resolution"],
            answer=told["answer"],
            actor=self.person.actor,
            at=timezone.now(),
        )
        said = ngettext(
            "%(count)s report is settled, and the person is told.",
            "%(count)s reports are settled, and the people are told.",
            len(closed),
        )
        messages.success(request, said % {"count": len(closed)})
        return redirect(QUEUE)


def _queue(piles: list[ReportPile], person: User) -> StatisticsTable:
    facilities = _facilities([pile.version.pk for pile in piles])
    rows = [
        [
            pile.version.item.full_code,
            pile.version.number,
            sentences.excerpt(pile.version.content["stem"], 80),
            len(pile.reports),
            ", ".join(f"{count} × {name}" for name, count in pile.categories),
            sentences.excerpt(pile.words, 80),
            sentences.format_day(pile.since, person),
            facilities.get(pile.version.pk),
        ]
        for pile in piles
    ]
    columns = [
        StatisticsColumn(_("Question")),
        StatisticsColumn(_("Version"), COUNT),
        StatisticsColumn(_("It asks"), WORDS),
        StatisticsColumn(_("Reports"), COUNT),
        StatisticsColumn(_("What is said to be wrong")),
        StatisticsColumn(_("First words"), WORDS),
        StatisticsColumn(_("Since")),
        StatisticsColumn(_("Answered right"), SHARE),
    ]
    links = {
        number: reverse("question_reports:version", args=[pile.version.pk])
        for number, pile in enumerate(piles)
    }
    return StatisticsTable("question-reports", _("Open reports by question"), columns, rows, links)


def _facilities(versions: list[int]) -> dict[int, float]:
    """The mean share of the points that people earn, 0-1, by version. One query."""
    rows = (
        Response.objects.filter(version__in=versions, attempt__state__in=HANDED_IN, max_mark__gt=0)
        .exclude(mark=None)
        .values("version")
        .annotate(mark=Sum("mark"), of=Sum("max_mark"))
    )
    return {row["version"]: float(row["mark"] / row["of"]) for row in rows}


def _key(version: ItemVersion) -> list[dict[str, Any]]:
    """Each option, row or gap with what is right there and why."""
    spec = parse_content(version.content)
    return [
        {
            "text": _(part.text) if spec.kind in TRUTH else part.text,
            "right": bool(part.right),
            "better": sentences.translate(part.better) if part.better else "",
            "reason": part.reason,
        }
        for part in kind_of(spec).reveal(spec, {}).parts
    ]


def _said(row: ItemReport, person: User) -> dict[str, Any]:
    return {
        "day": sentences.format_day(row.reported_at, person),
        "category": row.get_category_display(),
        "text": row.text,
        "resolution": row.get_resolution_display(),
        "answer": row.answer,
    }
