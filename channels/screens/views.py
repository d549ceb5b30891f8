from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import query_strings
from accounts.api.requests import PersonRequest
from accounts.models import Role, User
from accounts.permissions import people_scope
from accounts.readers.actor_names import name_actors
from accounts.readers.button_pages import pressed_on
from channels import (
    acceptances,
    channel_roles,
    listing,
    permissions,
    reason_texts,
    requests,
)
from channels.addresses import channel_address
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Channel, PermissionRequest, PostingPermission
from channels.rules import telling
from channels.screens import channel_list, channel_page, training
from channels.screens.forms import RequestDecisionForm, RoleRequestForm
from channels.screens.lookups import find_channel
from channels.screens.refusals import show_refusal

ChannelAct = Callable[..., str]


@require_safe
@login_required
def list_channels(request: PersonRequest) -> HttpResponse:
    """`/channels/`: the official channels, one's own first; `q` narrows them down. Other filters list none."""
    misread = query_strings.describe_misread(request.GET, ("q",))
    words_ = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    now = timezone.now()
    found = [] if misread else _find_channels(request.user, words_, now)
    rows = channel_list.list_rows(request.user, found, now)
    held = people_scope(request.user, now)
    context = {
        "channels": rows,
        "q": words_,
        "misread": misread,
        "registers": held.may(Role.GOVERNANCE),
        "exports": held.may(Role.GOVERNANCE, Role.AUDITOR),
    }
    return render(request, "channels/index.html", context)


def _find_channels(person: User, words: str, at: datetime) -> list[Channel]:
    if not words:
        return listing.list_visible_channels(person, at)
    seen = listing.order_channels(listing.visible_channels(person, at))
    return list(listing.search_channels(seen, words))


