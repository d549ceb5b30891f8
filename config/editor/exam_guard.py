"""Whoever is being examined looks up no keys: the pages of the editor that tell them wait until the try is over.

These pages list, search, export, compare and count many questions at once, so they close as a whole.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.failures.refusals import Refusal
from items.models import Item
from quizzes.attempts import open_items

# The namespaces of the editor's addresses that tell keys or reasons; searching in them would, too.
TELLING = frozenset(
    {
        "wagtailsnippets_items_item",
        "quiz_exchange",
        "question_reports",
        "quiz_statistics",
    }
)
BULK = "wagtail_bulk_action"
ITEMS = (Item._meta.app_label, Item._meta.model_name)


def tells_keys(request: HttpRequest) -> bool:
    """Whether the address of the request tells keys of questions."""
    match = request.resolver_match
    if match is None:
        return False
    said: dict[str, Any] = match.kwargs
    bulk = match.view_name == BULK and (said["app_label"], said["model_name"]) == ITEMS
    return bulk or not TELLING.isdisjoint(match.namespaces)


def refuse_examined(request: HttpRequest) -> Refusal | None:
    """The refusal for somebody who has an exam open, with the way back to it; None for everybody else."""
    if not tells_keys(request) or not request.user.is_authenticated:
        return None
    exam = open_items.find_open_exam(request.user)
    if exam is None:
        return None
    return Refusal(
        403,
        _("A try of yours is open"),
        _("“%(quiz)s” is not handed in, and here stand the keys of questions. Hand it in first.")
        % {"quiz": exam.quiz},
        step=(_("Back to your try"), reverse("quizzes:resume", args=[exam.uuid])),
    )
