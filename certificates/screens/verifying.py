"""`/verify/`: anybody asks whether a certificate is real. No sign-in, no listing, a limit for each address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.rate_limits import (
    TooManyUsesError,
    answer_too_many,
    network_address,
    parse_rate,
    require_rate,
)
from certificates import codes
from certificates.screens import documents, sharing
from certificates.screens.documents import CertificateDocument

View = Callable[..., HttpResponse]


def guard_public_view(view: View) -> View:
    """A view for strangers: rate-limited by network address, never indexed, never cached."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            require_rate(parse_rate("verify", settings.VERIFY_RATE), network_address(request))
            response = view(request, *args, **kwargs)
        except TooManyUsesError as error:
            machine = request.path_info.endswith(".json")
            response = answer_too_many(request, error.seconds, for_machines=machine)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@guard_public_view
def show_verify_form(request: HttpRequest) -> HttpResponse:
    """The form for a code; a well-formed `?code=` redirects to its answer."""
    if "code" not in request.GET:
        return render(request, "certificates/verify_form.html")
    typed = request.GET["code"]
    spelt = codes.parse_code(typed)
    if spelt:
        return redirect("verify:code", text=spelt)
    if not typed.strip():
        return render(
            request, "certificates/verify_form.html", {"missing": True, "refused": True}, status=400
        )
    number = codes.parse_number(typed)
    if number:
        return _answer_number(request, number)
    return _answer(request, None)


@guard_public_view
def show_verification(request: HttpRequest, text: str) -> HttpResponse:
    """The verification page of one code; 404 for a code that nobody has."""
    number = codes.parse_number(text)
    return _answer_number(request, number) if number else _answer(request, _find(text))


@guard_public_view
def show_verification_json(request: HttpRequest, text: str) -> HttpResponse:
    """The verification of one code as JSON; 404 for a code that nobody has."""
    document = _find(text)
    return JsonResponse(verification_data(document), status=200 if document else 404)


def verification_data(document: CertificateDocument | None) -> dict[str, Any]:
    """What the public may know, as plain values: state, certification, dates, and the name or the initials."""
    if document is None:
        return {"state": "unknown", "valid": False}
    award = document.award
    return {
        "state": document.state,
        "valid": document.state.is_valid,
        "since_or_until": document.since,
        "name": document.public_name,
        "certification": award.certification_title,
        "issuer": settings.ORGANISATION_NAME,
        "number": award.number,
        "valid_from": award.valid_from,
        "valid_through": award.valid_through,
        "counts_through": document.counts_through,
        "time_zone": award.policy_tz,
        "expires_at": award.expires_at,
        "checked_at": document.checked_at,
        "url": sharing.verify_address(award),
    }


def _find(text: str) -> CertificateDocument | None:
    spelt = codes.parse_code(text)
    return documents.document_by_code(spelt, timezone.now()) if spelt else None


def _answer_number(request: HttpRequest, number: str) -> HttpResponse:
    """What to type instead of the number, which is printed beside the code and tells nothing of the certificate."""
    return render(
        request, "certificates/verify_form.html", {"number": number, "refused": True}, status=404
    )


def _answer(request: HttpRequest, document: CertificateDocument | None) -> HttpResponse:
    return render(
        request,
        "certificates/verify.html",
        {
            "document": document,
            "award": document.award if document else None,
            "organisation": settings.ORGANISATION_NAME,
        },
        status=200 if document else 404,
    )
