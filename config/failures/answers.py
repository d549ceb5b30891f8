"""Turn a refusal into an answer in the words of whoever asked: a page, JSON for our own scripts, a problem for tools.

Nothing here asks the database: it may be what has failed.
"""

from __future__ import annotations

import logging
import string
import sys
import traceback
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    JsonResponse,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.html import escape
from django.utils.log import log_response
from django.utils.translation import gettext as _

from accounts.api.access import answer_problem
from config.failures.refusals import (
    TOO_MUCH,
    Refusal,
    find_refusal,
    refuse_too_much,
    refuse_unreadable,
)
from config.failures.request_ids import current_request_id
from config.failures.telling import tell_admins

API_PREFIX = "/api/"
PAGE = "refusal.html"
log = logging.getLogger("postworthy.failures")


def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page, or as JSON or problem+json for programs."""
    response: HttpResponse
    if request.path_info.startswith(API_PREFIX):
        response = answer_problem(refusal.status, refusal.text)
    elif wants_json(request):
        response = JsonResponse(_tell_program(request, refusal.text), status=refusal.status)
    else:
        response = HttpResponse(
            render_to_string(PAGE, words_of_refusal(refusal)), status=refusal.status
        )
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def words_of_refusal(refusal: Refusal) -> dict[str, Any]:
    """The context of the page of a refusal."""
    words = {"site_name": settings.SITE_NAME, "help_email": settings.HELP_EMAIL}
    return {"refusal": refusal, **words}


def _tell_program(request: HttpRequest, reason: str) -> dict[str, Any]:
    return (
        {"reason": reason}
        if request.path_info.endswith(".json")
        else {"saved": False, "reason": reason}
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: it says so, or what is at the address answers programs alone.

    Whoever is turned away at the door has come to no view yet: it is looked up.
    """
    if request.path_info.endswith(".json"):
        return True
    if getattr(_find_view(request), "answers_json", False):
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _find_view(request: HttpRequest) -> Any:
    if request.resolver_match:
        return request.resolver_match.func
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def answer_bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The handler of 400: a request that Django could not read, or more than it takes (413)."""
    too_much = isinstance(exception, TOO_MUCH)
    return answer_refusal(request, refuse_too_much() if too_much else refuse_unreadable())


def answer_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of 404. Django's own reads a form that was sent to nowhere, which may be what cannot be read."""
    return render(request, "404.html", status=404)


def answer_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The handler of 403, which as well reads no form."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


class UntrustedResponse(HttpResponseForbidden):
    """The answer to a form without a token of a page of ours, which was asked of no view."""


def answer_untrusted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The handler of a missing token: usually a page that was open while somebody signed in or out.

    Of a form that cannot be read, or is too much, nobody knows whether it has one: that is said instead.
    """
    try:
        request.POST  # noqa: B018 - reads the form
    except (*TOO_MUCH, UnreadablePostError, MultiPartParserError) as error:
        return answer_bad_request(request, error)
    return UntrustedResponse(render_to_string("403_csrf.html", request=request))


def answer_failure(request: HttpRequest) -> HttpResponse:
    """The handler of 500, called where the exception was caught: a refusal if it comes to one, else our fault.

    The traceback is logged here, once: what fails in a handler Django would log without it.
    """
    error = sys.exc_info()[1]
    response = _answer_error(request, error)
    what = (response.reason_phrase, request.path)
    log_response("%s: %s", *what, response=response, request=request, exception=error)
    return response


def _answer_error(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    if refusal := find_refusal(request, error):
        return answer_refusal(request, refusal)
    told = tell_admins(
        f"{request.method} {request.path}", "".join(traceback.format_exception(error))
    )
    number = current_request_id()
    if request.path_info.startswith(API_PREFIX):
        words = _("Something went wrong on our side. Tell us this number: %(number)s.")
        return answer_problem(500, words % {"number": number})
    if wants_json(request):
        words = _("Something went wrong on our side (%(number)s).")
        return JsonResponse(_tell_program(request, words % {"number": number}), status=500)
    return HttpResponse(write_failure_page(number, told=told), status=500)


def write_failure_page(number: str, *, told: bool) -> str:
    """The page 500.html, filled in without the template engine, which may be what failed."""
    if told:
        sentence = (
            "The people who run this site have been told. If you write to them, name this number:"
        )
    else:
        address = escape(settings.HELP_EMAIL)
        link = f'<a href="mailto:{address}">{address}</a>'
        sentence = f"Nobody has been told yet. Please write to {link} and name this number:"
    page = Path(settings.BASE_DIR, "templates", "500.html").read_text(encoding="utf-8")
    return string.Template(page).substitute(told=sentence, number=escape(number))
