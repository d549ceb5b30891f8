"""The page of the console where HR and auditors make evidence packs."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.dates import DateRefusedError, require_plausible_moment
from accounts.models import Role
from channels.models import Channel
from reports.access import require_roles
from reports.packs.making import make_pack
from reports.packs.questions import (
    PackQuestion,
    PackReason,
    PackRefusedError,
    PackView,
    find_question,
)

PACKERS = (Role.HR, Role.AUDITOR)
FOR_PACKERS = _("Evidence is for HR and auditors.")


class InstantField(forms.DateTimeField):
    """A moment in the reader's zone, as the browser's own field sends it."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        found: datetime | None = super().to_python(value)
        try:
            return found and require_plausible_moment(found)
        except DateRefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class PackForm(forms.Form):
    """What the pack is about. `question` is None until the form is valid."""

    person = forms.CharField(label=_("Person (HR id)"), max_length=50, required=False)
    channel = forms.CharField(
        label=_("Channel (code)"),
        max_length=50,
        required=False,
        help_text=_("With a person: the pack is about a post of theirs on this channel."),
    )
    decision = forms.UUIDField(
        label=_("Decision (id)"),
        required=False,
        help_text=_("It says itself whom it is about, where and for when."),
    )
    at = InstantField(
        label=_("At the moment"),
        required=False,
        help_text=_("In your time zone. Empty: now. For a post: when it was published."),
    )
    known_at = InstantField(
        label=_("As known on"),
        required=False,
        help_text=_("By what had been recorded until then. Empty: everything."),
    )
    why = forms.ChoiceField(label=_("Why"), choices=PackReason.choices)

    def __init__(self, data: Any, *, view: PackView, now: datetime, initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.question: PackQuestion | None = None
        self._view, self._now = view, now

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.question = find_question(self._view, now=self._now, **said)
            except PackRefusedError as refusal:
                self.add_error(refusal.field, refusal.reason)
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@require_roles(*PACKERS, refusal=FOR_PACKERS)
def build_pack(request: Any) -> HttpResponseBase:
    """`/certification/pack/`: a form, and the pack it asks for as a download. Entered in the ledger each time."""
    now = timezone.now()
    view = read_view(request)
    form = PackForm(request.POST or None, view=view, now=now, initial=_read_initial(request.GET))
    if request.method == "POST" and form.is_valid() and form.question is not None:
        said = {"actor": request.user.actor, "now": now, "reader": request.user}
        pack = make_pack(form.question, view.people, **said)
        answer = FileResponse(pack.content, as_attachment=True, filename=pack.name)
        answer["Cache-Control"] = "private, no-store"
        return answer
    return render(request, "certification/pack.html", {"form": form})


def read_view(request: Any) -> PackView:
    """The people and channels of the regions for which the reader is HR or auditor."""
    regions = request.scope.regions(*PACKERS)
    channels = Channel.objects.select_related("region", "platform")
    if regions is not None:
        channels = channels.filter(region_id__in=regions)
    return PackView(request.scope.people(*PACKERS), channels, request.user)


def _read_initial(said: Any) -> dict[str, Any]:
    """What a link has filled in already: the moment of a post, or a day of the console, which is meant at its end."""
    found = {name: said[name] for name in ("person", "channel") if name in said}
    for name in ("at", "known_at"):
        with suppress(ValueError):
            found[name] = _read_day(said.get(name, ""))
    with suppress(ValueError):
        found["decision"] = UUID(said.get("decision", ""))
    return found


def _read_day(text: str) -> datetime:
    """Raises ValueError for what is neither."""
    if "T" in text:
        return datetime.fromisoformat(text)
    return datetime.combine(date.fromisoformat(text), time(23, 59))
