"""The list of the console: people and where they stand in one certification, on any day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Region, Role
from accounts.permissions import CONSOLE_READERS, PeopleScope
from certificates.models import AwardCorrection
from certificates.rules.standings import Status
from reports import filters, status_labels
from reports.access import console_only
from reports.console import moments
from reports.console.moments import read_moment
from reports.listing.people import PeopleQuestion, read_page
from reports.listing.policies import read_policies
from reports.packs.views import PACKERS

NAMES = ("certification", "status", "region", "q", *moments.NAMES)
MOST_WAITING = 20


@require_safe
@console_only
def list_standings(request: Any) -> HttpResponse:
    """`/certification/`: people and their status, filtered, in keyset pages. Eight queries for today, else eleven."""
    asked = read_moment(request.GET, timezone.now())
    programmes = read_policies(asked)
    regions = dict(Region.objects.values_list("code", "name"))
    chosen = filters.read_filters(request.GET, programmes, regions, asked, names=NAMES)
    programme = filters.choose_certification(chosen, programmes)
    question = PeopleQuestion(chosen, request.scope.regions(*CONSOLE_READERS), programme, asked)
    context = {
        "asked": asked,
        "filters": chosen,
        "programmes": programmes,
        "programme": programme,
        "policy_tz": programme.policy_tz if programme else "UTC",
        "regions": regions,
        "statuses": [(status.value, status_labels.status_label(status)) for status in Status],
        "page": read_page(question, request.GET).page,
        "waiting": list(waiting_corrections(request.scope)),
        "links": _list_links(request.scope),
    }
    return render(request, "certification/list.html", context)


def _list_links(scope: PeopleScope) -> list[tuple[str, str]]:
    """What else the reader may do here: address and words."""
    links = (
        (PACKERS, "console:post", _("Was a post allowed?")),
        (PACKERS, "console:pack", _("Make an evidence pack")),
        ((Role.HR,), "console:import", _("Take in earlier certificates")),
    )
    return [(reverse(name), words) for roles, name, words in links if scope.may(*roles)]


def waiting_corrections(scope: PeopleScope) -> Any:
    """The corrections that wait for a second person, of people whom the reader may correct. One query."""
    if not scope.may(Role.HR):
        return []
    waiting = AwardCorrection.objects.filter(
        decided_at=None, award__recipient__in=scope.people(Role.HR).values("pk")
    )
    return waiting.select_related("award__recipient").order_by("proposed_at", "pk")[:MOST_WAITING]
