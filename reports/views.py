"""The people list, the page of one person, and the CSV export of the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.models import Region, Role
from accounts.permissions import READERS, PeopleScope
from accounts.readers.downloads import record_only_for_get
from accounts.readers.switches import off_since
from certificates.rules.standings import Status
from reports import exports, filters, people_pages, status_labels
from reports.access import readers_only
from reports.console.moments import AskedMoment, read_moment
from reports.exporting.profiles import PROFILES
from reports.filters import EMPLOYMENTS, PeopleFilters
from reports.listing import counts, filter_fields, narrowing
from reports.listing.people import PeopleQuestion
from reports.listing.policies import CertificationPolicy, read_policies
from reports.status_rows import StatusQuery


@require_safe
@readers_only
def list_people(request: Any) -> HttpResponse:
    """People and their status in one certification: search, saved views, sorted keyset pages."""
    now = timezone.now()
    asked = read_moment(request.GET, now)
    listed = read_policies(asked)
    regions = dict(Region.objects.values_list("code", "name"))
    chosen = filters.read_filters(request.GET, listed, regions, asked)
    chosen = narrowing.refuse_unknown_names(chosen, request.scope.people())
    programme = filters.choose_certification(chosen, listed)
    question = PeopleQuestion(chosen, request.scope.regions(*READERS), programme, asked)
    read = counts.read_counted_page(question, request.GET, now)
    context = {
        "asked": asked,
        "filters": chosen,
        "views": filters.saved_views(chosen),
        "programmes": listed,
        "programme": programme,
        "policy_tz": programme.policy_tz if programme else "UTC",
        "regions": regions,
        "statuses": [(status.value, status_labels.status_label(status)) for status in Status],
        "more": filter_fields.describe_fields(chosen),
        "employments": EMPLOYMENTS,
        "sorts": people_pages.sort_links(chosen),
        "page": read.people.page,
        "counts": read.counts,
        "most_counted": counts.COUNTED,
        "may_import": request.scope.everywhere(Role.HR),
        "may_choose": _may_choose(request.scope, programme, asked),
    }
    return render(request, "reports/people.html", context)


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
def choose_export(request: Any) -> HttpResponse:
    """How many rows an export of the filtered list has, what stands in it, and a link for each kind of file."""
    at = timezone.now()
    chosen, question = _read_question(request, at)
    if chosen.misread:
        return _refuse_export(request, list(chosen.misread))
    context = {
        "filters": chosen,
        "rows": exports.count_rows(question),
        "programme": next(iter(question.programmes), None),
        "profiles": [
            (profile, exports.shows_scores(profile.name)) for profile in PROFILES.values()
        ],
    }
    return render(request, "reports/export.html", context)


@require_safe
@readers_only
@record_only_for_get
def export_people(request: Any, profile: str = "") -> HttpResponse | StreamingHttpResponse:
    """All people the list would show with these filters, in the file that `export_status` writes.

    400 with the reason for filters that the list does not have: a file without rows would say that nobody fits.
    """
    at = timezone.now()
    chosen, question = _read_question(request, at)
    name = profile or request.GET.get("profile") or exports.PEOPLE
    misread = list(chosen.misread)
    if name not in PROFILES:
        misread.append(query_strings.describe_unknown_value("profile", name))
    if misread:
        return _refuse_export(request, misread)
    question = replace(question, scores=exports.shows_scores(name))
    try:
        run = exports.start_export(
            question, profile=name, filters=chosen.said(), actor=request.user.actor, at=at
        )
    except exports.ExportTooLargeError as reason:
        return _refuse_export(request, [str(reason)])
    shaped = PROFILES[name]
    response = StreamingHttpResponse(
        exports.stream_export(run, question), content_type=shaped.content_type
    )
    file_name = _("people") + f"-{at:%Y-%m-%d}.{shaped.extension}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def _read_question(request: Any, at: datetime) -> tuple[PeopleFilters, StatusQuery]:
    """The filters of the address, and the question that they ask of the people whom the reader may see."""
    asked = read_moment(request.GET, at)
    listed = read_policies(asked)
    regions = dict(Region.objects.values_list("code", "name"))
    chosen = filters.read_filters(request.GET, listed, regions, asked)
    chosen = narrowing.refuse_unknown_names(chosen, request.scope.people())
    programme = filters.choose_certification(chosen, listed)
    people = narrowing.filter_people(chosen, request.scope.people(), programme, asked=asked)
    programmes = [programme] if programme else []
    return chosen, StatusQuery(people, programmes, as_of=asked.at, known_at=asked.known_at)


def _refuse_export(request: Any, misread: list[str]) -> HttpResponse:
    return query_strings.refuse_export(request, misread, back=reverse("people:list"))