@require_safe
@login_required
def show_channel(request: PersonRequest, code: str) -> HttpResponse:
    """`/channels/<code>/`: the channel and its rules; for its stewards also who posts and who asks."""
    now = timezone.now()
    page = request.GET.get("page", "1")
    shown = channel_page.build_channel_page(
        find_channel(request.user, code), request.user, now, page
    )
    card = shown["card"]
    shown["card_leads_on"] = card is not None and card.href not in {"", request.path}
    return render(request, "channels/channel.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask_for_role(request: PersonRequest, code: str) -> HttpResponse:
    """`/channels/<code>/ask/`: what the person lacks, the form for the reason, then the state of the request."""
    now, channel = timezone.now(), find_channel(request.user, code)
    form = RoleRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            asked = requests.ask_for_role(request.user, channel, why=why, at=now)
        except ChannelRefusedError as refused:
            form.add_error(None, refused.reason)
        else:
            _tell_unsent(request, asked, why)
            return redirect("channels:ask", code=channel.code)
    return render(request, "channels/ask.html", _asking(request, channel, form))


def _tell_unsent(request: PersonRequest, asked: PermissionRequest, why: str) -> None:
    """Whoever has asked already, in another tab or before, reads that these words went nowhere."""
    if asked.why != why.strip()[:500]:
        text = _(
            "You have asked already: that request waits. What you wrote now was not sent: “%(why)s”. To send it, "
            "withdraw the request and ask again."
        )
        messages.warning(request, text % {"why": why})


def _asking(request: PersonRequest, channel: Channel, form: RoleRequestForm) -> dict[str, Any]:
    now = timezone.now()
    decision = requests.check_posting(request.user, channel, at=now)
    newest = requests.find_newest_request(request.user, channel)
    answers: bool = channel.mine  # type: ignore[attr-defined]
    missing = [
        (
            reason_texts.reason_text(r, answers=answers),
            reason_texts.remedy_address(r),
            reason_texts.remedy_label(r),
        )
        for r in telling.reasons_to_tell(requests.blocking_reasons(decision))
    ]
    rules = [r for r in decision.reasons if r.code == "rules_not_accepted"]
    return {
        "channel": channel,
        "form": form,
        "decision": decision,
        "missing": missing,
        "newest": newest,
        "rules_href": reason_texts.remedy_address(rules[0]) if rules else "",
        "deciders": channel_roles.people_who_answer(channel, now, besides=request.user),
        **channel_roles.who_answers(channel, now),
    }


def _said(request: PersonRequest) -> str:
    return str(request.POST.get("reason", "")).replace("\0", "")


def _act_on(page: str, *names: str) -> Callable[[ChannelAct], Callable[..., HttpResponse]]:
    """Make a view of an act on a channel, whose button stands on `page`: show the message that it returns and redirect
    to the channel's page."""

    def make_view(act: ChannelAct) -> Callable[..., HttpResponse]:
        @pressed_on(page, *names)
        @login_required
        @wraps(act)
        def view(request: PersonRequest, code: str, **kwargs: Any) -> HttpResponse:
            channel = find_channel(request.user, code)
            try:
                messages.success(request, act(request, channel, **kwargs))
            except ActorNotAllowedError as refused:
                raise PermissionDenied(refused.reason) from refused
            except ChannelRefusedError as refused:
                show_refusal(request, refused, channel_address(channel.code))
            return redirect("channels:channel", code=channel.code)

        return view

    return make_view


def _own_request(request: PersonRequest, channel: Channel) -> PermissionRequest:
    """The person's newest request there, whatever became of it in another tab; 404 for who never asked."""
    mine = requests.find_newest_request(request.user, channel)
    if mine is None:
        raise Http404
    return mine


@_act_on("channels:channel", "code")
def accept_rules(request: PersonRequest, channel: Channel) -> str:
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else 0
    acceptances.accept_rules(channel, request.user, version=number, at=timezone.now())
    return _("You have accepted the rules of %(channel)s.") % {"channel": channel}


@_act_on("channels:ask", "code")
def withdraw_request(request: PersonRequest, channel: Channel) -> str:
    mine = _own_request(request, channel)
    requests.withdraw_request(mine, actor=request.user, at=timezone.now())
    return _("You have withdrawn your request.")


@_act_on("channels:channel", "code")
def decide_request(request: PersonRequest, channel: Channel, uuid: UUID) -> str:
    asked = get_object_or_404(PermissionRequest, channel=channel, uuid=uuid)
    requests.require_open(asked)
    form, now = (
        RequestDecisionForm(request.POST, channel=channel, actor=request.user),
        timezone.now(),
    )
    if not form.is_valid():
        wrong = [str(text) for texts in form.errors.values() for text in texts]
        raise ChannelRefusedError(" ".join(wrong))
    said = form.cleaned_data
    actor: dict[str, Any] = {"actor": request.user, "at": now}
    if said["decision"] == "approve":
        requests.grant_request(
            asked,
            role=said["role"] or "publisher",
            starts_at=form.start_of(said["starts_on"]),
            ends_at=form.end_of(said["ends_on"]),
            **actor,
        )
        return _("%(person)s has a role now.") % {"person": asked.person}
    if said["decision"] == "ask":
        requests.ask_back(asked, question=said["note"], **actor)
        return _("%(person)s is asked.") % {"person": asked.person}
    requests.decline_request(asked, note=said["note"], **actor)
    return _("You have declined the request of %(person)s.") % {"person": asked.person}


@pressed_on("channels:ask", "code")
@login_required
def answer_question(request: PersonRequest, code: str) -> HttpResponse:
    """The person who asks for a role answers what whoever decides wants to know."""
    channel = find_channel(request.user, code)
    mine = _own_request(request, channel)
    answer = str(request.POST.get("answer", "")).replace("\0", "")
    try:
        requests.answer_question(mine, actor=request.user, at=timezone.now(), answer=answer)
    except ChannelRefusedError as refused:
        show_refusal(request, refused, channel_address(channel.code, "ask"))
    else:
        messages.success(request, _("Your answer is with whoever decides."))
    return redirect("channels:ask", code=channel.code)


@_act_on("channels:role", "code", "uuid")
def end_role(request: PersonRequest, channel: Channel, uuid: UUID) -> str:
    permission = get_object_or_404(PostingPermission, channel=channel, uuid=uuid)
    reason = _said(request)
    ended = permissions.end_permission(
        permission, actor=request.user, at=timezone.now(), reason=reason
    )
    if (ended.end_actor, ended.end_reason) != (request.user.actor, reason.strip()[:500]):
        who = name_actors([ended.end_actor])[ended.end_actor]
        told = {"person": ended.person, "who": who, "why": ended.end_reason}
        raise ChannelRefusedError(
            _("The role of %(person)s has ended before. %(who)s wrote: %(why)s") % told,
            remedy=channel_address(channel.code),
        )
    return _("The role of %(person)s has ended.") % {"person": permission.person}


@require_safe
@login_required
def open_training(request: PersonRequest, certification: str) -> HttpResponse:
    """Redirect to the course that earns a certification, in the active language."""
    return redirect(training.course_address(request, certification.replace("\0", "")))
