"""The import of HR's file in the browser: upload it, see its plan, apply exactly that plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.importing import imports, rejects
from accounts.importing.columns import COLUMNS
from accounts.importing.saved_mappings import find_mapping
from accounts.models import PeopleImport, Role, SavedMapping
from accounts.readers.button_pages import pressed_on
from reports.access import hr_only

RECENT = 10
SHOWN = 200


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("HR file"),
        help_text=gettext_lazy(
            "CSV or XLSX, at most 10 MB. Nobody is changed before you have seen the plan."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file first"),
            "empty": gettext_lazy("The file is empty."),
        },
    )
    mapping = forms.ChoiceField(
        label=gettext_lazy("How it is written"),
        help_text=gettext_lazy("A mapping says what the columns of your HR system are."),
        required=False,
    )
    skip_rejected = forms.BooleanField(
        label=gettext_lazy("Leave out records that cannot go in, and list them with their reasons"),
        required=False,
    )
    allow_many_leavers = forms.BooleanField(
        label=gettext_lazy(
            "Many people lose the right to be here or to post by this file, and that is right"
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = SavedMapping.objects.filter(ready=True).values_list("name", flat=True)
        own = ("", _("With our own column names, listed below"))
        self.fields["mapping"].choices = [own, *((name, name) for name in names)]  # type: ignore[attr-defined]

    def read_choices(self) -> imports.ImportChoices:
        """How the file of a valid form is to be read."""
        said = self.cleaned_data
        return imports.ImportChoices(
            mapping=find_mapping(said["mapping"]) if said["mapping"] else None,
            mapping_name=said["mapping"],
            allow_many_leavers=said["allow_many_leavers"],
            skip_rejected=said["skip_rejected"],
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
            choices=form.read_choices(),
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
    renamed = made.plan.get("renamed", [])
    planned = made.state == PeopleImport.State.PLANNED
    context = {
        "import": made,
        "plan": made.plan,
        "steps": made.plan["steps"][:SHOWN],
        "more_steps": max(0, len(made.plan["steps"]) - SHOWN),
        "problems": imports.stored_problems(made)[:SHOWN],
        "cautions": imports.stored_cautions(made)[:SHOWN] if planned else [],
        "changes": changes,
        "renamed": renamed,
        "may_apply": planned and bool(changes or renamed),
        "left_out": made.plan.get("left_out") if made.rejects else None,
        "others": made.plan.get("others") if made.rejects else None,
        "may_undo": imports.is_undoable(made, timezone.now()),
        "undoes": made.undoes,
        "undo_stays": made.undoes is not None and not (changes or renamed),
    }
    return render(request, "reports/import_plan.html", context)


@require_GET
@hr_only
def show_rejects(request: Any, uuid: UUID) -> HttpResponse:
    """The records that were left out, with their reasons, as CSV; 404 once they are emptied."""
    require_all_regions(request)
    made = get_object_or_404(PeopleImport, uuid=uuid)
    if not made.rejects:
        raise Http404
    reply = HttpResponse(
        rejects.write_rejects(made.rejects), content_type="text/csv; charset=utf-8"
    )
    reply["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    reply["Cache-Control"] = "no-store"
    return reply


@login_required
@pressed_on("people:import", "uuid")
@hr_only
def leave_out_rejected(request: Any, uuid: UUID) -> HttpResponse:
    """Go on with the records that can go in; nobody is changed before that plan is applied."""
    require_all_regions(request)
    made = get_object_or_404(PeopleImport, uuid=uuid)
    try:
        imports.leave_out_rejected(made, digest=request.POST.get("digest", ""))
    except imports.PlanNotAppliedError as reason:
        messages.error(request, str(reason))
    return redirect("people:import", uuid=made.uuid)


@login_required
@pressed_on("people:import", "uuid")
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


@login_required
@pressed_on("people:import", "uuid")
@hr_only
def plan_undo(request: Any, uuid: UUID) -> HttpResponse:
    """Plan how an applied import is taken back, and show that plan."""
    require_all_regions(request)
    made = get_object_or_404(PeopleImport, uuid=uuid)
    try:
        made = imports.make_undo_plan(made, actor=request.user.actor, at=timezone.now())
    except imports.PlanNotAppliedError as reason:
        messages.error(request, str(reason))
    return redirect("people:import", uuid=made.uuid)
