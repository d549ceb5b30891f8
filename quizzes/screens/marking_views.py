"""The reviewers' pages: which answers wait, and marking one. They never say whose answer it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import query_strings
from accounts.api.requests import PersonRequest
from items import sentences
from items.kinds.content import parse_content
from items.kinds.free_text import TEXT, FreeTextSpec
from quizzes.attempts import marking, open_items
from quizzes.models import Response
from quizzes.screens.marking_forms import MarkForm

SHOWN = 100
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class WaitingAnswer:
    """An answer in the queue. `days` is how long it has waited, `late` whether longer than promised."""

    pk: int
    question: str
    quiz: str
    language: str
    days: int
    by: date
    late: bool


def reviewers_only(view: View) -> View:
    """Everybody else is refused."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not marking.may_mark(request.user, timezone.now()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return login_required(guarded)


@reviewers_only
@require_safe
def show_queue(request: PersonRequest) -> HttpResponse:
    """The answers that wait for this reviewer, the oldest first. It has no filters: with one it lists none."""
    now = timezone.now()
    misread = query_strings.describe_misread(request.GET, ())
    found = marking.marking_queue(request.user, now)
    found = found.none() if misread else found
    context = {
        "misread": misread,
        "count": found.count(),
        "rows": [_row(response, now) for response in found[:SHOWN]],
        "own": marking.count_own_waiting(request.user),
    }
    return render(request, "quizzes/marking/queue.html", context)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def review_answer(request: PersonRequest, response: int) -> HttpResponse:
    """Show one answer beside the rubric, and take its mark."""
    now = timezone.now()
    found = marking.marking_queue(request.user, now).filter(pk=response).first()
    if found is None:
        return _gone(request, response)
    if found.version.item_id in open_items.find_examined_items(request.user):
        words = _("This question stands in a try of yours that is open. Hand that in first.")
        messages.warning(request, words)
        return redirect("quizzes:marking")
    spec = parse_content(found.version.content)
    if not isinstance(spec, FreeTextSpec):
        raise Http404
    form = MarkForm(spec, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _mark(request, found, form)
    context = {
        "form": form,
        "spec": spec,
        "text": (found.answer or {}).get(TEXT, ""),
        "row": _row(found, now),
        "heading": sentences.split_heading(spec.stem)[0],
        "rest": sentences.split_heading(spec.stem)[1],
    }
    return render(request, "quizzes/marking/answer.html", context)


def _mark(request: PersonRequest, response: Response, form: MarkForm) -> HttpResponse:
    try:
        marking.mark_answer(response.pk, request.user, form.judgement, at=timezone.now())
    except marking.AlreadyMarkedError:
        return _gone(request, response.pk)
    messages.success(request, _("The mark is given. Thank you."))
    return redirect("quizzes:marking")


def _gone(request: PersonRequest, pk: int) -> HttpResponse:
    """Redirect to the queue if the answer was marked meanwhile; 404 if this reviewer could never mark it."""
    if not marking.could_have_marked(pk, request.user, timezone.now()):
        raise Http404
    messages.warning(
        request,
        _("Another reviewer has marked this answer. Their mark counts; yours was not kept."),
    )
    return redirect("quizzes:marking")


def _row(response: Response, now: datetime) -> WaitingAnswer:
    attempt = response.attempt
    handed_in = attempt.submitted_at or now
    by = marking.expected_marking_day(handed_in.date())
    return WaitingAnswer(
        pk=response.pk,
        question=sentences.excerpt(sentences.split_heading(response.version.content["stem"])[0]),
        quiz=attempt.quiz.title,
        language=get_language_info(attempt.locale)["name_local"],
        days=(now.date() - handed_in.date()).days,
        by=by,
        late=now.date() > by,
    )
