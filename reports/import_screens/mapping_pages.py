"""HR says on these pages how a feed is written: begin from a sample, correct the guess, see what its rows become."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.importing import mappings, saved_mappings
from accounts.importing.mappings import FeedMapping, MappingRefusedError
from accounts.models import SavedMapping
from accounts.readers.button_pages import pressed_on
from reports.access import hr_only
from reports.import_screens.mapping_forms import MappingForm, SampleForm
from reports.import_views import require_all_regions


@require_http_methods(["GET", "POST"])
@hr_only
def list_mappings(request: Any) -> HttpResponse:
    """The saved mappings, and the form that begins one from a sample."""
    require_all_regions(request)
    sent = request.method == "POST"
    form = SampleForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            made = saved_mappings.start_mapping(
                form.cleaned_data["name"],
                form.cleaned_data["file"],
                actor=request.user.actor,
                at=timezone.now(),
            )
        except saved_mappings.MappingTakenError as reason:
            form.add_error("name", str(reason))
        except MappingRefusedError as reason:
            form.add_error("file", str(reason))
        else:
            return redirect("people:mapping", made.name)
    context = {"form": form, "mappings": SavedMapping.objects.defer("sample")}
    return render(request, "reports/mappings.html", context)


@require_http_methods(["GET", "POST"])
@hr_only
def edit_mapping(request: Any, name: str) -> HttpResponse:
    """One mapping: what each column is, and what the first rows of the sample become."""
    require_all_regions(request)
    sent = request.method == "POST"
    with transaction.atomic() if sent else nullcontext():
        rows = SavedMapping.objects.select_for_update() if sent else SavedMapping.objects.all()
        saved = get_object_or_404(rows, name=name)
        mapping = mappings.read_mapping(saved.settings)
        examples = saved_mappings.read_examples(saved, mapping)
        form = MappingForm(request.POST if sent else None, mapping, examples)
        if sent and form.is_valid():
            mapping = _laid_out(saved, form)
            _save(saved, mapping, form, request.user.actor)
    if sent and form.is_valid():
        messages.success(request, _("Saved. Below is what the first rows become with it."))
        return redirect("people:mapping", saved.name)
    context = {
        "mapping": saved,
        "form": form,
        "preview": saved_mappings.preview_mapping(saved, mapping),
        "date": mappings.DATE_LABELS[mapping.date_format],
    }
    status = 409 if form.is_outdated else 200
    return render(request, "reports/mapping.html", context, status=status)


def _save(saved: SavedMapping, mapping: FeedMapping, form: MappingForm, actor: str) -> None:
    try:
        saved_mappings.save_mapping(saved, mapping, actor=actor, at=timezone.now())
    except MappingRefusedError as reason:
        form.add_error(None, str(reason))


def _laid_out(saved: SavedMapping, form: MappingForm) -> FeedMapping:
    """What the form says, for the header that the sample has when it is laid out like that."""
    mapping = form.read_mapping()
    headers = saved_mappings.read_headers(saved, mapping) if form.changes_layout() else []
    return saved_mappings.guess_new_columns(mapping, headers) if headers else mapping


@login_required
@pressed_on("people:mapping", "name")
@hr_only
def delete_mapping(request: Any, name: str) -> HttpResponse:
    """Delete a mapping with its sample. What was imported with it stays."""
    require_all_regions(request)
    saved = get_object_or_404(SavedMapping, name=name)
    saved_mappings.delete_mapping(saved, actor=request.user.actor, at=timezone.now())
    messages.success(request, _("The mapping was deleted."))
    return redirect("people:mappings")
