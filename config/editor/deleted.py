"""A form whose page or record somebody has deleted meanwhile: who and when is said, and what was typed comes back.

Wagtail would answer every save with a bare 404, which its autosave calls an error of the server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wagtail.models import BaseLogEntry, ModelLogEntry, Page, PageLogEntry
from wagtail.permissions import policy_registry

from accounts.readers.days import name_current_zone, spell_day
from config.editor.saving_alone import MOST_DIGITS, find_edited
from config.failures.answers import wants_json
from config.failures.refusals import EDITOR

PING = "wagtailadmin_editing_sessions:ping"
# What a form sends beside words: how its rows are counted, which buttons were pressed, what is meant for programs.
HIDDEN = re.compile(
    r"^(csrfmiddlewaretoken|next|action-.*|is_editing|loaded_.*|overwrite_.*|base)$"
    r"|(^|-)(count|deleted|order|ORDER|type|id|DELETE|TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$"
)
HAS_LETTERS = re.compile(r"[^\W\d_]")
Words = tuple[str, str]


class DeletedMeanwhileMiddleware:
    """Answers for a form of the editor that finds what it edits deleted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != HTTPStatus.NOT_FOUND or request.method != "POST" or not match:
            return response
        if not match.route.startswith(EDITOR):
            return response
        if match.view_name == PING:
            return _answer_ping(request, match.kwargs) or response
        if match.url_name == "edit":
            return _answer_save(request, find_edited(match.func, match.kwargs)) or response
        return response


def _answer_save(request: HttpRequest, edited: tuple[Any, int] | None) -> HttpResponse | None:
    """The page with the words, or for autosave why it stops; None where nothing was deleted."""
    told = _tell_deletion(request, *edited) if edited else ""
    if not edited or not told:
        return None
    if wants_json(request):
        # Of this code the editor shows the words, saves no more by itself, and asks `ping` at once.
        code = {"error_code": "invalid_revision", "error_message": told}
        return JsonResponse({"success": False, **code}, status=HTTPStatus.GONE)
    sent = request.POST.lists()
    again = [(name, text) for name, texts in sent for text in texts if name[:7] != "action-"]
    told_here = {"told": told, "words": list(find_words(request.POST))}
    anew = {"add_address": _find_form_for_new(request, edited[0]), "again": again}
    return render(
        request, "config/deleted_meanwhile.html", told_here | anew, status=HTTPStatus.GONE
    )


def _answer_ping(request: HttpRequest, asked: Mapping[str, Any]) -> HttpResponse | None:
    """What the open page asks every few seconds: it says what has happened before anybody presses a button."""
    try:
        model = apps.get_model(asked["app_label"], asked["model_name"])
    except LookupError:
        return None
    number = str(asked["object_id"])
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        return None
    told = _tell_deletion(request, model, int(number))
    if not told:
        return None
    # A newer version is what makes the editor ask before it sends the form; the words of its question are ours.
    shown = render_to_string("config/deleted_session.html", {"told": told}, request)
    return JsonResponse({"other_sessions": [{"revision_id": 1}], "html": shown})


def _tell_deletion(request: HttpRequest, model: type[Model], number: int) -> str:
    """Who deleted it and when, for whoever may change such things; empty if nobody has deleted it."""
    policy = policy_registry.get_by_type(model, fallback=False)
    if policy is None or not policy.user_has_permission(request.user, "change"):
        return ""
    entry = _find_deletion(model, number)
    if entry is None:
        return ""
    local = timezone.localtime(entry.timestamp)
    when = {"day": spell_day(local), "time": f"{date_format(local, 'H:i')} {name_current_zone()}"}
    if entry.user == request.user:
        return _("You deleted this on %(day)s at %(time)s, in another window.") % when
    who = {"who": str(entry.user) if entry.user else _("Somebody")}
    return _("%(who)s deleted this on %(day)s at %(time)s.") % (who | when)


def _find_deletion(model: type[Model], number: int) -> BaseLogEntry | None:
    found: Any
    if issubclass(model, Page):
        found = PageLogEntry.objects.filter(page_id=number)
    else:
        found = ModelLogEntry.objects.get_for_model(model).filter(object_id=str(number))
    entry: BaseLogEntry | None = found.filter(action="wagtail.delete").last()
    return entry


def _find_form_for_new(request: HttpRequest, model: Any) -> str:
    """Where the same form makes a new question or bank; empty for pages, which need a place, and for who may not."""
    viewset = getattr(model, "snippet_viewset", None)
    policy = policy_registry.get_by_type(model, fallback=False)
    if viewset is None or policy is None or not policy.user_has_permission(request.user, "add"):
        return ""
    return reverse(viewset.get_url_name("add"))


def find_words(sent: Mapping[str, Any]) -> Iterator[Words]:
    """What somebody wrote in a form, each with the name of its field; numbers and what programs need are left out."""
    for name in sent:
        text = _read_rich_text(str(sent[name])).strip()
        if not HIDDEN.search(name) and HAS_LETTERS.search(text):
            yield _name_field(name), text


def _name_field(name: str) -> str:
    """ "body-0-value-answers-1-value-text" is "body 1, answers 2, text"."""
    parts: list[str] = []
    for part in name.split("-"):
        if part.isdecimal() and parts:
            parts[-1] += f" {int(part) + 1}"
        elif part != "value":
            parts.append(part.replace("_", " "))
    return ", ".join(parts)


def _read_rich_text(text: str) -> str:
    """The words of a rich text, which comes as JSON of its blocks; any other text as it is."""
    if not text.startswith("{"):
        return text
    try:
        return "\n".join(block["text"] for block in json.loads(text)["blocks"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return text
