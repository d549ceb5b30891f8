"""Two saves of one new object at once, such as autosave and "Save draft": the second goes on with what the first made.

Each form that is shown has a token of its own, the masked CSRF token: two messages with the same one come from the
same form. A form that leads to no editor, such as that of a picture or of a copy, makes one object of what it
sends, however often it sends the same, and another one of anything else. Where the database, or a page's own save,
refuses what the form had allowed, because somebody else took the code or slug meanwhile, the form is asked again, a
few times, and takes the next free one or explains it. Who is beaten each time gets the words back, to send them
once more. A form that comes back with another code makes another object: its author went back in the browser. An
empty code, or one that was empty at first, says nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from secrets import randbelow
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve

from accounts.readers.known_rows import BASE, MADE_BY_THIS_FORM
from config.editor.saving_alone import save_alone
from config.failures.answers import answer_refusal, wants_json
from config.failures.refusals import EDITOR, refuse_for_now, refuse_taken
from courses.writing.addresses import find_edit_address

View = Callable[..., HttpResponseBase]

NEW = ("add", "copy")  # the names of addresses at which an object is made
ASKED_AGAIN = (*NEW, "edit", "submit_page_translation")
PENDING = ""
MOST_ATTEMPTS = 10
UNIQUE_VIOLATION = "23505"  # of PostgreSQL
WAIT_SECONDS, TURN_SECONDS, KEPT_SECONDS = 10.0, 0.05, 60 * 60


class FirstSaveMiddleware:
    """Lets the forms of new objects in the editor make one object each, however often they are sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer a form of the editor; leave all else to its view."""
        match = request.resolver_match
        if request.method != "POST" or not match or not match.route.startswith(EDITOR):
            return None
        token = request.POST.get("csrfmiddlewaretoken", "")
        if match.url_name in NEW and token and request.user.is_authenticated:
            return _make_once(request, token, lambda: _try_again(view, request, args, kwargs))
        return _try_again(view, request, args, kwargs) if match.url_name in ASKED_AGAIN else None


def remember_made_object(request: HttpRequest, made: Model) -> None:
    """Say which object this request has made; the next message of the same form edits it."""
    request.made_object = made  # type: ignore[attr-defined]


def _try_again(view: View, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    """Ask the form again if a save is refused: it takes the next free name, or says what is in the way."""
    for attempt in range(MOST_ATTEMPTS):
        try:
            return save_alone(view, request, args, kwargs)
        except (IntegrityError, ValidationError) as error:
            if not _is_about_a_taken_name(error):
                raise
            time.sleep(randbelow(attempt + 1) * TURN_SECONDS)  # who clashed come back apart
    return _give_back(request)


def _is_about_a_taken_name(error: IntegrityError | ValidationError) -> bool:
    """Whether a save was refused because another one took the code, slug or place after the form had been asked."""
    if isinstance(error, ValidationError):
        return hasattr(error, "error_dict") and set(error.error_dict) == {"slug"}
    code = getattr(error.__cause__, "sqlstate", "")
    return code == UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error)


def _give_back(request: HttpRequest) -> HttpResponseBase:
    """The words, with a button that sends them once more; autosave keeps them in its page and tries again."""
    refusal = refuse_taken(request)
    if not wants_json(request):
        return answer_refusal(request, refusal)
    # The editor shows the message of this code, and goes on saving by itself.
    told = {"success": False, "error_code": "validation_error", "error_message": refusal.text}
    return JsonResponse(told, status=refusal.status)


def _make_once(
    request: HttpRequest, token: str, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    sent = f"{request.user.pk}:{request.path}:{token}"
    key = f"first-save:{hashlib.sha256(sent.encode()).hexdigest()}"
    until = time.monotonic() + WAIT_SECONDS
    sent_now = _digest_content(request)
    while not cache.add(key, PENDING, KEPT_SECONDS):
        if kept := cache.get(key):
            address, code, content = kept
            if _names_another(request, code) or _is_lost(address, content, sent_now):
                cache.delete(key)
                continue
            answer = _go_on(request, address)
            if answer.status_code != HTTPStatus.NOT_FOUND:
                return answer
            cache.delete(key)  # deleted since: the form makes a new one
            continue
        if time.monotonic() > until:
            return answer_refusal(request, refuse_for_now(request))
        time.sleep(TURN_SECONDS)
    address, code = "", request.POST.get("code", "")
    try:
        response = make()
        address = _find_address(request, response)
    finally:
        if address:
            cache.set(key, (address, code, sent_now), KEPT_SECONDS)
        else:
            cache.delete(key)
    return response


def _names_another(request: HttpRequest, code: str) -> bool:
    """Whether somebody went back in the browser to write a second one: its code is not that of the first."""
    sent = request.POST.get("code", "")
    return bool(sent and code and sent != code)


def _is_lost(address: str, content: str, sent_now: str) -> bool:
    """Whether what is sent now differs from what was made, and no editor would take it over."""
    return content != sent_now and resolve(address.partition("?")[0]).url_name != "edit"


def _digest_content(request: HttpRequest) -> str:
    """What a form sends, its files as well, as a short key."""
    digest = hashlib.sha256(repr(sorted(request.POST.lists())).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode(errors="surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _find_address(request: HttpRequest, response: HttpResponseBase) -> str:
    """Where the made object is edited; else where the form led to; empty if the form was sent back with faults."""
    made = getattr(request, "made_object", None)
    if made is not None and (address := find_edit_address(made)):
        return address
    return response.url if isinstance(response, HttpResponseRedirect) else ""


def _go_on(request: HttpRequest, address: str) -> HttpResponseBase:
    """Give the message to the editor of the object that the first one made."""
    path = address.partition("?")[0]
    match = resolve(path)
    if match.url_name != "edit":
        return redirect(address)
    was = request.path, request.path_info, request.resolver_match
    sent = request.POST.copy()
    sent[BASE] = MADE_BY_THIS_FORM
    request.POST = sent  # type: ignore[assignment]  # Django's own is not to be changed
    request.path = request.path_info = path
    request.resolver_match = match
    answer = save_alone(match.func, request, match.args, match.kwargs)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        request.path, request.path_info, request.resolver_match = was
    return answer
