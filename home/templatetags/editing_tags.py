"""What people with the editor see on pages: the userbar, and marks for its checks. Nobody else pays for them."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar
from wagtail.models import Page

from home.editing import content_checks
from items.models import Item

register = template.Library()


@register.simple_tag(takes_context=True)
def editor_bar(context: Context) -> SafeString:
    """The userbar of a page or preview with the marks of what is wrong with all of it."""
    if not _is_edited(context.get("request")):
        return mark_safe("")
    thing = context.get("page") or context.get("item")
    faults = []
    if isinstance(thing, Page):
        faults = content_checks.find_page_faults(thing)
    elif isinstance(thing, Item):
        faults = content_checks.find_item_faults(thing)
    return format_html("{}{}", _mark(faults), _show_bar(context))


@register.simple_tag(takes_context=True)
def mark_faults(context: Context, place: int) -> SafeString:
    """A mark before the block in this place of the page's body, if something is wrong with it."""
    if not _is_edited(context.get("request")):
        return mark_safe("")
    page = context["page"]
    block, language = page.body[place], content_checks.name_language(page)
    return _mark(content_checks.find_block_faults(block.block_type, block.value, language=language))


def _is_edited(request: HttpRequest | None) -> bool:
    """Whether the reader has the editor and this is a page or question of it: Wagtail says of both what they are."""
    rights = getattr(_editor_of(request), "nav", None)
    return bool(hasattr(request, "is_preview") and rights and rights.cms)


def _editor_of(request: HttpRequest | None) -> Any:
    """Who reads; in a preview as somebody else, whose preview it is."""
    return getattr(request, "editor", None) or getattr(request, "user", None)


def _show_bar(context: Context) -> SafeString:
    """Wagtail's userbar, with the rights of the editor."""
    request = context["request"]
    reader, request.user = request.user, _editor_of(request)
    try:
        return wagtailuserbar(context)
    finally:
        request.user = reader


def _mark(faults: list[str]) -> SafeString:
    if not faults:
        return mark_safe("")
    return format_html('<span class="visually-hidden" data-faults="{}"></span>', " ".join(faults))
