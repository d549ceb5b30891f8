from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from courses.blocks import LessonBlocks
from courses.pages import page_contexts
from courses.writing.pages import WrittenPage


class HomePage(WrittenPage):
    """The front page in one language."""

    promise = models.CharField(_("promise"), max_length=120)
    lede = models.TextField(_("introduction"), max_length=300)
    body = StreamField(LessonBlocks(), verbose_name=_("how it works"), blank=True)

    content_panels = WrittenPage.content_panels + [
        FieldPanel("promise", help_text=_("The large line at the top: what people gain.")),
        FieldPanel(
            "lede", help_text=_("Below it, in a sentence or two: what this is, and for whom.")
        ),
        FieldPanel("body", help_text=_("How it works, in blocks, below principles and courses.")),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "courses.PrincipleIndexPage",
        "courses.CatalogPage",
        "home.ContentPage",
    ]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.front_page_context(
            request, self
        )


class ContentPage(WrittenPage):
    """A plain page: sources and thanks, accessibility, privacy."""

    body = StreamField(LessonBlocks(), verbose_name=_("body"))

    content_panels = WrittenPage.content_panels + [
        FieldPanel("body", help_text=_("What the page says, in blocks."))
    ]
    search_fields = WrittenPage.search_fields + [index.SearchField("body")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    template = "home/content_page.html"

    class Meta:
        verbose_name = _("plain page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | page_contexts.text_context(
            request, self
        )
