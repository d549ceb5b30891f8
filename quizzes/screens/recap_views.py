"""The recap pages of a failed attempt: what to read again, one principle at a time, before the next try."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from quizzes.attempts import recaps, starting
from quizzes.screens import next_steps
from quizzes.screens.recaps import next_recap, principle_recap, recap_overview

View = Callable[..., HttpResponse]


def failed_attempts_only(view: View) -> View:
    """An attempt that did not fail, somebody else's, and a principle that was not weak look the same: 404."""

    @wraps(view)
    def guarded(request: PersonRequest, attempt: UUID, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, recaps.get_failed_attempt(attempt, request.user), **kwargs)
        except recaps.NoSuchRecapError as fault:
            raise Http404 from fault

    return login_required(guarded)


@require_safe
@failed_attempts_only
def show_recaps(request: PersonRequest, attempt: Any) -> HttpResponse:
    """The principles to read again, and the next try when they are read."""
    found = starting.check_tries(request.user, attempt.quiz, at=timezone.now())
    again = next_steps.describe_next_try(attempt, found, request)
    context = recap_overview(attempt, request) | {"attempt": attempt, "again": again}
    return render(request, "quizzes/recaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@failed_attempts_only
def show_recap(request: PersonRequest, attempt: Any, code: str) -> HttpResponse:
    """Show one principle in short. Pressing the button records that it was read, once."""
    if request.method != "POST":
        context = principle_recap(attempt, code, request) | {"attempt": attempt}
        return render(request, "quizzes/recap.html", context)
    recaps.record_recap(attempt, code, at=timezone.now())
    following = next_recap(attempt)
    if following:
        return redirect("quizzes:recap", attempt.uuid, following.principle.code)
    return redirect("quizzes:recaps", attempt.uuid)
