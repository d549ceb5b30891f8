"""The page of every act: it shows the effect first, refuses what may not be, and does only what was seen."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import role_names
from accounts.readers.actor_names import tell_who_was_first
from certificates.acts import guards
from certificates.acts.guards import CertificateRefusedError
from reports.access import console_only
from reports.console.act_kinds import ActCase, ActForm, ConsoleAct
from reports.console.acts import ACTS
from reports.console.effects import (
    ActEffect,
    compare_records,
    fingerprint_record,
    read_record,
)
from reports.console.life import newest_act, read_life

LOOK, DO = "look", "do"


@dataclass(frozen=True, slots=True)
class ActPage:
    """What the page of an act shows. `effect` is None while the form is not understood."""

    act: ConsoleAct
    case: ActCase
    form: ActForm
    effect: ActEffect | None = None
    notice: str = ""
    status: int = 200


@require_http_methods(["GET", "HEAD", "POST"])
@console_only
def perform_act(request: Any, uuid: UUID, act: str) -> HttpResponse:
    """`/certification/<uuid>/<act>/`: for the roles of the act. Raises Http404 for people of other regions."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    if not request.scope.may(*chosen.roles):
        who = role_names(chosen.roles)
        raise PermissionDenied(_("This is done by: %(roles)s.") % {"roles": who})
    someone = get_object_or_404(request.scope.people(*chosen.roles), uuid=uuid)
    if someone.pk == request.user.pk:
        return _refuse_oneself(request, chosen, someone)
    # Looking takes no lock: on SQLite a transaction would wait for its turn to write.
    writes = request.method == "POST"
    with transaction.atomic() if writes else nullcontext():
        if writes:
            guards.lock_record(someone)
        page = _answer(request, chosen, _open_case(request, chosen, someone))
    if page is None:
        messages.success(request, chosen.done % {"person": someone.display_name})
        return redirect("console:person", uuid)
    return _show(request, page)


def _open_case(request: Any, act: ConsoleAct, someone: User) -> ActCase:
    at = timezone.now()
    record = read_record(someone)
    return ActCase(
        someone, request.user, at, record, tuple(act.find_targets(someone, request.user, at))
    )


def _answer(request: Any, act: ConsoleAct, case: ActCase) -> ActPage | None:
    """The page to show, or None when the act was done. Call it in a transaction, for a POST with the record locked."""
    if not case.targets:
        return ActPage(act, case, act.form(case=case), notice=str(act.nothing), status=409)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = act.form(*sent, case=case, initial=_initial(request, act, case))
    target: Any = form.fields["target"]
    target.label = act.target_label
    if request.method != "POST":
        return ActPage(act, case, form, _effect(act, case, form))
    if request.POST.get("version") != fingerprint_record(case.record):
        shown = _effect(act, case, form) if form.is_valid() else None
        return ActPage(
            act, case, form, shown, notice=_tell_first(case.person, request.user), status=409
        )
    if not form.is_valid():
        return ActPage(act, case, form)
    return _do_what_was_seen(request, ActPage(act, case, form, _effect(act, case, form)))


def _do_what_was_seen(request: Any, page: ActPage) -> ActPage | None:
    """Do the act if its effect now is the one that was seen; else show the effect once more."""
    if page.effect is None or request.POST.get("step") != DO:
        return page
    if request.POST.get("seen") != page.effect.digest:
        return replace(
            page,
            notice=_("Nothing was done yet. Look at what would happen now, then confirm it."),
        )
    try:
        with transaction.atomic():
            page.act.carry_out(page.case, page.form.cleaned_data)
    except CertificateRefusedError as refused:
        page.form.add_error(None, f"{refused.reason} {refused.remedy}")
        return replace(page, effect=None)
    return None


def _initial(request: Any, act: ConsoleAct, case: ActCase) -> dict[str, Any]:
    """What the form proposes: the target that the link named, else the first."""
    named = request.GET.get("target", "")
    keys = [target.key for target in case.targets]
    return {"target": named if named in keys else keys[0], **act.propose(case)}


def _effect(act: ConsoleAct, case: ActCase, form: ActForm) -> ActEffect:
    after = act.change(case, form.chosen)
    effect = compare_records(case.record, after, case.at)
    return replace(effect, mails=tuple(map(str, act.foretell_mails(case, form.chosen))))


def _tell_first(person: User, reader: User) -> str:
    """Who was first, by the newest row of the record, and that nothing was done."""
    return tell_who_was_first(newest_act(read_life(person)), reader)


def _refuse_oneself(request: Any, act: ConsoleAct, someone: User) -> HttpResponse:
    """Nobody acts on their own record: the page says whom to ask."""
    try:
        guards.refuse_own_record(someone, request.user.actor)
    except CertificateRefusedError as refused:
        context = {
            "person": someone,
            "reason": refused.reason,
            "remedy": refused.remedy,
            "href": reverse("home:contacts") + "#hr",
            "link": _("See whom to ask"),
            "title": act.title % {"person": someone.display_name},
        }
        return render(request, "certification/refused.html", context, status=403)
    raise Http404


def _show(request: Any, page: ActPage) -> HttpResponse:
    act, person = page.act, page.case.person
    context = {
        "act": act,
        "person": person,
        "title": act.title % {"person": person.display_name},
        "form": page.form,
        "effect": page.effect,
        "notice": page.notice,
        "version": fingerprint_record(page.case.record),
        "may_act": bool(page.case.targets),
        "only_target": page.case.targets[0] if len(page.case.targets) == 1 else None,
    }
    return render(request, "certification/act.html", context, status=page.status)
