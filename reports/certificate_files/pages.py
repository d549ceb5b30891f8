"""`/certification/import/`: HR takes in the certificates of an earlier register from a file, with a plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.readers.csv_forms import TableFileForm
from accounts.readers.csv_tables import FileTable
from reports.access import require_roles
from reports.certificate_files import planning
from reports.certificate_files.columns import COLUMNS, read_certificates
from reports.certificate_files.planning import (
    CertificatesPlan,
    SomeRowsRefusedError,
    StaleCertificatesError,
)

FOR_HR = gettext_lazy("Certificates of an earlier register are taken in by HR.")


class CertificatesFileForm(TableFileForm):
    file_label = gettext_lazy("Earlier certificates as a CSV file")

    def read_table(self, text: str) -> FileTable:
        return read_certificates(text)


@require_http_methods(["GET", "HEAD", "POST"])
@require_roles(Role.HR, refusal=FOR_HR)
def import_certificates(request: Any) -> HttpResponse:
    """The form; then the plan with its effect; then exactly that, or nothing if it has become another."""
    form = CertificatesFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "certification/import.html", {"form": form, "columns": COLUMNS})
    stale = False
    if request.POST.get("step") == "do":
        try:
            return _apply(request, form)
        except StaleCertificatesError:
            stale = True
        except SomeRowsRefusedError:
            wrong = _("Some rows cannot go in. Mend the file, or leave these rows out.")
            form.add_error("leave_out_refused", wrong)
    plan = planning.plan_certificates(
        form.cleaned_data["table"].rows,
        request.scope.people(Role.HR),
        actor=request.user.actor,
        at=timezone.now(),
    )
    return render(request, "certification/import_plan.html", _plan_page(form, plan, stale=stale))


def _apply(request: Any, form: CertificatesFileForm) -> HttpResponse:
    said = form.cleaned_data
    plan = planning.apply_certificates(
        said["table"].rows,
        request.scope.people(Role.HR),
        actor=request.user.actor,
        at=timezone.now(),
        digest=said["digest"],
        leave_out_refused=said["leave_out_refused"],
    )
    told = {"what": tell_counts(plan)}
    messages.success(request, _("The certificates are taken in: %(what)s.") % told)
    return redirect("console:list")


def _plan_page(
    form: CertificatesFileForm, plan: CertificatesPlan, *, stale: bool
) -> dict[str, Any]:
    table: FileTable = form.cleaned_data["table"]
    return {
        "form": form,
        "plan": plan,
        "stale": stale,
        "file_text": form.cleaned_data["text"],
        "unused": ", ".join(table.unused),
        "headline": tell_counts(plan),
        "refused": plan.count("refused"),
        "does_something": plan.count("new"),
        "mails": _tell_mails(plan.recipients),
    }


def tell_counts(plan: CertificatesPlan) -> str:
    """What the plan does, in numbers."""
    new, same, refused = (plan.count(one) for one in ("new", "unchanged", "refused"))
    parts = [
        ngettext("%(n)s new certificate", "%(n)s new certificates", new) % {"n": new},
        ngettext("%(n)s on record already", "%(n)s on record already", same) % {"n": same},
        ngettext("%(n)s cannot go in", "%(n)s cannot go in", refused) % {"n": refused},
    ]
    return ", ".join(parts)


def _tell_mails(mails: int) -> str:
    if not mails:
        return _("Nobody gets a mail.")
    text = ngettext(
        "%(n)s person reads in a mail until when the certificate counts.",
        "%(n)s people read in a mail until when their certificate counts.",
        mails,
    )
    return text % {"n": mails}
