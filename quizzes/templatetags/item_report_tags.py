"""The report form beside a question, for saying that something is wrong with it."""

from __future__ import annotations

from typing import Any

from django import template

from quizzes.models import Attempt
from quizzes.screens.item_report_forms import ItemReportForm
from quizzes.screens.questions import AskedQuestion

register = template.Library()


@register.inclusion_tag("quizzes/_report.html", takes_context=True)
def report_form(
    context: dict[str, Any], attempt: Attempt, question: AskedQuestion
) -> dict[str, Any]:
    """The whole form, folded away."""
    return {
        "attempt": attempt,
        "question": question,
        "form": ItemReportForm(),
        "csrf_token": context.get("csrf_token"),
    }
