"""`/channels/register/file/` and `/channels/register.csv`: a register comes in as a file, with a plan, and goes out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import query_strings
from accounts.api.requests import PersonRequest
from accounts.models import Role
from accounts.permissions import has_role, role_regions
from accounts.readers.csv_forms import TableFileForm
from accounts.readers.csv_tables import FileTable
from accounts.readers.downloads import record_only_for_get
from channels import listing
from channels.guards import ChannelRefusedError
from channels.register_files import importing, reading, writing
from channels.register_files.columns import COLUMNS
from channels.register_files.importing import RegisterPlan, RegisterPlanChangedError
from channels.screens.deed_forms import ReasonField
from channels.screens.register_pages import must_register
from ledger import entries


class RegisterFileForm(TableFileForm):
    file_label = gettext_lazy("Your register as a CSV file")
    reason = ReasonField()
    field_order = ["file", "reason"]

    def read_table(self, text: str) -> FileTable:
        return reading.read_register(text)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_register(request: PersonRequest) -> HttpResponse:
    """The form; then the plan, row by row; then exactly that, or nothing if it has become another."""
    must_register(request.user)
    form = RegisterFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "channels/register_file.html", {"form": form, "columns": COLUMNS})
    said, stale = form.cleaned_data, False
    if request.POST.get("step") == "do":
        try:
            return _apply(request, said)
        except RegisterPlanChangedError:
            stale = True
        except ChannelRefusedError as refused:
            form.add_error("leave_out_refused", refused.reason)
    plan = importing.plan_register(
        said["table"].rows, actor=request.user, at=timezone.now(), reason=said["reason"]
    )
    return render(request, "channels/register_file_plan.html", _plan_page(form, plan, stale=stale))


def _plan_page(form: RegisterFileForm, plan: RegisterPlan, *, stale: bool) -> dict[str, Any]:
    table: FileTable = form.cleaned_data["table"]
    refused = plan.count("refused")
    return {
        "form": form,
        "plan": plan,
        "stale": stale,
        "file_text": form.cleaned_data["text"],
        "unused": ", ".join(table.unused),
        "headline": _headline(plan),
        "refused": refused,
        "does_something": plan.count("new") + plan.count("changed"),
    }


def _headline(plan: RegisterPlan) -> str:
    new, changed, refused = (plan.count(one) for one in ("new", "changed", "refused"))
    parts = [
        ngettext("%(n)s new channel", "%(n)s new channels", new) % {"n": new},
        ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": changed},
        ngettext("%(n)s cannot go in", "%(n)s cannot go in", refused) % {"n": refused},
    ]
    return ", ".join(parts)


def _apply(request: PersonRequest, said: dict[str, Any]) -> HttpResponse:
    plan = importing.apply_register(
        said["table"].rows,
        actor=request.user,
        at=timezone.now(),
        reason=said["reason"],
        digest=said["digest"],
        leave_out_refused=said["leave_out_refused"],
    )
    messages.success(request, _("The register is taken in: %(what)s.") % {"what": _headline(plan)})
    return redirect("channels:index")


@require_safe
@login_required
@record_only_for_get
def export_register(request: PersonRequest) -> HttpResponse | StreamingHttpResponse:
    """Every channel that the person governs or audits, with who answers for it; the export is in the ledger.

    It knows no filters: asked for some it answers 400.
    """
    now = timezone.now()
    if not has_role(request.user, Role.GOVERNANCE, Role.AUDITOR, at=now):
        raise PermissionDenied(_("Only channel governance and auditors export the register."))
    if misread := query_strings.describe_misread(request.GET, ()):
        return query_strings.refuse_export(request, misread, back=reverse("channels:index"))
    regions = role_regions(request.user, Role.GOVERNANCE, Role.AUDITOR, at=now)
    channels = listing.channels_with_state(now)
    channels = channels if regions is None else channels.filter(region__in=regions)
    entries.append_entry(
        kind="channels.exported",
        subject="channels",
        actor=request.user.actor,
        at=now,
        data={"rows": channels.count()},
    )
    lines = writing.write_register(channels, now)
    reply = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="channels-{now:%Y-%m-%d}.csv"'
    return reply
