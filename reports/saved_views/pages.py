"""`/people/views/`: the views somebody may open, saving one, and changing or deleting one's own."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.readers.button_pages import pressed_on
from reports.access import readers_only
from reports.listing.policies import certification_policies
from reports.models import SavedView
from reports.saved_views import keeping
from reports.saved_views.checking import ViewReader
from reports.saved_views.forms import KeepViewForm, SavedViewForm, initial_of, query_of
from reports.saved_views.keeping import RegionsAndViews, ViewExistsError


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def list_views(request: Any) -> HttpResponse:
    """Every view somebody may open, with what is lost of it, and the form that saves the address of the list."""
    choices = keeping.read_choices(request.user, request.scope)
    reader = _make_reader(request, choices)
    form = KeepViewForm(
        request.POST if request.method == "POST" else None,
        reader=reader,
        roles=keeping.roles_to_share_with(request.scope),
        initial={"address": query_of(request.META.get("QUERY_STRING", ""))},
    )
    if request.method == "POST" and form.is_valid() and _keep(request, form):
        return redirect("people:views")
    views = [(view, reader.name_lost(view.address)) for view in choices.views]
    context = {
        "form": form,
        "own": [pair for pair in views if pair[0].is_own],
        "shared": [pair for pair in views if not pair[0].is_own],
    }
    return render(request, "reports/views.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def edit_view(request: Any, uuid: UUID) -> HttpResponse:
    """One view of one's own: rename it, show something else with it, share it. Another's is not found."""
    sent = request.method == "POST"
    reader = _make_reader(request, keeping.read_choices(request.user, request.scope))
    with transaction.atomic() if sent else nullcontext():
        view = _find_own(request, uuid, locked=sent)
        form = SavedViewForm(
            request.POST if sent else None,
            reader=reader,
            roles=keeping.roles_to_share_with(request.scope),
            initial=initial_of(view),
        )
        saved = sent and form.is_valid() and _change(view, form)
    if saved:
        messages.success(request, _("Saved."))
        return redirect("people:views")
    read = reader.read_address(view.address)
    context = {"view": view, "form": form, "lost": (*read.misread, *read.notes)}
    return render(request, "reports/view.html", context, status=409 if form.is_outdated else 200)


@login_required
@pressed_on("people:view", "uuid")
@readers_only
def delete_view(request: Any, uuid: UUID) -> HttpResponse:
    """Delete a view of one's own."""
    with transaction.atomic():
        keeping.delete_view(_find_own(request, uuid, locked=True), at=timezone.now())
    messages.success(request, _("The view was deleted."))
    return redirect("people:views")


def _make_reader(request: Any, choices: RegionsAndViews) -> ViewReader:
    return ViewReader(certification_policies(), choices.regions, request.scope, timezone.now())


def _find_own(request: Any, uuid: UUID, *, locked: bool) -> SavedView:
    rows = SavedView.objects.select_for_update() if locked else SavedView.objects.all()
    return get_object_or_404(rows, uuid=uuid, owner=request.user)


def _keep(request: Any, form: KeepViewForm) -> bool:
    try:
        view = keeping.keep_view(request.user, at=timezone.now(), **form.cleaned_data)
    except ViewExistsError as reason:
        form.add_error("name", str(reason))
        return False
    messages.success(request, _("Saved: “%(name)s”.") % {"name": view.name})
    return True


def _change(view: SavedView, form: SavedViewForm) -> bool:
    try:
        keeping.change_view(view, at=timezone.now(), **form.cleaned_data)
    except ViewExistsError as reason:
        form.add_error("name", str(reason))
        return False
    return True
