"""The page of an act: the form, then what it would change, and only then the act."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from accounts.readers.actor_names import name_actors, tell_who_was_first
from channels import channel_roles, permissions
from channels.desk.channel_versions import (
    find_newest_actor,
    fingerprint_channel,
    lock_channel,
)
from channels.desk.previews import foresee_act, foresee_end
from channels.guards import (
    ActorNotAllowedError,
    ChannelRefusedError,
    must_govern,
    must_steward,
)
from channels.models import Channel, PostingPermission
from channels.screens import deed_forms
from channels.screens.deed_calls import Deed, DeedCall
from channels.screens.deeds import DEEDS
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
    """Show the form of the deed; for a form that is valid the effect; and with `step=do` do what was seen."""
    now = timezone.now()
    guard = must_govern if deed.governs else must_steward
    # Looking takes no lock: on SQLite a transaction would wait for its turn to write.
    doing = request.method == "POST" and request.POST.get("step") == DO
    try:
        guard(request.user, channel, now)
        with lock_channel(channel) if doing else nullcontext():
            page = _take_step(request, DeedPage(deed, channel, now, fingerprint_channel(channel)))
    except ActorNotAllowedError as refused:
        raise PermissionDenied(refused.reason) from refused
    if isinstance(page, str):
        messages.success(request, page)
        return redirect("channels:channel", code=channel.code)
    return _show(request, page)


@dataclass(frozen=True, slots=True)
class DeedPage:
    """What the page of a deed shows; `version`: of the channel, when it was read."""

    deed: Deed
    channel: Channel
    at: datetime
    version: str
    form: Any = None
    effects: tuple[str, ...] = ()
    notice: str = ""
    remedy: str = ""
    status: int = 200

    @property
    def seen(self) -> str:
        """Differs as soon as the effect that is shown does."""
        return hashlib.sha256("\n".join(self.effects).encode()).hexdigest()[:32]


def _take_step(request: PersonRequest, page: DeedPage) -> DeedPage | str:
    """The page to show, or what to say after the act was done."""
    about: dict[str, Any] = {"channel": page.channel, "actor": request.user}
    if request.method != "POST":
        return replace(page, form=page.deed.form(**about))
    if request.POST.get("version") != page.version:
        form = page.deed.form(**about, written=request.POST)
        first = tell_who_was_first(find_newest_actor(page.channel), request.user)
        return replace(page, form=form, notice=first, status=409)
    page = replace(page, form=page.deed.form(request.POST, **about))
    if not page.form.is_valid() or request.POST.get("step") == EDIT:
        return page
    try:
        return _look_or_do(request, page)
    except ActorNotAllowedError:
        raise
    except ChannelRefusedError as refused:
        page.form.add_error(None, refused.reason)
        return replace(page, remedy=refused.remedy)


def _look_or_do(request: PersonRequest, page: DeedPage) -> DeedPage | str:
    """Do the act if its effect now is the one that was seen; else show the effect."""
    call = DeedCall(page.channel, request.user, page.at, page.form)
    shown = replace(page, effects=tuple(_foretell(page.deed, call)))
    if request.POST.get("step") != DO:
        return shown
    if request.POST.get("seen") != shown.seen:
        notice = _("Nothing was done yet. Look at what would happen now, then confirm it.")
        return replace(shown, notice=notice)
    # The look has done the act once and taken it back, so the objects of its form are not used again.
    form = page.deed.form(request.POST, channel=page.channel, actor=request.user)
    form.full_clean()
    with transaction.atomic():
        return page.deed.act(replace(call, form=form))


def _show(request: PersonRequest, page: DeedPage) -> HttpResponse:
    context = {
        "channel": page.channel,
        "form": page.form,
        "heading": str(page.deed.title) % {"channel": page.channel.title},
        "lede": page.deed.lede,
        "button": page.deed.button,
        "effects": page.effects,
        "notice": page.notice,
        "remedy": page.remedy,
        "version": page.version,
        "seen": page.seen,
    }
    return render(request, "channels/deed.html", context, status=page.status)


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
