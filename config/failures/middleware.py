"""What stands between the server and every other middleware: refuse what cannot be read, answer what failed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
)
from django.utils.translation import gettext as _

from accounts.api.access import PROBLEM_JSON, answer_problem
from config.failures.answers import API_PREFIX, UntrustedResponse, answer_refusal
from config.failures.refusals import find_refusal, refuse_method, refuse_without_length

METHODS = ("GET", "HEAD", "POST")  # what browsers send
NOWHERE = ("api:nothing", "api:nowhere")  # of the API: config.api
ANSWERS_TO_ALL = {301, 302, 401, 403, 404}
log = logging.getLogger("postworthy.failures")


class FailureMiddleware:
    """Refusals in the product's words; in the API every refusal is problem+json, whoever made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if has_body_without_length(request):
            return answer_refusal(request, refuse_without_length())
        for_tools = request.path_info.startswith(API_PREFIX)
        if not for_tools:
            return self.get_response(request)
        only_head = request.method == "HEAD"
        if only_head:
            request.method = "GET"
        response = as_problem(self._ask(request))
        return without_body(response) if only_head else response

    def _ask(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; where nothing is, no other method is offered either."""
        response = self.get_response(request)
        match = request.resolver_match
        nowhere = match is not None and match.view_name in NOWHERE
        return HttpResponseNotFound() if nowhere and response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an exception of a view that comes to a refusal, and note it in the log."""
        refusal = find_refusal(request, error)
        if refusal is None:
            return None
        level = logging.ERROR if refusal.status >= 500 else logging.WARNING
        log.log(level, "%s %s: %s", request.method, request.path, error, exc_info=error)
        return answer_refusal(request, refusal)


class MethodWordsMiddleware:
    """A page that refuses a method says so, in the reader's language: Django's answer is empty.

    Methods that no browser sends never come to a view, and a form without a token is refused as such only where a form
    may be sent at all: the address is asked by OPTIONS, which changes nothing, what it takes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        allowed = response.headers.get("Allow", "")
        told = answer_refusal(request, refuse_method(request, allowed))
        told.headers["Allow"] = allowed
        return told

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        if request.method not in (*METHODS, "OPTIONS"):
            return self._ask_for_methods(request)
        response = self.get_response(request)
        if not isinstance(response, UntrustedResponse):
            return response
        asked = self._ask_for_methods(request)
        takes_forms = asked.status_code != 404 and "POST" in asked.headers.get("Allow", "POST")
        return response if takes_forms else asked

    def _ask_for_methods(self, request: HttpRequest) -> HttpResponseBase:
        """405 with the methods that the address takes; what it answers to everybody: not there, or sign in first."""
        method, request.method = request.method, "OPTIONS"
        answer = self.get_response(request)
        request.method = method
        if answer.status_code in ANSWERS_TO_ALL:
            return answer
        said = answer.headers.get("Allow", "").replace(",", " ").split()
        return HttpResponseNotAllowed([name for name in METHODS if name in said] or METHODS)


def has_body_without_length(request: HttpRequest) -> bool:
    """Whether a body comes in chunks. Django reads as many bytes as Content-Length says, so it would read none."""
    sent = request.META
    in_chunks = "HTTP_TRANSFER_ENCODING" in sent or sent.get("SERVER_PROTOCOL") == "HTTP/2"
    return (
        in_chunks
        and not sent.get("CONTENT_LENGTH")
        and request.method not in {"GET", "HEAD", "OPTIONS", "DELETE"}
    )


def without_body(response: HttpResponseBase) -> HttpResponseBase:
    """The answer to HEAD: everything that GET answers, except the body."""
    if isinstance(response, HttpResponse):
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def describe_refusal(response: HttpResponseBase) -> str:
    """What a refusal means that came to the API without words."""
    if response.status_code == 404:
        return _(
            "There is nothing at this address. /api/v1/openapi.json describes those there are."
        )
    if response.status_code == 405:
        allowed = response.headers.get("Allow", "")
        return _("This address does not take this method. It takes: %(allowed)s.") % {
            "allowed": allowed
        }
    return f"{response.reason_phrase}."


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """The answer of the API; a refusal that is not yet problem+json becomes it and keeps its headers."""
    status = response.status_code
    if status < 400:
        return response
    problem = response
    if not response.headers.get("Content-Type", "").startswith(PROBLEM_JSON):
        problem = answer_problem(status, describe_refusal(response))
        kept = {"Allow", "Retry-After", "WWW-Authenticate"} & set(response.headers)
        for name in kept:
            problem.headers[name] = response.headers[name]
    if status == 401:
        problem.headers.setdefault("WWW-Authenticate", 'Bearer realm="Postworthy"')
    if "GET" in problem.headers.get("Allow", ""):
        problem.headers["Allow"] += ", HEAD"
    return problem
