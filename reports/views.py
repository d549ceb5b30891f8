"""The people list, the choice of its columns, and the page of one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.permissions import PeopleScope
from accounts.readers.switches import off_since
from certificates.rules.standings import Status
from reports import filters, people_pages, status_labels
from reports.access import readers_only
from reports.console.moments import AskedMoment
from reports.filters import EMPLOYMENTS, PeopleFilters
from reports.listing import column_choice, counts, filter_fields
from reports.listing.asked_people import read_people
from reports.listing.policies import CertificationPolicy
from reports.saved_views import keeping
from reports.saved_views.keeping import ReadableView

# So many stand above the list; all of them on a page of their own.
MOST_SAVED_VIEWS = 8


@require_safe
@readers_only
def list_people(request: Any) -> HttpResponse:
    """People and their status in one certification: search, saved views, sorted keyset pages."""
    now = timezone.now()
    choices = keeping.read_choices(request.user, request.scope)
    people = read_people(request.GET, request.scope, now, choices.regions)
    asked, chosen, programme = people.asked, people.filters, people.programme
    read = counts.read_counted_page(people.ask_list(), request.GET, now)
    context = {
        "asked": asked,
        "filters": chosen,
        "views": filters.ready_views(chosen),
        "saved_views": _mark_views(choices.views, chosen),
        "has_more_views": len(choices.views) > MOST_SAVED_VIEWS,
        "programmes": people.programmes,
        "programme": programme,
        "policy_tz": programme.policy_tz if programme else "UTC",
        "regions": choices.regions,
        "statuses": [(status.value, status_labels.status_label(status)) for status in Status],
        "more": filter_fields.describe_fields(chosen),
        "employments": EMPLOYMENTS,
        "headings": people_pages.describe_headings(chosen),
        "page": read.people.page,
        "counts": read.counts,
        "most_counted": counts.COUNTED,
        "may_import": request.scope.everywhere(Role.HR),
        "may_choose": _may_choose(request.scope, programme, asked),
    }
    return render(request, "reports/people.html", context)


def _mark_views(
    views: tuple[ReadableView, ...], chosen: PeopleFilters
) -> list[tuple[str, str, bool]]:
    """The first saved views as (name, address, whether the list shows it now)."""
    address = chosen.address()
    return [(view.name, view.address, view.address == address) for view in views[:MOST_SAVED_VIEWS]]


def _may_choose(
    scope: PeopleScope, programme: CertificationPolicy | None, asked: AskedMoment
) -> bool:
    """Whether people may be chosen for an act on many: by HR, of a certification, as things stand now."""
    return scope.may(Role.HR) and programme is not None and asked.is_now


@require_safe
@readers_only
def show_person(request: Any, uuid: UUID) -> HttpResponse:
    """One person's status and, for HR and auditors, their history."""
    at = timezone.now()
    visible = request.scope.people().annotate(off_since=off_since(at))
    someone = get_object_or_404(
        visible.select_related("team", "region", "manager", "sponsor__region"), uuid=uuid
    )
    context = people_pages.describe_person(someone, request.user, at=at)
    mine = someone == request.user  # nobody gives it to themselves
    context["may_accommodate"] = not mine and request.scope.covers(someone, Role.HR)
    if request.scope.covers(someone, Role.HR, Role.AUDITOR):
        context["timeline"] = people_pages.person_timeline(someone)
    return render(request, "reports/person.html", context)


@require_safe
@readers_only
def choose_columns(request: Any) -> HttpResponse:
    """`/people/columns/?…`: which columns the list shows and in which order; the rest of the address is kept."""
    choice = column_choice.read_choice(request.GET)
    return render(request, "reports/columns.html", {"choice": choice})
