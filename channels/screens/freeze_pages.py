"""`/channels/freezes/`: stop posting somewhere in an emergency, look at it again, and end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api.requests import PersonRequest
from accounts.models import User
from accounts.readers.actor_names import name_actors
from accounts.readers.button_pages import pressed_on
from accounts.sign_in.step_up import require_fresh_sign_in
from channels import freezes
from channels.desk import freeze_notices, stops
from channels.guards import ActorNotAllowedError, ChannelRefusedError
from channels.models import Freeze
from channels.screens.refusals import show_refusal

STOPS = gettext_lazy("You are about to stop posting, or to end a stop, so we ask once more.")
HOURS = (1, 4, 8, 24, 72)
MOST_PAST = 50


class FreezeForm(forms.Form):
    """Why, for how long, who may go on, and the scope typed out so that nobody stops the wrong place."""

    reason = forms.CharField(
        label=gettext_lazy("Why does posting stop?"),
        help_text=gettext_lazy("Everybody who cannot post reads this."),
        max_length=500,
        error_messages={"required": gettext_lazy("Write why posting stops.")},
    )
    hours = forms.ChoiceField(label=gettext_lazy("Until when?"), required=False)
    allowed = forms.CharField(
        label=gettext_lazy("Who may go on posting?"),
        help_text=gettext_lazy("HR ids of the people who answer in the crisis, or nobody."),
        max_length=500,
        required=False,
    )
    drill = forms.BooleanField(
        label=gettext_lazy("This is a drill: nobody is stopped, and the times are kept"),
        required=False,
    )
    typed = forms.CharField(
        max_length=60,
        error_messages={"required": gettext_lazy("Write the word to confirm what you stop.")},
    )

    def __init__(self, *args: Any, freeze: Freeze, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word = freeze_notices.scope_code(freeze)
        typed: Any = self.fields["typed"]
        typed.label = _("Write %(word)s to confirm what you stop") % {"word": self.word}
        typed.widget.attrs |= {
            "autocapitalize": "off",
            "autocomplete": "off",
            "spellcheck": "false",
        }
        if freeze.scope == Freeze.Scope.GLOBAL:
            del self.fields["hours"]
        else:
            hours: Any = self.fields["hours"]
            hours.choices = [("", _("Until somebody ends it")), *_hour_choices()]

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip().casefold() != self.word.casefold():
            raise forms.ValidationError(
                _("This is not %(word)s, so nothing was stopped.") % {"word": self.word}
            )
        return typed

    def clean_allowed(self) -> list[str]:
        asked = self.cleaned_data["allowed"].replace(",", " ").split()
        known = set(User.objects.people().filter(hr_id__in=asked).values_list("hr_id", flat=True))
        if unknown := [hr_id for hr_id in asked if hr_id not in known]:
            raise forms.ValidationError(
                _("Nobody has the HR id %(ids)s.") % {"ids": ", ".join(unknown)}
            )
        return sorted(known)

    def clean_hours(self) -> int | None:
        hours = self.cleaned_data["hours"]
        return int(hours) if hours else None


def _hour_choices() -> list[tuple[str, str]]:
    return [
        (str(hours), _("For %(hours)s h, then it ends by itself") % {"hours": hours})
        for hours in HOURS
    ]


@require_safe
@login_required
def list_freezes(request: PersonRequest) -> HttpResponse:
    """What is stopped now where it concerns the person, what they may stop, and the record of what was."""
    now = timezone.now()
    readable = stops.readable_freezes(request.user, now)
    running = readable.filter(pk__in=Freeze.objects.current(now).values("pk"))
    concerning = stops.freezes_concerning(request.user, now)
    context = {
        "running": [_listed(one, now) for one in (concerning | running).distinct()],
        "past": list(readable.exclude(pk__in=running)[:MOST_PAST]),
        "scopes": _scopes(request.user, now),
    }
    return render(request, "channels/freezes.html", context)


def _listed(freeze: Freeze, now: datetime) -> dict[str, Any]:
    due = stops.review_due_at(freeze)
    return {
        "freeze": freeze,
        "scope": freeze_notices.name_scope(freeze),
        "due": due if due <= now else None,
    }


def _scopes(person: User, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "links": [(stops.scope_address(one), freeze_notices.name_scope(one)) for one in scopes],
        }
        for kind, scopes in stops.stoppable_scopes(person, now)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@require_fresh_sign_in(STOPS)
def start_freeze(request: PersonRequest, where: str) -> HttpResponse:
    """What the stop would cover and whom it tells; with the word typed and a reason it starts at once."""
    now, freeze = timezone.now(), stops.unsaved_freeze(where.replace("\0", ""))
    if freeze is None:
        raise Http404
    freeze.actor = request.user.actor
    if not freezes.may_handle(freeze, request.user, now):
        raise PermissionDenied(
            _("Only those who answer for it and channel governance can stop posting here.")
        )
    form = FreezeForm(request.POST or None, freeze=freeze)
    if form.is_valid():
        try:
            started = _start(request, freeze, form.cleaned_data, now)
        except ChannelRefusedError as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, _said_started(started))
            return redirect("channels:freeze", started.uuid)
    context = {
        "form": form,
        "scope": freeze_notices.name_scope(freeze),
        "effect": stops.foresee_effect(freeze, now),
        "watchers": freeze_notices.watchers_of(freeze, now),
        "everywhere": freeze.scope == Freeze.Scope.GLOBAL,
    }
    return render(request, "channels/freeze_start.html", context)


def _start(request: PersonRequest, freeze: Freeze, said: dict[str, Any], now: datetime) -> Freeze:
    hours = said.get("hours")
    subject = {name: getattr(freeze, name) for name in freeze_notices.SUBJECTS}
    return freezes.start_freeze(
        freeze.scope,
        **subject,
        classification=freeze.classification,
        actor=request.user,
        at=now,
        reason=said["reason"],
        allowed=said["allowed"],
        ends_at=now + timedelta(hours=hours) if hours else None,
        drill=said["drill"],
    )


def _said_started(freeze: Freeze) -> str:
    if freeze.drill:
        return _("The drill has started. Nobody is stopped.")
    return _("Posting is stopped on %(scope)s.") % {"scope": freeze_notices.name_scope(freeze)}


@require_safe
@login_required
def show_freeze(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The record of one freeze; for those whom it only concerns, that it runs and why."""
    now = timezone.now()
    freeze = _found(request.user, uuid, now)
    whole = stops.readable_freezes(request.user, now).filter(pk=freeze.pk).exists()
    running = Freeze.objects.current(now).filter(pk=freeze.pk).exists()
    due = stops.review_due_at(freeze)
    context: dict[str, Any] = {
        "freeze": freeze,
        "scope": freeze_notices.name_scope(freeze),
        "running": running,
        "whole": whole,
        "handles": running and freezes.may_handle(freeze, request.user, now),
        "mine": freeze.actor == request.user.actor,
        "needs_other": freeze.scope == Freeze.Scope.GLOBAL and freeze.actor == request.user.actor,
        "review_due": due if running and due <= now else None,
    }
    return render(
        request, "channels/freeze.html", context | (_record(freeze, now) if whole else {})
    )


