"""Courses in the CMS."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from accounts.query_strings import StrictFiltersMixin
from courses.models import Principle


class PrincipleIndexView(StrictFiltersMixin, IndexView):
    """The principles."""


class PrincipleViewSet(SnippetViewSet):
    """Principles to choose from. They are made by their pages, so nobody adds them here."""

    model = Principle
    icon = "openquote"
    menu_label = _("Principles")
    index_view_class = PrincipleIndexView
    list_display = ["number", "code", "title"]
    search_fields = ["title", "code"]
    ordering = ["number"]
    inspect_view_enabled = True
    copy_view_enabled = False


register_snippet(PrincipleViewSet)
