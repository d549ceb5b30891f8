"""The page of exports, and the files themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import query_strings
from accounts.models import Role
from accounts.readers.downloads import record_only_for_get
from reports import exports
from reports.access import readers_only
from reports.exporting import shown
from reports.exporting.companion_rows import companion_table
from reports.exporting.companions import COMPANIONS, PLAIN_PROFILES
from reports.exporting.own_profiles import ProfileRefusedError
from reports.exporting.profiles import PROFILES, ExportProfile
from reports.exporting.saved_profiles import ProfileUnknownError, find_profile, list_own_profiles
from reports.exports import ExportTable
from reports.listing.asked_people import AskedPeople, read_people


@require_safe
@readers_only
def choose_export(request: Any) -> HttpResponse:
    """How many rows an export of the filtered list has, what stands in it, and a link for each kind of file."""
    people = read_people(request.GET, request.scope, timezone.now())
    if people.filters.misread:
        return _refuse_export(request, list(people.filters.misread))
    own = [profile for _saved, profile, _refused in list_own_profiles() if profile is not None]
    profiles = [*_describe_shown(people), *own, *PROFILES.values()]
    context = {
        "companions": [
            (companion, list(companion.written_in_all_ways())) for companion in COMPANIONS.values()
        ],
        "may_shape": people.scope.everywhere(Role.HR),
        "filters": people.filters,
        "rows": exports.count_rows(people.ask_status()),
        "programme": people.programme,
        "profiles": [(profile, exports.shows_scores(profile.name)) for profile in profiles],
    }
    return render(request, "reports/export.html", context)


@require_safe
@readers_only
@record_only_for_get
def export_people(request: Any, profile: str = "") -> HttpResponse | StreamingHttpResponse:
    """All people the list would show with these filters, in the file that `export_status` writes.

    400 with the reason for filters that the list does not have: a file without rows would say that nobody fits. So
    for a column of the list that there is not: a file cannot say what is left out.
    """
    at = timezone.now()
    people = read_people(request.GET, request.scope, at)
    name = profile or request.GET.get("profile") or exports.PEOPLE
    misread = list(people.filters.misread)
    if name in shown.SHOWN:
        misread += people.filters.notes
        shape, table = _ask_shown(people, name)
    else:
        table = exports.status_table(people.ask_status(scores=exports.shows_scores(name)))
        try:
            shape = find_profile(name)
        except ProfileUnknownError:
            misread.append(query_strings.describe_unknown_value("profile", name))
        except ProfileRefusedError as reason:
            misread.append(str(reason))
    if misread:
        return _refuse_export(request, misread)
    return _send_export(request, people, table, shape, at)


@require_safe
@readers_only
@record_only_for_get
def export_companion(
    request: Any, companion: str, profile: str
) -> HttpResponse | StreamingHttpResponse:
    """A file beside the status table, for the same people and day. 400 with the reason for odd filters."""
    at = timezone.now()
    if companion not in COMPANIONS or profile not in PLAIN_PROFILES:
        raise Http404
    people, wanted = read_people(request.GET, request.scope, at), COMPANIONS[companion]
    if people.filters.misread:
        return _refuse_export(request, list(people.filters.misread))
    question = people.ask_status(scores=exports.shows_scores(profile))
    table = companion_table(wanted, question)
    shape = wanted.write_as(profile)
    return _send_export(request, people, table, shape, at)


def _send_export(
    request: Any, people: AskedPeople, table: ExportTable, shape: ExportProfile, at: datetime
) -> HttpResponse | StreamingHttpResponse:
    """The file, written while it is sent; a page with the reason where it would be too large."""
    try:
        run = exports.start_export(
            table, shape, filters=people.filters.said(), actor=request.user.actor, at=at
        )
    except exports.ExportTooLargeError as reason:
        return _refuse_export(request, [str(reason)])
    response = StreamingHttpResponse(
        exports.stream_export(run, table, shape), content_type=shape.content_type
    )
    stem = _("people") if table.status else shape.schema.partition("/")[0]
    file_name = f"{stem}-{at:%Y-%m-%d}.{shape.extension}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response


def _describe_shown(people: AskedPeople) -> list[ExportProfile]:
    return [shown.describe_shown(name, people.filters.shown) for name in shown.SHOWN]


def _ask_shown(people: AskedPeople, name: str) -> tuple[ExportProfile, ExportTable]:
    return shown.describe_shown(name, people.filters.shown), shown.shown_table(people.ask_list())


def _refuse_export(request: Any, misread: list[str]) -> HttpResponse:
    return query_strings.refuse_export(request, misread, back=reverse("people:list"))
