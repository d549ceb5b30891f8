"""What every tool's call passes through: the token, the size of the body, the rate, and the shape of a refusal.

The one module that touches Wagtail's API v3, which is a preview and may move (docs/api.md).
"""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.api.v3.auth import BearerTokenAuth
from wagtail.api.v3.errors import ProblemDetail, problem_response, register_exception_handlers

from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from accounts import calls
from accounts.models import Kind, Role, User
from accounts.permissions import has_role

# A batch of 500 questions is about 100 KB.
MAX_BODY = 1024 * 1024
# Calls a minute of one token to one process; the largest suites send 20 a second (domain.md 1.7).
RATE = 1_200

REFUSALS = frozenset({400, 401, 403, 404, 413, 422, 429})


class Problem(ProblemDetail):  # type: ignore[misc]
    """A refusal as RFC 9457 problem details, served as application/problem+json."""


class TokenAuth(BearerTokenAuth):  # type: ignore[misc]
    """`Authorization: Bearer <token>`; also refuses bodies that are too large and calls that come too fast."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = super().authenticate(request, token)
        if found is not None and found.user.has_left(timezone.now()):
            return None
        if found is not None:
            _must_be_small(request)
            _must_be_slow(found.pk)
        return found


def _must_be_small(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdecimal() and int(length[:12]) > MAX_BODY:
        raise HttpError(413, _("Send at most %(size)s bytes.") % {"size": MAX_BODY})


def _must_be_slow(token_id: int) -> None:
    if calls.one_more(token_id) > getattr(settings, "API_RATE", RATE):
        raise HttpError(429, _("Too many calls. Try again in a minute."))


def must_be_tool(request: HttpRequest) -> User:
    """Tools, HR and auditors ask about other people; nobody else. Raises PermissionDenied."""
    person = cast("User", request.user)
    if person.kind == Kind.SERVICE or has_role(person, Role.HR, Role.AUDITOR, at=timezone.now()):
        return person
    raise PermissionDenied(_("This token may not ask about people. Ask HR for a tool's account."))


def tell_problems(api: NinjaAPI) -> None:
    """Every refusal of `api` becomes problem+json, whatever odd characters the question carried."""
    register_exception_handlers(api)

    @api.exception_handler(ValidationError)
    def not_as_described(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        errors = [
            {
                "type": str(error.get("type", "")),
                "loc": [_clean(part) for part in error.get("loc", ())],
                "msg": _clean(error.get("msg", "")),
            }
            for error in exc.errors[:100]
        ]
        response: HttpResponse = problem_response(
            status=422, detail=_("The question is not as described."), errors=errors
        )
        return response

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, exc: HttpError) -> HttpResponse:
        response: HttpResponse = problem_response(status=exc.status_code, detail=str(exc))
        if exc.status_code == 429:
            response["Retry-After"] = "60"
        return response


def _clean(part: object) -> object:
    """A lone surrogate cannot be written as UTF-8; it is told as a question mark."""
    if isinstance(part, int):
        return part
    return str(part).encode("utf-8", "replace").decode()[:200]
