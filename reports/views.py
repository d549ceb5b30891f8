"""The people list, the page of one person, and the CSV export of the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Region, Role, User
from certificates.rules import SUPPORTS_POSTING, Status
from reports import exports, filters, people_pages, words
from reports.access import readers
from reports.filters import EMPLOYMENTS, Filters
from reports.paging import page
from reports.standings import programmes
from reports.status import Question

SIZE = 50
# A list longer than this is counted at most once in COUNT_KEPT seconds, so that typing in the search stays fast.
COUNTED_LIVE = 2_000
COUNT_KEPT = 60
SHOWN = (
    *("id", "uuid", "hr_id", "family_name", "given_name", "display_name", "left_at", "kind"),
    *("team__name", "region__name"),
)


@require_safe
@readers
def console(request: Any) -> HttpResponse:
    """People and their status in one certification: search, saved views, sorted keyset pages."""
    at = timezone.now()
    listed = programmes()
    regions = dict(Region.objects.values_list("code", "name"))
    chosen, ignored = filters.read(request.GET, listed, regions)
    programme = filters.chosen(chosen, listed)
    found = filters.people(chosen, request.scope.people(), programme, at=at)
    rows = found.select_related("team", "region").only(*SHOWN)
    context = {
        "filters": chosen,
        "ignored": ignored,
        "views": filters.views(chosen),
        "programmes": listed,
        "programme": programme,
        "regions": regions,
        "statuses": [(status.value, words.label(status)) for status in Status],
        "employments": EMPLOYMENTS,
        "sorts": people_pages.sorts(chosen),
        "page": page(rows, chosen.keys, request.GET, size=SIZE),
        "counts": _counts(request, chosen, found, has_status=programme is not None),
        "may_import": request.scope.may(Role.HR) and request.scope.regions is None,
    }
    return render(request, "reports/people.html", context)


def _counts(
    request: Any, chosen: Filters, found: QuerySet[User], *, has_status: bool
) -> dict[str, int]:
    """How many people fit and how many of them are certified; a long list is counted once a minute."""
    key = f"people:{request.user.pk}:{hash((chosen, request.scope))}"
    if counts := caches["pages"].get(key):
        return counts
    certified = (
        Q(status__in=[status.value for status in SUPPORTS_POSTING]) if has_status else Q(pk=None)
    )
    counts = found.order_by().aggregate(people=Count("pk"), certified=Count("pk", filter=certified))
    if counts["people"] > COUNTED_LIVE:
        caches["pages"].set(key, counts, COUNT_KEPT)
    return counts


@require_safe
@readers
def person(request: Any, uuid: UUID) -> HttpResponse:
    """One person's status and, for HR and auditors, their history."""
    at = timezone.now()
    someone = get_object_or_404(
        request.scope.people().select_related("team", "region", "manager", "sponsor"), uuid=uuid
    )
    context = people_pages.about(someone, at=at)
    context["may_accommodate"] = request.scope.may(Role.HR)
    if request.scope.may(Role.HR, Role.AUDITOR):
        context["timeline"] = people_pages.timeline(someone)
    return render(request, "reports/person.html", context)


@require_safe
@readers
def export(request: Any) -> StreamingHttpResponse:
    """All people the list would show with these filters, as the CSV that `export_status` writes."""
    at = timezone.now()
    listed = programmes()
    chosen, _ignored = filters.read(
        request.GET, listed, dict(Region.objects.values_list("code", "name"))
    )
    programme = filters.chosen(chosen, listed)
    people = filters.people(chosen, request.scope.people(), programme, at=at)
    question = Question(people, [programme] if programme else [], as_of=at, known_at=at)
    profile = (
        exports.Profile.MACHINE
        if request.GET.get("profile") == "machine"
        else exports.Profile.PEOPLE
    )
    run = exports.start(
        question, profile=profile, filters=chosen.said(), actor=request.user.actor, at=at
    )
    response = StreamingHttpResponse(
        exports.stream(run, question), content_type="text/csv; charset=utf-8"
    )
    name = _("people") + f"-{at:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
