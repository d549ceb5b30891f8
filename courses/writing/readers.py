"""Previews as somebody: what a new learner sees, one half-way, one who is late, has passed, or has not.

Whoever can invent such a person, with their progress and their tries, registers here: it needs rooms above this one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from wagtail.models import Page

NEW, HALF, OVERDUE, PASSED, FAILED = "", "half", "overdue", "passed", "failed"
READERS: list[tuple[str, Any]] = [
    (NEW, _("As a new learner")),
    (HALF, _("Half-way")),
    (OVERDUE, _("Overdue")),
    (PASSED, _("Passed")),
    (FAILED, _("Failed the last try")),
]
Pretence = Callable[[HttpRequest, Page, str], AbstractContextManager[None]]
_pretences: list[Pretence] = []


def register_pretence(pretence: Pretence) -> None:
    """Let `pretence(request, page, mode)` be what previews are shown within; the last one registered is."""
    _pretences.append(pretence)


class ReaderPreviewMixin:
    """A page whose previews are shown as read by somebody who does not exist."""

    preview_modes = READERS

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page is rendered within the pretence: afterwards nothing of that person is left."""
        reader = mode_name if mode_name in dict(READERS) else NEW
        with _pretences[-1](request, self, reader):  # type: ignore[arg-type]
            shown: Any = super().serve_preview(request, mode_name)  # type: ignore[misc]
            return shown.render() if hasattr(shown, "render") else shown
