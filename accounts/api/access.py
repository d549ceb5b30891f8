"""Checks on every API call of a tool (token, size of the body, calls a minute) and the form of its error answers.

The only module that imports Wagtail's API v3, which is a preview and may change (docs/api.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wagtail.api.v3.auth import BearerTokenAuth
from wagtail.api.v3.errors import (
    PROBLEM_JSON,
    ProblemDetail,
    problem_response,
    register_exception_handlers,
)

from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from accounts import query_strings
from accounts.models import PersonKind, Role, User
from accounts.permissions import PeopleScope, people_scope
from accounts.querysets import PersonQuerySet
from accounts.rate_limits import RateLimit, TooManyUsesError, answer_too_many, require_rate

# Who, beside tools, may ask about other people.
ASKERS = (Role.HR, Role.AUDITOR)
# A batch of 500 questions is about 100 KB.
MAX_BODY_BYTES = 1024 * 1024
# Calls a minute of one token to one process. The largest publishing suites send 20 calls a second.
CALLS_PER_MINUTE = 1_200

REFUSAL_STATUSES = frozenset({400, 401, 403, 404, 405, 411, 413, 422, 429, 500, 503})
REFUSAL_HEADERS = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}


class Problem(ProblemDetail):  # type: ignore[misc]
    """A refusal as RFC 9457 problem details, served as application/problem+json."""


class TokenAuth(BearerTokenAuth):  # type: ignore[misc]
    """`Authorization: Bearer <token>`; also refuses bodies that are too large and calls that come too fast."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = super().authenticate(request, token)
        if found is not None and found.user.has_left(timezone.now()):
            return None
        if found is not None:
            _require_small_body(request)
            _require_slow_caller(found.pk)
        return found


def _require_small_body(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdecimal() and int(length[:12]) > MAX_BODY_BYTES:
        raise HttpError(413, _("Send at most %(size)s bytes.") % {"size": MAX_BODY_BYTES})


def _require_slow_caller(token_id: int) -> None:
    most = getattr(settings, "API_RATE", CALLS_PER_MINUTE)
    require_rate(RateLimit("api", most, 60, cache="calls"), f"token-{token_id}")


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose token it is, and about whom it may ask: `scope` is None for a tool, which asks about everybody."""

    account: User
    scope: PeopleScope | None

    @property
    def actor(self) -> str:
        return self.account.actor

    def people(self) -> PersonQuerySet | None:
        """The people it may ask about; None: all."""
        if self.scope is None or self.scope.everywhere(*ASKERS):
            return None
        return self.scope.people(*ASKERS)


def require_tool(request: HttpRequest) -> Asker:
    """Tools, HR and auditors ask about other people, the latter in their regions. Raises PermissionDenied."""
    person = cast("User", request.user)
    if person.kind == PersonKind.SERVICE:
        return Asker(person, None)
    scope = people_scope(person, timezone.now())
    if scope.may(*ASKERS):
        return Asker(person, scope)
    raise PermissionDenied(_("This token may not ask about people. Ask HR for a tool's account."))


def require_known_names(request: HttpRequest, *known: str) -> None:
    """A misspelt filter must not be answered as if it were not there. Raises HttpError (422)."""
    if unknown := query_strings.describe_misread(request.GET, known):
        raise HttpError(422, " ".join(unknown))


def register_problem_handlers(api: NinjaAPI) -> None:
    """Answer every refusal of `api` as problem+json, whatever characters the request carried."""
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
        return response

    @api.exception_handler(TooManyUsesError)
    def too_fast(request: HttpRequest, exc: TooManyUsesError) -> HttpResponse:
        return answer_too_many(request, exc.seconds, for_machines=True)


def answer_problem(status: int, detail: str) -> HttpResponse:
    """A refusal of the API that was made outside of it."""
    response: HttpResponse = problem_response(status=status, detail=detail)
    return response


def describe_refusals(schema: dict[str, Any]) -> None:
    """Write into an OpenAPI description that refusals are problem+json and which headers they carry."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) < 400:
                    continue
                content = response.get("content", {})
                if "application/json" in content:
                    content[PROBLEM_JSON] = content.pop("application/json")
                if header := REFUSAL_HEADERS.get(int(status)):
                    response["headers"] = {header: {"schema": {"type": "string"}}}


def _clean(part: object) -> object:
    """The part as text that UTF-8 can write: a lone surrogate becomes a question mark. At most 200 characters."""
    if isinstance(part, int):
        return part
    return str(part).encode("utf-8", "replace").decode()[:200]
