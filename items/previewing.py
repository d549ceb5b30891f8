"""The preview of an item. The app that asks items draws it and registers its screen here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

PreviewScreen = Callable[[HttpRequest, Any, str], HttpResponse]

_screens: list[PreviewScreen] = []


def register_preview(screen: PreviewScreen) -> None:
    """Let `screen(request, item, mode)` draw the preview of every item; the last one registered does."""
    _screens.append(screen)


def show_preview(request: HttpRequest, item: Any, mode: str) -> HttpResponse:
    """The preview of an item in one of `Item.preview_modes`."""
    return _screens[-1](request, item, mode)
