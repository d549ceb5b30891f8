"""The page of the sponsor of a channel that an employee registered, and of whoever registered it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from channels import channel_roles
from channels.desk import sponsoring
from channels.guards import ChannelRefusedError
from channels.models import Sponsorship
from channels.screens.deed_forms import PersonField
from channels.screens.refusals import follow_refusal


class AnotherSponsorForm(forms.Form):
    person = PersonField(label=gettext_lazy("Who else stands up for it?"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_sponsorship(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """What was registered: the sponsor confirms or declines, whoever asked may ask somebody else."""
    rows = Sponsorship.objects.select_related(
        *("channel__platform", "channel__region", "person", "asker")
    )
    asked = get_object_or_404(rows, channel__code=code.replace("\0", ""), uuid=uuid)
    person = request.user
    involved = person.pk in {asked.person_id, asked.asker_id}
    if not involved and not channel_roles.is_steward(person, asked.channel, timezone.now()):
        raise Http404
    form = AnotherSponsorForm(request.POST if request.POST.get("decision") == "another" else None)
    if request.method == "POST" and (done := _act(request, asked, form)):
        return done
    waiting = asked.outcome == Sponsorship.Outcome.OPEN
    context = {
        "asked": asked,
        "channel": asked.channel,
        "decides": waiting and asked.person_id == person.pk,
        "asks_again": asked.asker_id == person.pk and _is_newest(asked) and not asked.is_confirmed,
        "form": form,
    }
    return render(request, "channels/sponsor.html", context)


def _is_newest(asked: Sponsorship) -> bool:
    return not asked.channel.sponsorships.filter(pk__gt=asked.pk).exists()


def _act(
    request: PersonRequest, asked: Sponsorship, form: AnotherSponsorForm
) -> HttpResponse | None:
    who: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    note = str(request.POST.get("note", "")).replace("\0", "")
    match request.POST.get("decision"):
        case "confirm":
            done = _("You stand up for %(channel)s.") % {"channel": asked.channel}
            return _do(request, done, lambda: sponsoring.confirm_sponsorship(asked, **who))
        case "decline":
            done = _("You have declined.")
            return _do(
                request, done, lambda: sponsoring.decline_sponsorship(asked, note=note, **who)
            )
        case "another" if form.is_valid():
            other = form.cleaned_data["person"]
            again = sponsoring.Proposal(request.user, other, asked.reason)
            done = _("%(person)s is asked to stand up for it.") % {"person": other}
            return _do(
                *(request, done),
                lambda: sponsoring.ask_another_sponsor(asked, again, at=who["at"]),
            )
    return None


def _do(request: PersonRequest, done: str, act: Callable[[], Sponsorship]) -> HttpResponse:
    try:
        decided = act()
    except ChannelRefusedError as refused:
        return follow_refusal(request, refused)
    messages.success(request, done)
    return redirect(sponsoring.sponsor_address(decided))
