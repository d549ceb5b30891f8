"""What whoever publishes a quiz is told: by the button, by approving it, or by planning it for later.

Signals carry no request, so the one that is being served is asked for; a command has none and tells nobody.
"""

from __future__ import annotations

from django.contrib import messages
from django.utils import timezone

from allauth.core import context

from courses.page_records import is_source_page
from quizzes.authoring.written_rules import rules_on_page
from quizzes.models import QuizPage
from quizzes.publishing import shared_banks


def warn_of_shared_banks(page: QuizPage) -> None:
    """Say which other quiz gives away the questions of this one, or is given away by it, with the rules of `page`."""
    request = context.request
    if request is None or page.quiz is None or not is_source_page(page):
        return
    for text in shared_banks.describe_shared_banks(page.quiz, rules_on_page(page)):
        messages.warning(request, text, fail_silently=True)


def warn_of_plan(page: QuizPage) -> None:
    """The same for the newest draft, if it is planned to go live later."""
    draft = page.get_latest_revision_as_object()
    if draft.go_live_at is not None and draft.go_live_at > timezone.now():
        warn_of_shared_banks(draft)