def _record(freeze: Freeze, now: datetime) -> dict[str, Any]:
    """Everything that is known of the freeze: who, when, whom it told, who looked again, what it prevented."""
    reviews = list(freeze.reviews.all())
    names = name_actors([freeze.actor, freeze.end_actor, *(one.actor for one in reviews)])
    return {
        "started_by": names[freeze.actor],
        "ended_by": names[freeze.end_actor] if freeze.end_actor else "",
        "reviews": [(one, names[one.actor]) for one in reviews],
        "prevented": stops.prevented_posts(freeze, now),
        "told": freeze_notices.told_people(freeze),
        "effect": stops.foresee_effect(freeze, freeze.starts_at),
    }


def _found(person: User, uuid: UUID, now: datetime) -> Freeze:
    return get_object_or_404(stops.openable_freezes(person, now).order_by("pk"), uuid=uuid)


@pressed_on("channels:freeze", "uuid")
@login_required
@require_fresh_sign_in(STOPS)
def end_freeze(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """People may post again from now on."""
    now = timezone.now()
    freeze = _found(request.user, uuid, now)
    reason = str(request.POST.get("reason", "")).replace("\0", "")
    scope = freeze_notices.name_scope(freeze)
    done = _("People may post again on %(scope)s.") % {"scope": scope}

    def end() -> None:
        ended = freezes.end_freeze(freeze, actor=request.user, at=now, reason=reason)
        if (ended.end_actor, ended.end_reason) != (request.user.actor, reason.strip()[:500]):
            who = name_actors([ended.end_actor])[ended.end_actor]
            raise ChannelRefusedError(
                _("This stop has ended before. %(who)s wrote: %(why)s")
                % {"who": who, "why": ended.end_reason},
                remedy=reverse("channels:freeze", args=[freeze.uuid]),
            )

    return _answer(request, freeze, done, end)


@pressed_on("channels:freeze", "uuid")
@login_required
def review_freeze(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Somebody looked at it, and it goes on."""
    now = timezone.now()
    freeze = _found(request.user, uuid, now)
    note = str(request.POST.get("note", "")).replace("\0", "")
    return _answer(
        request,
        freeze,
        _("Noted. The stop goes on."),
        lambda: freezes.review_freeze(freeze, actor=request.user, at=now, note=note),
    )


def _answer(request: PersonRequest, freeze: Freeze, done: str, act: Any) -> HttpResponse:
    try:
        act()
    except ActorNotAllowedError as refused:
        raise PermissionDenied(refused.reason) from refused
    except ChannelRefusedError as refused:
        show_refusal(request, refused, reverse("channels:freeze", args=[freeze.uuid]))
    else:
        messages.success(request, done)
    return redirect("channels:freeze", freeze.uuid)
