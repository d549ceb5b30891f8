"""Items and banks in the CMS, where authors write, preview, review and publish them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.writing.choosers import LinklessChooserViewSet
from items.models import Item, ItemBank
from quizzes.cms import bulk_actions, publishing_warnings
from quizzes.cms.item_views import (
    COLUMNS,
    BankIndexView,
    ItemAddView,
    ItemCopyView,
    ItemEditView,
    ItemFilters,
    ItemIndexView,
    ItemUsageView,
)
from quizzes.models import QuizPage
from quizzes.regrades import item_reports


class ItemViewSet(SnippetViewSet):
    model = Item
    base_url_path = "snippets/quizzes/item"  # authors keep links to questions
    icon = "help"
    menu_label = _("All questions")
    index_view_class = ItemIndexView
    add_view_class = ItemAddView
    edit_view_class = ItemEditView
    copy_view_class = ItemCopyView
    usage_view_class = ItemUsageView
    filterset_class = ItemFilters
    list_per_page = 50
    list_display = COLUMNS
    ordering = ("bank__code", "code")


class ItemBankViewSet(SnippetViewSet):
    model = ItemBank
    chooser_viewset_class = LinklessChooserViewSet
    base_url_path = "snippets/quizzes/itembank"
    icon = "folder-open-1"
    menu_label = _("Banks")
    index_view_class = BankIndexView
    list_display = ["code", "title"]


class QuestionGroup(SnippetViewSetGroup):
    items = (ItemViewSet, ItemBankViewSet)
    menu_label = _("Questions")
    menu_icon = "help"
    menu_order = 250


register_snippet(QuestionGroup)


class AuthorsMenuItem(MenuItem):
    """A menu item that only people who may change questions see."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("items.change_item"))


@hooks.register("register_admin_urls")
def register_screens() -> list[URLPattern | URLResolver]:
    return [path("", include("quizzes.cms.urls"))]


class ReportedMenuItem(AuthorsMenuItem):
    """The menu item of question reports, with the number of open ones."""

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        if count := item_reports.count_open_reports():
            told = {"label": self.label, "count": count}
            component.label = _("%(label)s (%(count)s)") % told
        return component


@hooks.register("register_admin_menu_item")
def register_reports() -> MenuItem:
    label, address = _("Question reports"), reverse("question_reports:queue")
    return ReportedMenuItem(label, address, name="question-reports", icon_name="warning", order=255)


@hooks.register("register_reports_menu_item")
def register_statistics() -> MenuItem:
    return AuthorsMenuItem(
        _("Quiz statistics"), reverse("quiz_statistics:list"), icon_name="help", order=100
    )


@hooks.register("after_publish_page")
def warn_of_a_planned_quiz(_request: HttpRequest, page: Page) -> None:
    """Somebody planned a publication; one that happens at once is heard by the signal, like that by approval."""
    if isinstance(page, QuizPage):
        publishing_warnings.warn_of_plan(page)


for action in bulk_actions.ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("insert_editor_js")
def link_question_forms() -> SafeString:
    """The script of the forms of questions, and its words."""
    return render_to_string("quizzes/cms/question_forms.html")
