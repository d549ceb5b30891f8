"""The view in which a learner reports that a question of their attempt is wrong."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from quizzes.models import Attempt
from quizzes.regrades import item_reports
from quizzes.screens import questions
from quizzes.screens.attempt_views import own_attempts_only
from quizzes.screens.item_report_forms import ItemReportForm


@own_attempts_only
@require_http_methods(["GET", "HEAD", "POST"])
def report_question(request: PersonRequest, attempt: UUID, slot: int) -> HttpResponse:
    """Show the report form for one question, and record the report."""
    sheet = questions.load_question_sheet(attempt, request.user, slot)
    form = ItemReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        item_reports.record_report(attempt, request.user, slot, at=timezone.now(), **told)
        messages.success(
            request, _("Thank you. The authors will look at it, and you will hear from us.")
        )
        return redirect(return_address(sheet))
    context = {
        "sheet": sheet,
        "question": sheet.question,
        "form": form,
        "back": return_address(sheet),
        "known": item_reports.open_reports_by_slot(request.user, attempt).get(slot),
        "attempt": sheet.attempt,
    }
    return render(request, "quizzes/report.html", context)


def return_address(sheet: questions.QuestionSheet) -> str:
    """The address to return to: the question, or the result once the attempt is handed in."""
    attempt, slot = sheet.attempt, sheet.question.slot
    if attempt.state == Attempt.State.OPEN:
        return reverse("quizzes:question", args=[attempt.uuid, slot])
    return reverse("quizzes:result", args=[attempt.uuid]) + f"#q{slot}"
