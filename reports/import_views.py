"""The import of HR's file in the browser: upload it, see its plan, apply exactly that plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.importing import imports
from accounts.importing.columns import COLUMNS
from accounts.models import PeopleImport, Role
from reports.access import hr_only

RECENT = 10
SHOWN = 200


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("HR file"),
        help_text=gettext_lazy(
            "CSV, at most 10 MB. Nobody is changed before you have seen the plan."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file first"),
            "empty": gettext_lazy("The file is empty."),
        },
    )
    allow_many_leavers = forms.BooleanField(
        label=gettext_lazy(
            "Many people lose the right to be here or to post by this file, and that is right"
        ),
        required=False,
    )


def require_all_regions(request: Any) -> None:
    """A file may name anybody, so only HR that sees everybody may use one. Raises PermissionDenied."""
    if not request.scope.everywhere(Role.HR):
        raise PermissionDenied(
            _("A file may name anybody: imports are for HR that sees all regions.")
        )


@require_http_methods(["GET", "POST"])
@hr_only
def upload_file(request: Any) -> HttpResponse:
    """The upload form; a valid file is planned and redirects to the page of its plan."""
    require_all_regions(request)
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        made = imports.make_plan(
            file,
            file_name=file.name,
            size=file.size,
            actor=request.user.actor,
            at=timezone.now(),
            allow_many_leavers=form.cleaned_data["allow_many_leavers"],
        )
        return redirect("people:import", uuid=made.uuid)
    context = {
        "form": form,
        "columns": COLUMNS,
        "recent": PeopleImport.objects.defer("plan")[:RECENT],
    }
    return render(request, "reports/import.html", context)


@require_GET
@hr_only
def show_plan(request: Any, uuid: UUID) -> HttpResponse:
    """What the file would do, row by row, or what is wrong with it."""
    require_all_regions(request)
    made = get_object_or_404(PeopleImport, uuid=uuid)
    changes = sum(count for act, count in made.plan["counts"].items() if act != "unchanged")
    context = {
        "import": made,
        "plan": made.plan,
        "steps": made.plan["steps"][:SHOWN],
        "more_steps": max(0, len(made.plan["steps"]) - SHOWN),
        "problems": imports.stored_problems(made)[:SHOWN],
        "cautions": imports.stored_cautions(made)[:SHOWN],
        "changes": changes,
        "may_apply": made.state == PeopleImport.State.PLANNED and changes > 0,
    }
    return render(request, "reports/import_plan.html", context)


@login_required
@require_POST
@hr_only
def apply_plan(request: Any, uuid: UUID) -> HttpResponse:
    """Apply the plan whose digest was shown."""
    require_all_regions(request)
    made = get_object_or_404(PeopleImport, uuid=uuid)
    digest = request.POST.get("digest", "")
    try:
        imports.apply_plan(
            made,
            digest=digest,
            actor=request.user.actor,
            at=timezone.now(),
            accept_warnings="accept_warnings" in request.POST,
        )
    except imports.PlanNotAppliedError as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Done: the plan was applied."))
    return redirect("people:import", uuid=made.uuid)
