"""A channel is handed over, and the roles on it are looked at twice a year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.button_pages import pressed_on
from channels import channel_roles
from channels.addresses import channel_address
from channels.desk import attention, handover, recertification, unused_roles
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, OwnerOffer
from channels.screens.lookups import find_channel
from channels.screens.refusals import follow_refusal, show_refusal


@require_safe
@login_required
def list_needs(request: PersonRequest) -> HttpResponse:
    """The channels for which the person answers and on which something has to be done, each with where."""
    now = timezone.now()
    needy = attention.find_needy_channels(request.user, now)
    asked = [
        (role, unused_roles.need_address(role))
        for role in unused_roles.asked_roles(request.user, now)
    ]
    return render(request, "channels/attention.html", {"needy": needy, "asked": asked})


@require_safe
@login_required
def show_offer(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """The successor's page: what has to be in their hands, accept or decline."""
    channel = find_channel(request.user, code)
    offer = get_object_or_404(channel.offers, uuid=uuid, person=request.user)
    context = {
        "channel": channel,
        "offer": offer,
        "open": offer.outcome == OwnerOffer.Outcome.OPEN,
        "checklist": handover.CHECKLIST.items(),
        "owners": channel_roles.owners_of(channel, timezone.now()),
    }
    return render(request, "channels/offer.html", context)


@pressed_on("channels:offer", "code", "uuid")
@login_required
def decide_offer(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """The successor accepts, with everything of the checklist in their hands, or declines and says why."""
    channel = find_channel(request.user, code)
    offer = get_object_or_404(channel.offers, uuid=uuid, person=request.user)
    said = request.POST
    who: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    if said.get("decision") == "accept":
        checked = frozenset(said.getlist("checked"))
        done = _("You answer for %(channel)s now.") % {"channel": channel}
        return _answer(
            request, channel, done, lambda: handover.accept_offer(offer, checked=checked, **who)
        )
    note = str(said.get("note", "")).replace("\0", "")
    return _answer(
        request,
        channel,
        _("You have declined."),
        lambda: handover.decline_offer(offer, note=note, **who),
    )


@pressed_on("channels:channel", "code")
@login_required
def withdraw_offer(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Ask the successor no longer."""
    channel = find_channel(request.user, code)
    offer = get_object_or_404(channel.offers, uuid=uuid)
    done = _("%(person)s is asked no longer.") % {"person": offer.person}
    return _answer(
        *(request, channel, done),
        lambda: handover.withdraw_offer(offer, actor=request.user, at=timezone.now()),
    )


def _answer(
    request: PersonRequest, channel: Channel, done: str, act: Callable[[], Any]
) -> HttpResponse:
    try:
        act()
    except ChannelRefusedError as refused:
        return follow_refusal(request, refused)
    messages.success(request, done)
    return redirect("channels:channel", code=channel.code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recertify_roles(request: PersonRequest, code: str) -> HttpResponse:
    """Each role that is due: keep or remove. What is left open stays due."""
    now, channel = timezone.now(), find_channel(request.user, code)
    if not channel_roles.is_steward(request.user, channel, now):
        raise PermissionDenied(_("Only those who answer for the channel look at its roles."))
    if request.method == "POST":
        return _review(request, channel)
    due = recertification.due_roles(now).filter(channel=channel)
    roles = due.exclude(person=request.user).order_by("person__display_name")
    context = {
        "channel": channel,
        "roles": list(roles),
        "mine": due.filter(person=request.user).exists(),
    }
    return render(request, "channels/recertify.html", context)


def _review(request: PersonRequest, channel: Channel) -> HttpResponse:
    named = {key.removeprefix("role-"): value for key, value in request.POST.items()}
    answers = {key: value == "keep" for key, value in named.items() if value in {"keep", "remove"}}
    reason = str(request.POST.get("reason", "")).replace("\0", "")
    try:
        outcome = recertification.review_roles(
            channel, answers, actor=request.user, at=timezone.now(), reason=reason
        )
    except ActorNotAllowedError as refused:
        raise PermissionDenied(refused.reason) from refused
    except ChannelRefusedError as refused:
        show_refusal(request, refused, channel_address(channel.code, "recertify"))
        return redirect("channels:recertify", code=channel.code)
    told = {"kept": outcome.kept, "ended": outcome.ended}
    messages.success(request, _("Kept: %(kept)s. Ended: %(ended)s.") % told)
    return redirect("channels:channel", code=channel.code)
