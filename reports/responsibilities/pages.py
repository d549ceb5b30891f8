"""The responsibilities of one person: what they hold and held, giving one and ending one. For HR of the region."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import people
from accounts.models import Region, Responsibility, Role, User
from accounts.permissions import PeopleScope
from accounts.readers.actor_names import name_actors, tell_who_was_first
from certificates.acts.guards import lock_record
from reports.access import hr_only
from reports.responsibilities.effects import (
    ResponsibilityEffect,
    fingerprint_duties,
    foretell_ending,
    foretell_giving,
    name_duty,
)
from reports.responsibilities.forms import EndForm, GiveForm

DO = "do"


@dataclass(frozen=True, slots=True)
class ResponsibilityRow:
    """A responsibility with the names of who gave and who ended it; `may_end`: whether the reader may."""

    duty: Responsibility
    name: str
    given_by: str
    ended_by: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class ResponsibilityPage:
    """What a page shows. `effect` is None while the form is not understood."""

    person: User
    form: forms.Form | None
    version: str
    effect: ResponsibilityEffect | None = None
    notice: str = ""
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def edit_responsibilities(request: Any, uuid: UUID) -> HttpResponse:
    """`/people/<uuid>/responsibilities/`: what somebody holds, and the form to give more. Never to oneself."""
    someone = _find_person(request, uuid)
    at, sent = timezone.now(), request.method == "POST"
    if sent and someone.pk == request.user.pk:
        raise PermissionDenied(_("A colleague in HR gives you responsibilities."))
    with transaction.atomic() if sent else nullcontext():
        if sent:
            lock_record(someone)
        duties = _read_duties(someone)
        page = _answer_giving(request, someone, duties, at)
    if page is None:
        messages.success(request, _("Given. It stands in the history and in the ledger."))
        return redirect("people:responsibilities", uuid)
    shown = _list_duties(duties, request.scope, request.user)
    context = {
        "page": page,
        "person": someone,
        "held": [one for one in shown if not one.duty.has_ended(at)],
        "past": [one for one in shown if one.duty.has_ended(at)],
        "is_own": someone.pk == request.user.pk,
    }
    return render(request, "responsibilities/list.html", context, status=page.status)


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def end_responsibility(request: Any, uuid: UUID, pk: int) -> HttpResponse:
    """`…/<pk>/end/`: what somebody loses by it, then its end. Raises Http404 for one that the reader may not end."""
    someone = _find_person(request, uuid)
    at, sent = timezone.now(), request.method == "POST"
    duty = get_object_or_404(someone.responsibilities.select_related("region", "person"), pk=pk)
    if not _covers(request.scope, duty.region_id):
        raise Http404
    if someone.pk == request.user.pk:
        raise PermissionDenied(_("A colleague in HR ends your responsibilities."))
    with transaction.atomic() if sent else nullcontext():
        if sent:
            lock_record(someone)
            duty.refresh_from_db()
        page = _answer_ending(request, duty, at)
    if page is None:
        messages.success(request, _("Ended. It stands in the history and in the ledger."))
        return redirect("people:responsibilities", uuid)
    context = {"page": page, "person": someone, "name": name_duty(duty.role, duty.region)}
    return render(request, "responsibilities/end.html", context, status=page.status)


def _find_person(request: Any, uuid: UUID) -> User:
    found: User = get_object_or_404(request.scope.people(Role.HR), uuid=uuid)
    return found


def _read_duties(person: User) -> list[Responsibility]:
    """All that they hold and held, the newest first. One query."""
    rows = Responsibility.objects.filter(person=person).select_related("region", "person")
    return list(rows.order_by("-starts_at", "-pk"))


def _covers(scope: PeopleScope, region: int | None) -> bool:
    """Whether the reader is HR where a responsibility holds; one that holds everywhere is for HR everywhere."""
    regions = scope.regions(Role.HR)
    return regions is None or region in regions


def _list_duties(
    duties: list[Responsibility], scope: PeopleScope, reader: User
) -> list[ResponsibilityRow]:
    names = name_actors(actor for one in duties for actor in (one.granted_by, one.end_actor))
    return [
        ResponsibilityRow(
            one,
            name_duty(one.role, one.region),
            names.get(one.granted_by, ""),
            names.get(one.end_actor, "") if one.end_actor else "",
            _covers(scope, one.region_id) and one.person_id != reader.pk,
        )
        for one in duties
    ]


def _answer_giving(
    request: Any, someone: User, duties: list[Responsibility], at: datetime
) -> ResponsibilityPage | None:
    """The page to show, or None when it was given. Call it in a transaction, for a POST with the person locked."""
    version = fingerprint_duties(duties)
    if someone.pk == request.user.pk or someone.has_left(at):
        return ResponsibilityPage(someone, None, version)
    scope = request.scope.regions(Role.HR)
    regions = Region.objects.order_by("name")
    form = GiveForm(
        request.POST if request.method == "POST" else None,
        regions=list(regions if scope is None else regions.filter(pk__in=scope)),
        everywhere=scope is None,
        at=at,
        initial={"starts_on": timezone.localdate(at)},
    )
    page = ResponsibilityPage(someone, form, version)
    if not form.is_bound:
        return page
    if request.POST.get("version") != version:
        return replace(page, notice=_tell_first(duties, request.user), status=409)
    if not (form.is_valid() and _is_free(form, duties)):
        return page
    region, span = form.chosen_region, form.span
    said = form.cleaned_data
    page = replace(page, effect=foretell_giving(said["role"], region, span, at))
    if not _is_confirmed(request, page):
        return _ask_again(request, page)
    people.give_responsibility(
        someone,
        said["role"],
        region=region,
        starts_at=span[0],
        ends_at=span[1],
        reason=said["reason"],
        actor=request.user.actor,
        at=at,
    )
    return None


def _is_free(form: GiveForm, duties: list[Responsibility]) -> bool:
    """Whether they hold nothing of the kind in that time; else the form says so."""
    said = form.cleaned_data
    region, (begins, ends) = form.chosen_region, form.span
    same = Responsibility.objects.filter(pk__in=[one.pk for one in duties], role=said["role"])
    held = same.open().filter(region=region).overlapping(begins, ends)
    if held.exists():
        told = {"duty": name_duty(said["role"], region)}
        text = _(
            "They hold this already in that time: %(duty)s. End it first, or choose other days."
        )
        form.add_error(None, text % told)
    return not form.errors


def _answer_ending(request: Any, duty: Responsibility, at: datetime) -> ResponsibilityPage | None:
    version = fingerprint_duties([duty])
    if duty.has_ended(at):
        text = tell_who_was_first(duty.end_actor or None, request.user)
        return ResponsibilityPage(duty.person, None, version, notice=text, status=409)
    form = EndForm(request.POST if request.method == "POST" else None)
    page = ResponsibilityPage(duty.person, form, version, foretell_ending(duty, at))
    if not form.is_bound or not form.is_valid():
        return page
    if not _is_confirmed(request, page):
        return _ask_again(request, page)
    people.end_responsibility(
        duty, actor=request.user.actor, at=at, reason=form.cleaned_data["reason"]
    )
    return None


def _is_confirmed(request: Any, page: ResponsibilityPage) -> bool:
    """Whether what would happen now is what was seen."""
    seen = page.effect is not None and request.POST.get("seen") == page.effect.digest
    return seen and request.POST.get("step") == DO


def _ask_again(request: Any, page: ResponsibilityPage) -> ResponsibilityPage:
    if request.POST.get("step") != DO:
        return page
    return replace(
        page, notice=_("Nothing was done yet. Look at what would happen now, then confirm it.")
    )


def _tell_first(duties: list[Responsibility], reader: User) -> str:
    """Who was first, by the newest row, and that nothing was done."""
    told = [(one.recorded_at, one.granted_by) for one in duties]
    told += [(one.end_recorded_at, one.end_actor) for one in duties if one.end_recorded_at]
    return tell_who_was_first(max(told)[1] if told else None, reader)
