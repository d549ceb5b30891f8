"""`/certification/post/`: HR and auditors ask whether somebody was allowed to post, and read who had decided what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import query_strings
from reports.access import require_roles
from reports.packs.views import FOR_PACKERS, PACKERS, read_view
from reports.posts.answers import answer_question
from reports.posts.questions import PostForm


@require_safe
@require_roles(*PACKERS, refusal=FOR_PACKERS)
def ask_about_post(request: Any) -> HttpResponse:
    """The form, and below it the answer. A link may fill in the person alone."""
    now, view = timezone.now(), read_view(request)
    asked = "at" in request.GET
    form = PostForm(request.GET if asked else None, view=view, now=now, initial=request.GET.dict())
    misread = query_strings.describe_misread(request.GET, PostForm.base_fields)
    answer = None
    if form.is_clear and not misread:
        person, channel = form.people[0], form.channels[0]
        answer = answer_question(
            person, channel, at=form.cleaned_data["at"], now=now, reader=request.user
        )
    context = {"form": form, "answer": answer, "misread": misread}
    return render(request, "certification/post.html", context)
