"""Items and banks in the CMS, where authors write, preview, review and publish them."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from quizzes import words
from quizzes.models import Item, ItemBank


class ItemFilters(WagtailFilterSet):
    class Meta:
        model = Item
        fields = ["bank", "principle", "kind", "difficulty", "critical", "retired"]


class ItemIndexView(IndexView):
    def get_base_queryset(self) -> QuerySet[Item]:
        items = super().get_base_queryset().select_related("bank", "principle")
        return items.annotate(used=Count("versions__responses"))


def stem(item: Item) -> str:
    """The first words of the question, for the list."""
    return words.short(item.stem, 80)


def state(item: Item) -> str:
    """Draft, live, or both. Wagtail's own column asks the database twice for each row."""
    if not item.live:
        return gettext("draft")
    return gettext("live + draft") if item.has_unpublished_changes else gettext("live")


class ItemViewSet(SnippetViewSet):
    model = Item
    icon = "help"
    menu_label = _("Questions")
    index_view_class = ItemIndexView
    filterset_class = ItemFilters
    list_per_page = 50
    list_display = [
        "code",
        Column("stem", label=_("Question"), accessor=stem),
        Column("kind", label=_("Kind"), sort_key="kind"),
        Column("principle", label=_("Principle"), sort_key="principle"),
        Column("difficulty", label=_("Difficulty"), accessor="get_difficulty_display"),
        BooleanColumn("critical", label=_("Critical"), sort_key="critical"),
        Column("used", label=_("Asked"), sort_key="used"),
        Column("state", label=_("State"), accessor=state, sort_key="live"),
    ]


class ItemBankViewSet(SnippetViewSet):
    model = ItemBank
    icon = "folder-open-1"
    menu_label = _("Banks")
    list_display = ["code", "title"]


class QuestionGroup(SnippetViewSetGroup):
    items = (ItemViewSet, ItemBankViewSet)
    menu_label = _("Question bank")
    menu_icon = "help"
    menu_order = 250


register_snippet(QuestionGroup)


class ForAuthors(MenuItem):
    """A way for people who may change questions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("quizzes.change_item"))


@hooks.register("register_admin_urls")
def register_screens() -> list[URLPattern | URLResolver]:
    return [path("", include("quizzes.cms.urls"))]


@hooks.register("register_reports_menu_item")
def register_statistics() -> MenuItem:
    return ForAuthors(
        _("Quiz statistics"), reverse("quiz_statistics:list"), icon_name="help", order=100
    )
