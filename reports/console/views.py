"""The pages of the console that only show: one person's certifications and life."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.models import Role, User
from accounts.permissions import CONSOLE_READERS, PeopleScope
from accounts.readers.switches import find_switch_step
from certificates.models import Award, EvidenceFile
from certificates.permissions import readable_awards
from reports.access import console_only
from reports.console.act_kinds import ConsoleAct
from reports.console.acts import ACTS
from reports.console.moments import NAMES, AskedMoment, read_moment
from reports.console.person_page import describe_life


@require_safe
@console_only
def show_life(request: Any, uuid: UUID) -> HttpResponse:
    """`/certification/<uuid>/`: where somebody stands and why, and their life, on any day. Raises Http404."""
    asked = read_moment(request.GET, timezone.now())
    misread = query_strings.describe_misread(request.GET, NAMES)
    asked = replace(asked, misread=(*misread, *asked.misread))
    visible = request.scope.people(*CONSOLE_READERS).select_related("region", "team")
    someone = get_object_or_404(visible, uuid=uuid)
    history = request.scope.covers(someone, Role.HR, Role.AUDITOR)
    shown = describe_life(someone, asked, history=history)
    life = shown.pop("life", None)
    acts = []
    if asked.is_now and not asked.misread:
        acts = _open_acts(request.scope, someone, request.user)
    context = {
        "person": someone,
        "asked": asked,
        "acts": [act for act in acts if act.fits(life, request.user.actor, asked.at)],
        "pack": _pack_address(someone, asked) if history and someone != request.user else "",
        "post": _post_address(someone) if history else "",
        "switch_step": find_switch_step(request.user, someone) if _is_off(shown, asked) else None,
        **shown,
    }
    return render(request, "certification/person.html", context)


@require_safe
@login_required
def show_evidence(request: Any, uuid: UUID) -> HttpResponse:
    """`/certification/evidence/<uuid>/`: a file that proves a certificate, for those who may read that certificate."""
    readable = readable_awards(Award.objects.all(), request.user, timezone.now())
    kept = get_object_or_404(EvidenceFile, uuid=uuid, award__in=readable)
    answer = HttpResponse(bytes(kept.content), content_type=kept.content_type)
    # Whatever a browser makes of it, it runs nothing and is no page of this site.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = content_disposition_header(True, kept.name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _is_off(shown: dict[str, Any], asked: AskedMoment) -> bool:
    """Whether there is something to switch now: a page about another day only tells."""
    return asked.is_now and bool(shown.get("switched_off"))


def _pack_address(someone: User, asked: AskedMoment) -> str:
    """The form for an evidence pack, filled in with the person and the days of this page."""
    return f"{reverse('console:pack')}?{urlencode({'person': someone.hr_id or ''} | asked.said)}"


def _post_address(someone: User) -> str:
    """The question about a post, filled in with the person."""
    return f"{reverse('console:post')}?{urlencode({'person': someone.hr_id or ''})}"


def _open_acts(scope: PeopleScope, someone: User, reader: User) -> list[ConsoleAct]:
    """The acts that the reader may do to this person: none to oneself."""
    if someone.pk == reader.pk:
        return []
    return [act for act in ACTS.values() if scope.covers(someone, *act.roles)]
