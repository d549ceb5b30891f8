"""The page on which HR sets what somebody needs to take quizzes on equal terms: more time, more tries."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import people
from accounts.models import Role, User
from accounts.readers.known_rows import KnownRowMixin
from reports.access import hr_only


class AccommodationForm(KnownRowMixin, forms.Form):
    time_factor = forms.DecimalField(
        label=gettext_lazy("Time, as a multiple of the usual"),
        min_value=Decimal(1),
        max_value=Decimal(10),
        max_digits=4,
        decimal_places=2,
        help_text=gettext_lazy("1 is the usual time, 1.5 half as much again, 2 twice as much."),
    )
    extra_attempts = forms.IntegerField(
        label=gettext_lazy("More tries at each quiz"),
        min_value=0,
        max_value=20,
        help_text=gettext_lazy("On top of the tries that a quiz allows everybody. 0 for none."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def edit_accommodation(request: Any, uuid: UUID) -> HttpResponse:
    """Set somebody's time and tries. For HR of their region only, because accommodations are confidential."""
    someone = get_object_or_404(request.scope.people(Role.HR), uuid=uuid)
    if someone.pk == request.user.pk:
        raise PermissionDenied(_("A colleague in HR sets this for you."))
    writes = request.method == "POST"
    with transaction.atomic() if writes else nullcontext():
        form = _change(request, someone) if writes else _ask(someone)
    if writes and form.is_valid():
        messages.success(request, _("Saved. It counts at once, in a quiz that is running too."))
        return redirect("people:person", uuid)
    context = {"person": someone, "form": form}
    status = 409 if form.is_outdated else 200
    return render(request, "reports/accommodation.html", context, status=status)


def _ask(someone: User, sent: Any = None) -> AccommodationForm:
    now = {"time_factor": someone.time_factor, "extra_attempts": someone.extra_attempts}
    return AccommodationForm(sent, initial=now)


def _change(request: Any, someone: User) -> AccommodationForm:
    """The form that was sent; what it says is done if it is valid. Call it in a transaction."""
    locked = User.objects.select_for_update().get(pk=someone.pk)
    form = _ask(locked, request.POST)
    if form.is_valid():
        people.change_person(
            locked, actor=request.user.actor, at=timezone.now(), **form.cleaned_data
        )
    return form
