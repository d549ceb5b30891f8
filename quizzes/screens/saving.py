"""What a page sends to save answers, and what it is told: in the background as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import JsonResponse
from django.utils.translation import gettext as _

from accounts.api.requests import PersonRequest
from items import sentences
from quizzes.attempts.autosave import SaveResult
from quizzes.attempts.deadlines import count_seconds
from quizzes.attempts.messages import read_seen
from quizzes.screens import refusal_words
from quizzes.screens.questions import AskedQuestion

WRITER = re.compile(r"[0-9A-Za-z-]{1,36}\Z")
SEEN_FIELD = re.compile(r"(q\d{1,4}-)?seen\Z")


class MalformedMessageError(ValueError):
    """A part of a save cannot be read; the message says which."""


def sent_fields(request: PersonRequest) -> dict[str, list[str]]:
    return {name: request.POST.getlist(name) for name in request.POST}


def save_number(request: PersonRequest) -> int | None:
    """The sequence number of a save, from the form; None for anything that is not a number."""
    return _read_number(request.POST.get("seq", ""))


def read_message(request: PersonRequest, *, may_name: Callable[[str], bool]) -> dict[str, Any]:
    """What a save in the background says of itself: `seq`, `writer`, `base` (None where the page does not say).

    `may_name` tells what it may say as question. Raises MalformedMessageError for a part that cannot be read: without
    it the save would be another one, and might replace what it was not made on.
    """
    sent, seq, writer = request.POST, save_number(request), writer_of(request)
    base = _read_number(sent.get("base", ""))
    if seq is None:
        raise MalformedMessageError(_("Send a number as seq."))
    if "base" in sent and base is None:
        raise MalformedMessageError(
            _("Send the number of a stored answer as base, or leave it out.")
        )
    if writer != sent.get("writer", ""):
        raise MalformedMessageError(
            _("Send at most 36 letters, digits and hyphens as writer, or leave it out.")
        )
    if not all(read_seen(sent[name]) for name in sent if SEEN_FIELD.match(name)):
        raise MalformedMessageError(
            _("Send seen as the page of the question had it, or leave it out.")
        )
    if not all(map(may_name, sent.getlist("question"))):
        raise MalformedMessageError(_("Send the number of a question of this try as question."))
    return {"seq": seq, "writer": writer, "base": base}


def writer_of(request: PersonRequest) -> str:
    """The name that the page has given itself, '' for a form without scripts."""
    value = request.POST.get("writer", "")
    return value if WRITER.match(value) else ""


def autosave_reply(request: PersonRequest, saved: SaveResult, now: datetime) -> JsonResponse:
    """Answer a save.

    200: this message is the stored one, `mine` if it was so before.
    409: the question is closed, or another message stands, which is told.
    400: what came cannot be an answer. `left` sets the page's timer.
    """
    left = count_seconds(saved.deadline_at, now)
    timer = {} if left is None else {"left": left}
    if saved.saved:
        known = {"mine": True} if saved.again else {}
        return JsonResponse({"saved": True, "seq": saved.seq} | known | timer)
    if saved.closed:
        return refuse_save(refusal_words.closed_message(saved.closed, request.user), **timer)
    if saved.fault:
        return refuse_save(sentences.translate(saved.fault), status=400, **timer)
    return refuse_save(refusal_words.overtaken_message(), **_standing(request, saved), **timer)


def tell_others(request: PersonRequest, saved: SaveResult, left: Sequence[int]) -> None:
    """Say which answers of other pages a form has replaced, and at which slots it has left them."""
    if left:
        messages.info(request, refusal_words.left_message(left))
    for stood in saved.replaced:
        words = refusal_words.replaced_message(stood.slot, AskedQuestion(stood).lines)
        messages.info(request, words)


def _read_number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 15 else None


def refuse_save(reason: str, *, status: int = 409, **more: Any) -> JsonResponse:
    return JsonResponse({"saved": False, "reason": reason} | more, status=status)


def _standing(request: PersonRequest, saved: SaveResult) -> dict[str, Any]:
    """The stored answer: its number, whether it is the page's own, as the browser sent it, and in words."""
    if saved.stands is None:
        return {}
    stored = AskedQuestion(saved.stands)
    writer = writer_of(request)
    return {
        "seq": saved.seq,
        "mine": bool(writer) and saved.stands.writer == writer,
        "form": stored.form,
        "stands": _spell_standing(request, saved.stands.slot, "; ".join(stored.lines)),
    }


def _spell_standing(request: PersonRequest, slot: int, words: str) -> str:
    """What is stored; on the page of all questions also for which of them."""
    if request.resolver_match is None or request.resolver_match.url_name != "save_all":
        return words
    return _("Question %(slot)s: %(answer)s") % {"slot": slot, "answer": words}
