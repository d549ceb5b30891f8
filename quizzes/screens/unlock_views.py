"""The page on which a manager or an author gives somebody one more try."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from accounts.models import User
from items import sentences
from quizzes.attempts import starting, unlocks
from quizzes.models import Quiz, Unlock


class UnlockForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why another try"),
        max_length=unlocks.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A sentence. They read it, and it stays on record."),
        error_messages={"required": gettext_lazy("Write in a few words why.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_another_try(request: PersonRequest, person: UUID, code: str) -> HttpResponse:
    """Show where a person stands in a quiz, and give one more attempt. 404 without the right to give it."""
    at = timezone.now()
    someone = get_object_or_404(User.objects.people(), uuid=person)
    quiz = get_object_or_404(Quiz, code=code)
    if not unlocks.may_give_tries(request.user, someone, at):
        raise Http404
    form = UnlockForm(request.POST or None)
    if form.is_valid() and _given(form, someone, quiz, request):
        return redirect(request.path)
    context = _context(someone, quiz, request) | {"form": form}
    return render(request, "quizzes/unlock.html", context)


def _given(form: UnlockForm, person: User, quiz: Quiz, request: PersonRequest) -> bool:
    try:
        unlocks.give_tries(
            person,
            quiz,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=timezone.now(),
        )
    except unlocks.UnlockRefusedError as refused:
        form.add_error("reason", str(refused))
        return False
    told = {"person": person.display_name}
    messages.success(request, _("%(person)s has another try and is told by mail.") % told)
    return True


def _context(person: User, quiz: Quiz, request: PersonRequest) -> dict[str, Any]:
    """The person's attempts left and earlier unlocks; never answers or scores."""
    found = starting.check_tries(person, quiz, at=timezone.now())
    given = Unlock.objects.filter(person=person, quiz=quiz).order_by("-at")
    return {
        "person": person,
        "quiz": quiz,
        "found": found,
        "next_at": sentences.format_moment(found.next_at, request.user),
        "given": [(sentences.format_moment(one.at, request.user), one.reason) for one in given],
        "back": reverse("team:show") if person.manager_id == request.user.pk else "",
    }
