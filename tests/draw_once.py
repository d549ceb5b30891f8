"""Parts of the editor's pages that are the same on each, drawn once where a test asks about what differs."""

from __future__ import annotations

from typing import Any

from django.template import Template
from django.test.utils import _TestState
from django.utils import translation

from wagtail.admin.menu import admin_menu
from wagtail.blocks.base import BlockWidget

import pytest

# By a number that is this block's as long as the block is kept, and the language.
_forms: dict[tuple[int, str], tuple[Any, Any, Any]] = {}


def build_forms_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the editor's script is told of a stream's blocks, whatever is written in them, is told to all pages."""
    build = BlockWidget._build_block_json

    def build_once(widget: Any) -> None:
        block = widget.block_def
        key = id(block), translation.get_language()
        if key not in _forms:
            build(widget)
            _forms[key] = block, widget._js_context, widget._block_json
        _block, widget._js_context, widget._block_json = _forms[key]

    monkeypatch.setattr(BlockWidget, "_build_block_json", build_once)


def draw_menus_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu of a person is drawn for one page and shown on all; nothing notes what pages are made of."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
    draw_menu = admin_menu.render_component
    menus: dict[int, Any] = {}

    def draw_menu_once(request: Any) -> Any:
        if request.user.pk not in menus:
            menus[request.user.pk] = draw_menu(request)
        return menus[request.user.pk]

    monkeypatch.setattr(admin_menu, "render_component", draw_menu_once)
