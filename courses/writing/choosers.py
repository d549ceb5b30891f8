"""Choosers of what not everybody may edit who may choose it: they offer no link to a form that would be refused."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property

from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


class LinklessChooser(AdminSnippetChooser):
    """Shows what is chosen; its form is found in the menu, by those who have it there."""

    show_edit_link = False


class LinklessChooserViewSet(SnippetChooserViewSet):
    """The chooser in forms of models."""

    base_widget_class = LinklessChooser


class LinklessChooserBlock(SnippetChooserBlock):
    """The chooser in blocks."""

    @cached_property
    def widget(self) -> LinklessChooser:
        return LinklessChooser(self.target_model, icon=super().widget.icon)

    def deconstruct(self) -> tuple[str, Any, Any]:
        """In migrations it is a plain chooser."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs
