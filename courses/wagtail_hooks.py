"""Courses in the CMS."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from accounts.query_strings import StrictFiltersMixin
from accounts.readers.known_rows import KnownRowMixin
from courses.models import Principle
from courses.pages.page_links import PublishedPageLinkHandler
from courses.writing.addresses import find_edit_address
from courses.writing.finished import PrintableTextMixin


class PrincipleIndexView(StrictFiltersMixin, IndexView):
    """The principles."""


class PrincipleAddressFinder(ModelAdminURLFinder):
    """A principle is written on its page, so that is where links to edit it lead."""

    def construct_edit_url(self, instance: Principle) -> str:
        page = instance.pages.filter(alias_of=None).order_by("pk").first()
        return find_edit_address(page) if page else ""


class PrincipleForm(KnownRowMixin, PrintableTextMixin, WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """The record of a principle."""


class PrincipleViewSet(SnippetViewSet):
    """Principles to choose from. They are made by their pages, so nobody adds them here."""

    model = Principle
    url_finder_class = PrincipleAddressFinder
    icon = "openquote"
    menu_label = _("Principles")
    index_view_class = PrincipleIndexView
    edit_handler = ObjectList(
        [FieldPanel("number"), FieldPanel("code"), FieldPanel("title")],
        base_form_class=PrincipleForm,
    )
    list_display = ["number", "code", "title"]
    search_fields = ["title", "code"]
    ordering = ["number"]
    inspect_view_enabled = True
    copy_view_enabled = False


register_snippet(PrincipleViewSet)


# After Wagtail's own, of the same name.
@hooks.register("register_rich_text_features", order=1)
def link_to_published_pages(features: FeatureRegistry) -> None:
    features.register_link_type(PublishedPageLinkHandler)
