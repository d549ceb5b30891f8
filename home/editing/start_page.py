"""The start page of the editor: my drafts, and the questions that need a look. What waits for review, Wagtail shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.models import Page

from accounts.models import User
from courses.changes import reading
from courses.models import CoursePage, CourseRelease
from courses.writing.addresses import find_edit_address
from items import sentences
from items.models import Item
from quizzes.cms.item_views import load_item_figures
from quizzes.regrades import item_reports
from quizzes.reporting import reports

MOST_ROWS = 10
LIST = "wagtailsnippets_items_item:list"


class AskedReviewsPanel(WorkflowObjectsToModeratePanel):
    """What waits for my review: what publishes opens a window that says what hangs on it."""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        for state in context["states"]:
            state["actions"] = [action for action in state["actions"] if action[-1]]
        return context


@dataclass(frozen=True)
class MyDraft:
    """A page or question with words of mine that are not live."""

    title: str
    kind: str
    edit: str
    saved_at: datetime
    is_live: bool


class MyDraftsPanel(Component):
    """What I changed last and did not publish."""

    template_name = "home/cms/my_drafts.html"
    order = 150

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"drafts": find_my_drafts(parent_context["request"].user)}


class ProposedChangesPanel(Component):
    """Material changes that wait for a reviewer."""

    template_name = "home/cms/waiting_changes.html"
    order = 140

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"changes": find_waiting_changes()}


class QuestionsPanel(Component):
    """The questions that measure badly, and those that learners reported."""

    template_name = "home/cms/questions_to_look_at.html"
    order = 250

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        if not parent_context["request"].user.has_perm("items.change_item"):
            return {}
        found = find_questions_to_look_at()
        return {
            "questions": [_describe(item) for item in found[:MOST_ROWS]],
            "count": len(found),
            "all": f"{reverse(LIST)}?look=yes",
            "reported": item_reports.count_open_reports(),
            "reports": reverse("question_reports:queue"),
        }


def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    """Wagtail's hook for the start page."""
    panels[:] = [
        AskedReviewsPanel() if isinstance(panel, WorkflowObjectsToModeratePanel) else panel
        for panel in panels
    ]
    panels += [ProposedChangesPanel(), MyDraftsPanel(), QuestionsPanel()]


def find_my_drafts(person: User) -> list[MyDraft]:
    """The newest first: two queries, however many there are."""
    waiting = {"has_unpublished_changes": True, "latest_revision__user": person}
    pages = Page.objects.filter(alias_of__isnull=True, **waiting)
    questions = Item.objects.filter(**waiting)
    drafts = [
        *_newest(pages.select_related("latest_revision", "content_type"), _draft_of_page),
        *_newest(questions.select_related("latest_revision"), _draft_of_item),
    ]
    return sorted(drafts, key=lambda one: one.saved_at, reverse=True)[:MOST_ROWS]


def find_waiting_changes() -> list[tuple[CourseRelease, str]]:
    """Each with the address of its page. Three queries, one where nothing waits."""
    found = reading.waiting_changes()
    courses = [one.course_id for one in found]
    pages = CoursePage.objects.filter(course__in=courses, alias_of=None).order_by("-path")
    keys = dict(pages.values_list("course", "pk")) if found else {}
    return [
        (one, reverse("course_release", args=[keys[one.course_id], one.number]))
        for one in found
        if one.course_id in keys
    ]


def find_questions_to_look_at() -> list[Item]:
    """The questions in use whose statistics call for a look."""
    asked = [
        pk
        for pk, (_report, numbers) in load_item_figures().items()
        if numbers.enough and reports.needs_a_look(numbers)
    ]
    return list(Item.objects.filter(pk__in=asked, live=True, retired=False).order_by("code"))


def _newest(drafts: Any, describe: Any) -> Iterable[MyDraft]:
    return map(describe, drafts.order_by("-latest_revision__created_at")[:MOST_ROWS])


def _draft_of_page(page: Page) -> MyDraft:
    title = page.draft_title or page.title
    edit = find_edit_address(page)
    kind = str(page.cached_content_type.model_class().get_verbose_name())
    return MyDraft(title, kind, edit, page.latest_revision.created_at, page.live)


def _draft_of_item(item: Item) -> MyDraft:
    title = f"{item.code}: {sentences.excerpt(item.stem)}"
    saved_at = item.latest_revision.created_at
    return MyDraft(title, _("Question"), find_edit_address(item), saved_at, item.live)


def _describe(item: Item) -> dict[str, str]:
    return {
        "code": item.code,
        "words": sentences.excerpt(item.stem, 80),
        "edit": find_edit_address(item),
    }
