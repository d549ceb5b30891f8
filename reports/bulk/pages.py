"""The page between the list and an act on many: count, names, what happens and who is left out; then the job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.later import run_later
from accounts.models import Role, User
from accounts.permissions import PeopleScope
from accounts.readers.button_pages import pressed_on
from reports.access import hr_only
from reports.bulk import runs
from reports.bulk.kinds import KINDS, AskedPerson, BulkForm, BulkKind, courses_of
from reports.console.moments import AskedMoment
from reports.filters import PeopleFilters
from reports.listing import narrowing
from reports.listing.asked_people import read_people
from reports.listing.policies import CertificationPolicy
from reports.models import BulkAct
from reports.sql_standings import with_status

DO = "do"
SHOWN = 100
COLUMNS = ("pk", "display_name", "uuid", "region_id", "left_at", "status")
ORDER = ("family_name", "given_name", "id")


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """To whom it would be done, and of the others why not. `strangers`: how many chosen people are not in the list."""

    people: tuple[AskedPerson, ...] = ()
    left_out: tuple[tuple[AskedPerson, str], ...] = ()
    strangers: int = 0

    def digest(self, choices: Mapping[str, Any]) -> str:
        """The same for what reads the same: a page sends it back to say what was seen."""
        told = (
            sorted((name, str(value)) for name, value in choices.items() if name != "reason"),
            [one.pk for one in self.people],
            [(one.pk, why) for one, why in self.left_out],
            self.strangers,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class BulkQuestion:
    """Who was chosen in which list, by whom, when."""

    filters: PeopleFilters
    programme: CertificationPolicy | None
    asked: AskedMoment
    everybody: bool
    chosen: tuple[UUID, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@hr_only
def ask_bulk_act(request: Any, act: str) -> HttpResponse:
    """`/people/bulk/<act>/?…`: whom the list's address and the ticks name, what would happen, and the button."""
    kind = KINDS.get(act)
    if kind is None:
        raise Http404
    at, sent = timezone.now(), request.method == "POST"
    question = _read_question(request, at)
    courses = courses_of(question.programme)
    form = kind.form(request.POST if sent else None, courses=courses, at=at)
    understood = not sent or form.is_valid()
    plan = _make_plan(request, question, kind, form) if understood else BulkPlan()
    seen = understood and request.POST.get("seen") == plan.digest(form.choices)
    confirmed = sent and request.POST.get("step") == DO
    if confirmed and seen and plan.people:
        run = _save_run(request, question, kind, form, plan)
        runs.start_run(run)
        return redirect("people:bulk_run", run.uuid)
    stale = confirmed and understood and not seen
    context = {
        "kind": kind,
        "form": form,
        "plan": plan,
        "understood": understood,
        "seen": plan.digest(form.choices) if understood else "",
        "stale": stale,
        "misread": question.filters.misread,
        "shown": plan.people[:SHOWN],
        "more": max(0, len(plan.people) - SHOWN),
        "left_out": plan.left_out[:SHOWN],
        "more_left_out": max(0, len(plan.left_out) - SHOWN),
        "back": question.filters.address(),
    }
    return render(request, "bulk/confirm.html", context, status=409 if stale else 200)


@require_safe
@hr_only
def show_run(request: Any, uuid: UUID) -> HttpResponse:
    """`/people/bulk/runs/<uuid>/`: how far it is. A job that lost its process goes on."""
    run = _find_run(request, uuid)
    at = timezone.now()
    if runs.find_stale_runs(at).filter(pk=run.pk).exists():
        run_later(lambda: runs.work_on(run.pk))
        run.refresh_from_db()
    names = dict(
        User.objects.filter(pk__in=[pk for pk, _why in run.left_out[:SHOWN]]).values_list(
            "pk", "display_name"
        )
    )
    context = {
        "run": run,
        "kind": KINDS[run.act],
        "left_out": [(names.get(pk, "–"), why) for pk, why in run.left_out[:SHOWN]],
        "more_left_out": max(0, run.left_alone - SHOWN),
        "left": run.total - run.done,
    }
    return render(request, "bulk/run.html", context)


@login_required
@pressed_on("people:bulk_run", "uuid")
@hr_only
def stop_run(request: Any, uuid: UUID) -> HttpResponse:
    """Stop it where it is: what is done stays done."""
    run = _find_run(request, uuid)
    runs.stop_run(run, actor=request.user.actor)
    messages.success(request, _("Stopped. What was done stays done."))
    return redirect("people:bulk_run", run.uuid)


def _find_run(request: Any, uuid: UUID) -> BulkAct:
    found: BulkAct = get_object_or_404(BulkAct, uuid=uuid, requested_by=request.user.actor)
    return found


def _read_question(request: Any, at: datetime) -> BulkQuestion:
    """The list's own address says who is meant by all; the ticks say who is chosen."""
    params = request.GET.copy()
    ticked, everybody = params.pop("person", []), bool(params.pop("all", []))
    people = read_people(params, request.scope, at)
    chosen = tuple(_read_uuids(ticked))
    return BulkQuestion(people.filters, people.programme, people.asked, everybody, chosen)


def _read_uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _make_plan(request: Any, question: BulkQuestion, kind: BulkKind, form: BulkForm) -> BulkPlan:
    """Everybody who was chosen, in the order of the list: done to, or left out with a reason. A few statements."""
    if question.programme is None or not question.asked.is_now or question.filters.misread:
        return BulkPlan()
    within = request.scope.people()
    if question.everybody:
        found = narrowing.filter_people(
            question.filters, within, question.programme, asked=question.asked
        )
    else:
        ticked = within.filter(uuid__in=question.chosen)
        found = with_status(ticked, question.programme, at=question.asked.at)
    asked = [AskedPerson(*row) for row in found.order_by(*ORDER).values_list(*COLUMNS)]
    barred = _bar_people(asked, request.scope, request.user, question.asked.at)
    others = [one for one in asked if one.pk not in barred]
    why_not = barred | kind.leave_out(others, form.choices, form.courses)
    return BulkPlan(
        people=tuple(one for one in asked if one.pk not in why_not),
        left_out=tuple((one, why_not[one.pk]) for one in asked if one.pk in why_not),
        strangers=0 if question.everybody else len(question.chosen) - len(asked),
    )


def _bar_people(
    asked: list[AskedPerson], scope: PeopleScope, reader: User, at: datetime
) -> dict[int, str]:
    """Whom the reader may not do anything to: themselves, people of regions where they are no HR, leavers."""
    regions = scope.regions(Role.HR)
    found = {}
    for one in asked:
        if one.pk == reader.pk:
            found[one.pk] = _("Nobody acts on their own record: ask a colleague.")
        elif regions is not None and one.region_id not in regions:
            found[one.pk] = _("You are not HR for their region.")
        elif one.left_at is not None and one.left_at <= at:
            found[one.pk] = _("They have left.")
    return found


def _save_run(
    request: Any, question: BulkQuestion, kind: BulkKind, form: BulkForm, plan: BulkPlan
) -> BulkAct:
    programme = question.programme
    said = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in form.cleaned_data.items()
    }
    about = {"certification": programme.code, "title": programme.title} if programme else {}
    run = BulkAct(
        act=kind.name,
        choices=said | about,
        filters=question.filters.said(),
        people=[one.pk for one in plan.people],
        total=len(plan.people),
        requested_by=request.user.actor,
        created_at=question.asked.at,
    )
    for one, why in plan.left_out:
        runs.note_left_out(run, one.pk, why)
    run.save()
    return run
