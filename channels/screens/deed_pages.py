"""The page of an act: the form, then what it would change, and only then the act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from channels import channel_roles, permissions
from channels.desk.actor_names import name_actors
from channels.desk.previews import foresee_act, foresee_end
from channels.guards import (
    ActorNotAllowedError,
    ChannelRefusedError,
    must_govern,
    must_steward,
)
from channels.models import Channel, PostingPermission
from channels.screens import deed_forms
from channels.screens.deeds import DEEDS, Deed, DeedCall
from channels.screens.effect_words import spell_effect
from channels.screens.lookups import find_channel

# What a form sends: look at what it would change, go back to the form, or do it.
LOOK, EDIT, DO = "look", "edit", "do"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_channel(request: PersonRequest, code: str, deed: str) -> HttpResponse:
    """One act on a channel, for those who may do it."""
    if deed not in DEEDS:
        raise Http404
    return run_deed(request, find_channel(request.user, code), DEEDS[deed])


def run_deed(request: PersonRequest, channel: Channel, deed: Deed) -> HttpResponse:
    """Show the form of the deed; for a form that is valid the effect; and with `step=do` do it."""
    now = timezone.now()
    guard = must_govern if deed.governs else must_steward
    try:
        guard(request.user, channel, now)
        return _take_step(request, channel, deed, now)
    except ActorNotAllowedError as refused:
        raise PermissionDenied(refused.reason) from refused


def _take_step(request: PersonRequest, channel: Channel, deed: Deed, now: Any) -> HttpResponse:
    form = deed.form(request.POST or None, channel=channel)
    shown: dict[str, Any] = {"effects": None, "remedy": ""}
    step = request.POST.get("step", LOOK)
    if request.method == "POST" and form.is_valid() and step != EDIT:
        call = DeedCall(channel, request.user, now, form)
        try:
            if step == DO:
                messages.success(request, deed.act(call))
                return redirect("channels:channel", code=channel.code)
            shown["effects"] = _foretell(deed, call)
        except ActorNotAllowedError:
            raise
        except ChannelRefusedError as refused:
            form.add_error(None, refused.reason)
            shown["remedy"] = refused.remedy
    named = {"channel": channel.title}
    context = {
        "channel": channel,
        "form": form,
        "heading": str(deed.title) % named,
        "lede": deed.lede,
        "button": deed.button,
    }
    return render(request, "channels/deed.html", context | shown)


def _foretell(deed: Deed, call: DeedCall) -> list[str]:
    """The sentences of the deed itself, then who could and could not post."""
    said = deed.foretell(call)
    tried = replace(call, channel=_copy(call.channel))
    effect = foresee_act(call.channel, lambda: deed.act(tried), call.moment)
    return [*said, *spell_effect(effect, tried.channel)]


def _copy(channel: Channel) -> Channel:
    """The act that is taken back changes this object; the page goes on with the one it had."""
    return Channel.objects.select_related("platform", "region").get(pk=channel.pk)


@require_safe
@login_required
def show_role(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """One role of somebody, what ending it would change, and the ways to end it or to let it last."""
    now, channel = timezone.now(), find_channel(request.user, code)
    if not channel_roles.is_steward(request.user, channel, now):
        raise PermissionDenied(_("Only those who answer for the channel see its roles."))
    role = _role(channel, uuid)
    running = role.ended_at is None
    mine = role.person_id == request.user.pk
    context = {
        "channel": channel,
        "role": role,
        "running": running,
        "may_change": running and not mine,
        "given_by": name_actors([role.actor])[role.actor],
        "effects": spell_effect(foresee_end(role, now), channel) if running else [],
    }
    return render(request, "channels/role.html", context)


def _role(channel: Channel, uuid: UUID) -> PostingPermission:
    rows = PostingPermission.objects.select_related("person", "channel")
    return get_object_or_404(rows, channel=channel, uuid=uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_role_end(request: PersonRequest, code: str, uuid: UUID) -> HttpResponse:
    """Let a role last until another day."""
    channel = find_channel(request.user, code)
    role = _role(channel, uuid)

    def act(call: DeedCall) -> str:
        ends_at = call.form.end_of(call.said["ends_on"])
        permissions.change_permission_end(
            role, ends_at, actor=call.actor, at=call.at, reason=call.said["reason"]
        )
        return _("The role of %(person)s has a new last day.") % {"person": role.person}

    return run_deed(
        request,
        channel,
        Deed(
            gettext_lazy("Until when does the role on %(channel)s last?"),
            gettext_lazy("Change the last day"),
            deed_forms.EndDayForm,
            act,
            lede=str(role.person),
        ),
    )
