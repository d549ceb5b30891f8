"""`/people/profiles/`: the organisation's own export profiles, begun from a ready one, previewed, changed, deleted."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from accounts.permissions import PeopleScope
from accounts.readers.button_pages import pressed_on
from reports import exports
from reports.access import hr_only
from reports.export_screens.profile_forms import BeginProfileForm, OwnProfileForm
from reports.exporting import saved_profiles
from reports.exporting.own_profiles import (
    OwnProfile,
    ProfileRefusedError,
    find_lost_columns,
    make_profile,
    read_own_profile,
)
from reports.exporting.profiles import ExportProfile, FileKind
from reports.exporting.writers import write_rows
from reports.listing.policies import certification_policies
from reports.models import SavedProfile
from reports.status_rows import StatusQuery

LOOKED_AT = 100
PREVIEWED = 5
PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first rows of the file, and its first lines as they are written; `refused` says why there are none."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    refused: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def list_profiles(request: Any) -> HttpResponse:
    """The profiles of one's own, and the form that begins another."""
    _require_all_regions(request)
    form = BeginProfileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            begun = saved_profiles.begin_profile(
                said["name"], said["based_on"], actor=request.user.actor, at=timezone.now()
            )
        except ProfileRefusedError as reason:
            form.add_error("name", str(reason))
        else:
            return redirect("people:profile", begun.name)
    context = {"form": form, "profiles": saved_profiles.list_own_profiles()}
    return render(request, "reports/profiles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def edit_profile(request: Any, name: str) -> HttpResponse:
    """One profile, and what the first rows become with it. The button “Preview” saves nothing."""
    _require_all_regions(request)
    sent = request.method == "POST"
    with transaction.atomic() if sent else nullcontext():
        rows = SavedProfile.objects.select_for_update() if sent else SavedProfile.objects.all()
        saved = get_object_or_404(rows, name=name)
        own = read_own_profile(saved.settings)
        form = OwnProfileForm(request.POST if sent else None, own)
        understood = sent and form.is_valid()
        if understood and PREVIEW not in request.POST:
            saved_profiles.save_profile(
                saved, form.read_profile(), actor=request.user.actor, at=timezone.now()
            )
            messages.success(request, _("Saved. Below is what the first rows become with it."))
            return redirect("people:profile", saved.name)
    context = {
        "profile": saved,
        "form": form,
        "lost": find_lost_columns(own),
        "unsaved": understood,
        "preview": _make_preview(
            saved.name, form.read_profile() if understood else own, request.scope
        ),
    }
    status = 409 if form.is_outdated else 200
    return render(request, "reports/profile.html", context, status=status)


@login_required
@pressed_on("people:profile", "name")
@hr_only
def delete_profile(request: Any, name: str) -> HttpResponse:
    """Delete a profile of one's own. What was exported with it stays on record."""
    _require_all_regions(request)
    saved = get_object_or_404(SavedProfile, name=name)
    saved_profiles.delete_profile(saved, actor=request.user.actor, at=timezone.now())
    messages.success(request, _("The profile was deleted."))
    return redirect("people:profiles")


def _require_all_regions(request: Any) -> None:
    """Everybody exports with a profile, so only HR that sees everybody says how. Raises PermissionDenied."""
    if not request.scope.everywhere(Role.HR):
        raise PermissionDenied(
            _("Everybody exports with these profiles: they are for HR that sees all regions.")
        )


def _make_preview(name: str, own: OwnProfile, scope: PeopleScope) -> FirstRows:
    """The first rows of the first people who work here. Nothing of it is recorded as an export."""
    try:
        profile = make_profile(name, own)
    except ProfileRefusedError as reason:
        return FirstRows(refused=str(reason))
    now = timezone.now()
    first = scope.people().filter(left_at=None).order_by("pk").values_list("pk", flat=True)
    people = User.objects.filter(pk__in=list(first[:LOOKED_AT]))
    question = StatusQuery(
        people, certification_policies(), now, now, scores=exports.shows_scores(name)
    )
    rows = exports.preview_rows(exports.status_table(question), profile, PREVIEWED)
    return FirstRows(
        headers=profile.headers,
        rows=tuple(map(tuple, rows)),
        text=_write_text(profile, rows),
    )


def _write_text(profile: ExportProfile, rows: list[list[str]]) -> str:
    """The first lines of the file. Of a workbook, which is none, nothing."""
    if profile.kind == FileKind.WORKBOOK:
        return ""
    data = b"".join(write_rows(profile, rows, most=len(rows)))
    return data.decode("utf-8-sig" if profile.marked else profile.encoding)
