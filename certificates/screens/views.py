from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.button_pages import pressed_on
from certificates import codes, permissions
from certificates.screens import documents, holdings, sharing
from certificates.screens.documents import CertificateDocument


@require_safe
@login_required
def list_certificates(request: PersonRequest) -> HttpResponse:
    """`/certificates/`: the signed-in person's own certificates."""
    mine = documents.documents_of_person(request.user, timezone.now())
    return render(request, "certificates/index.html", {"documents": mine})


@require_safe
@login_required
def show_holdings(request: PersonRequest) -> HttpResponse:
    """`/certificates/mine/`: by certification what I hold, what renewing takes, what changed, and what was before."""
    mine = documents.documents_of_person(request.user, timezone.now())
    held = holdings.group_documents(mine)
    return render(request, "certificates/mine.html", {"held": held})


@require_safe
@login_required
def show_certificate(request: PersonRequest, code: str) -> HttpResponse:
    """`/certificates/<code>/`: one certificate, for its recipient, HR and auditors. Raises Http404 for others."""
    document = _readable(request, code, timezone.now())
    award = document.award
    own = award.recipient_id == request.user.pk
    return render(
        request,
        "certificates/certificate.html",
        {
            "document": document,
            "award": award,
            "own": own,
            "may_share": own and document.state.is_valid,
            "address": sharing.verify_address(award),
            "verify_host": sharing.short_verify_address(),
            "linkedin": sharing.linkedin_address(award),
            "qr": sharing.draw_verify_code(award),
        },
    )


@pressed_on("certificates:certificate", "code")
@login_required
def choose_public_name(request: PersonRequest, code: str) -> HttpResponse:
    """The recipient chooses whether the public page shows the name or only the initials."""
    now = timezone.now()
    award = _readable(request, code, now).award
    if award.recipient_id != request.user.pk:
        raise Http404
    shown = request.POST.get("show") == "1"
    sharing.show_name(award, shown=shown, actor=request.user.actor, at=now)
    messages.success(
        request,
        _("Your name is shown to everybody who has the code.")
        if shown
        else _("Only your initials are shown."),
    )
    return redirect("certificates:certificate", code=award.code)


def _readable(request: PersonRequest, code: str, at: datetime) -> CertificateDocument:
    spelt = codes.parse_code(code)
    awards = permissions.readable_awards(documents.select_awards(at), request.user, at).filter(
        code=spelt or ""
    )
    found = documents.documents_for(awards, at)
    if not found:
        raise Http404
    return found[0]
