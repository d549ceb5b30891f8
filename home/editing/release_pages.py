"""The versions of a course in the editor: what each means for holders, who said so, and the forms to decide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from accounts.models import Role, User
from accounts.permissions import has_role_in
from accounts.readers.actor_names import name_actors
from certificates.models import Certification
from certificates.rules.dates import day_of, end_of_day, last_day_before
from courses.changes import reading, reviewing
from courses.changes.reviewing import ChangeRefusedError
from courses.changes.states import ChangeStage, ChangeState
from courses.changes.touched import find_touched_principles
from courses.models import Course, CoursePage, CourseRelease, Principle
from courses.writing.addresses import find_edit_address
from home.editing.change_notices import tell_proposers
from home.editing.material_changes import tell_limits
from home.editing.release_forms import ConfirmChangeForm, FloorForm, ProposeForm, ReasonForm
from reports.console.change_effects import MaterialEffect, foretell_floor

CONFIRM, REFUSE, RETURN, PROPOSE, FLOOR = "confirm", "refuse", "return", "propose", "floor"
DATED = (CONFIRM, FLOOR)
# So many days sooner is what the form proposes.
SOONER = 7


@dataclass(frozen=True)
class ReleaseCase:
    """A release before an act: the page of its course, who looks at it and when, and how it stands."""

    page: CoursePage
    release: CourseRelease
    person: User
    at: datetime
    state: ChangeState
    zone: str

    @property
    def is_own(self) -> bool:
        return self.person.actor in self.state.proposers

    @property
    def today(self) -> date:
        return day_of(self.at, self.zone)

    @property
    def acts(self) -> tuple[str, ...]:
        """What this person may do now."""
        reviews = has_role_in(self.person, None, Role.REVIEWER, at=self.at)
        writes = reviews or has_role_in(self.person, None, Role.AUTHOR, at=self.at)
        if self.state.stage is ChangeStage.WAITING:
            return (CONFIRM, RETURN, REFUSE) if reviews and not self.is_own else ()
        if self.state.stage is ChangeStage.CONFIRMED:
            return (FLOOR,) if reviews and not self.is_own else ()
        return (PROPOSE,) if writes and self.release.number > 1 else ()

    def floor_at(self, day: date) -> datetime:
        return end_of_day(day, self.zone)


@dataclass(frozen=True)
class ReleaseRow:
    """A version in the list, with how it stands and through when older ones count."""

    release: CourseRelease
    state: ChangeState
    by: str
    floor_day: date | None


def open_course_page(request: HttpRequest, pk: int) -> tuple[CoursePage, Course]:
    """The page of a course and its record, for people who may edit it."""
    page = get_object_or_404(CoursePage, pk=pk, course__isnull=False)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page, cast("Course", page.course)


def offer_releases(page: Page, **_more: Any) -> Any:
    """Wagtail's hook for the buttons at the top of a page."""
    if isinstance(page.specific_deferred, CoursePage):
        address = reverse("course_releases", args=[page.pk])
        yield Button(_("Versions"), url=address, icon_name="history", priority=13)


@require_safe
def list_releases(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of a course, the newest first."""
    page, course = open_course_page(request, pk)
    found = list(course.releases.defer("content").order_by("-number"))
    states, names = reading.read_change_states(found), name_actors(one.actor for one in found)
    floors = _floor_days(course)
    rows = [ReleaseRow(one, states[one.pk], names[one.actor], floors.get(one.pk)) for one in found]
    context = {"page": page, "edit_url": find_edit_address(page), "rows": rows}
    return render(request, "home/cms/releases.html", context)


def _floor_days(course: Course) -> dict[int, date]:
    """By release through which day older versions count; the soonest, where several days were set."""
    zone = _zone_of(course)
    rows = course.floors.order_by("-effective_at").values_list("release", "effective_at")
    return {release: last_day_before(moment, zone) for release, moment in rows}


def _zone_of(course: Course) -> str:
    """Where the days of the course's certificates begin and end."""
    asking = Certification.objects.filter(requirements__course=course).order_by("pk")
    zone = asking.values_list("policy_tz", flat=True).first()
    return zone or timezone.get_current_timezone_name()


@require_http_methods(["GET", "HEAD", "POST"])
def show_release(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version: what was said about it, what it comes to, and what this person may do."""
    page, course = open_course_page(request, pk)
    release = get_object_or_404(course.releases.select_related("course"), number=number)
    case = ReleaseCase(
        page,
        release,
        cast("User", request.user),
        timezone.now(),
        reading.read_change_state(release),
        _zone_of(course),
    )
    if request.method == "POST":
        return _act(request, case)
    return _show(request, case, _fresh_forms(case))


def _act(request: HttpRequest, case: ReleaseCase) -> HttpResponse:
    """Do what was sent, if its effect is the one that was seen."""
    name = request.POST.get("act", "")
    made = _fresh_forms(case)
    if name not in made:
        messages.error(request, _tell_closed(case, name))
        return _show(request, case, made, status=409)
    form = made[name] = _make_form(case, name, request.POST)
    if not form.is_valid():
        return _show(request, case, made)
    if name in DATED and request.POST.get("effect") != _name_effect(form, _foretell(case, form)):
        messages.warning(
            request, _("Nothing was done yet. Look at what this day would mean, then confirm it.")
        )
        return _show(request, case, made)
    try:
        _carry_out(case, name, form.cleaned_data, request.POST.get("seen", ""))
    except ChangeRefusedError as refused:
        messages.error(request, f"{refused.reason} {refused.remedy}")
        again = replace(case, state=reading.read_change_state(case.release))
        return _show(request, again, _fresh_forms(again), status=409)
    messages.success(request, DONE[name]())
    return redirect("course_release", case.page.pk, case.release.number)


def _tell_closed(case: ReleaseCase, name: str) -> str:
    if case.is_own and name in {CONFIRM, REFUSE, RETURN, FLOOR}:
        return _("This change is your own. Ask another reviewer to look at it.")
    return _("This cannot be done now: read what was said about this version.")


DONE: dict[str, Callable[[], str]] = {
    CONFIRM: lambda: _("Confirmed. Holders read what changed, and through when they have time."),
    FLOOR: lambda: _("The day is set. Holders read it."),
    REFUSE: lambda: _("Refused. Nobody is affected, and its author is told."),
    RETURN: lambda: _("Its author is asked for changes. Nobody is affected meanwhile."),
    PROPOSE: lambda: _("Proposed. A reviewer who is somebody else confirms it."),
}


def _carry_out(case: ReleaseCase, name: str, said: dict[str, Any], seen: str) -> None:
    who: dict[str, Any] = {"actor": case.person.actor, "at": case.at, "seen": seen}
    reason = said["reason"]
    if name == PROPOSE:
        reviewing.propose_material(case.release, note=said["note"], reason=reason, **who)
        return
    if name in DATED:
        day = case.floor_at(said["day"])
        if name == FLOOR:
            reviewing.set_floor(case.release, effective_at=day, reason=reason, **who)
            return
        chosen = [one.pk for one in said["principles"]]
        reviewing.confirm_change(
            case.release, principles=chosen, effective_at=day, reason=reason, **who
        )
    elif name == REFUSE:
        reviewing.refuse_change(case.release, reason=reason, **who)
    else:
        reviewing.return_change(case.release, reason=reason, **who)
    tell_proposers(case.release, case.state.proposers, name, reason, by=case.person, at=case.at)


def _fresh_forms(case: ReleaseCase) -> dict[str, forms.Form]:
    return {name: _make_form(case, name, None) for name in case.acts}


def _make_form(case: ReleaseCase, name: str, sent: Any) -> forms.Form:
    more: dict[str, Any] = {"auto_id": f"{name}-%s"}
    if name == CONFIRM:
        base = reading.find_base(case.release)
        before = CourseRelease.objects.get(pk=base.pk) if base else None
        touched = find_touched_principles(before, case.release)
        return ConfirmChangeForm(sent, today=case.today, touched=touched, **more)
    if name == FLOOR:
        day = _floor_days(case.release.course).get(case.release.pk, case.today)
        sooner = max(case.today, day - timedelta(days=SOONER))
        return FloorForm(sent, today=case.today, initial={"day": sooner}, **more)
    if name == PROPOSE:
        return ProposeForm(sent, initial={"note": case.state.note}, **more)
    return ReasonForm(sent, **more)


def _foretell(case: ReleaseCase, form: forms.Form) -> MaterialEffect:
    """What the day on the form would come to."""
    floor_at = case.floor_at(_day_on(form))
    return foretell_floor(case.release.course, case.release.number, floor_at=floor_at, at=case.at)


def _name_effect(form: forms.Form, effect: MaterialEffect) -> str:
    """What a page sends back to say which day it has shown, and what that day would come to."""
    return f"{_day_on(form).isoformat()} {effect.digest}"


def _day_on(form: forms.Form) -> date:
    day: date = (
        form.cleaned_data["day"]
        if form.is_bound
        else form.get_initial_for_field(form.fields["day"], "day")
    )
    return day


def _show(
    request: HttpRequest, case: ReleaseCase, made: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    said = list(case.release.events.order_by("id"))
    names = name_actors([case.release.actor, *(one.actor for one in said)])
    dated = next((made[name] for name in DATED if name in made), None)
    effect = _foretell(case, dated) if dated and (not dated.is_bound or dated.is_valid()) else None
    context = {
        "page": case.page,
        "release": case.release,
        "case": case,
        "state": case.state,
        "forms": made,
        "by": names[case.release.actor],
        "said": [(one, names[one.actor], _name_principles(one.principles)) for one in said],
        "base": reading.find_base(case.release),
        "floor_day": _floor_days(case.release.course).get(case.release.pk),
        "seen": reading.version_of_change(case.release),
        "effect": effect,
        "shown": _name_effect(dated, effect) if effect and dated else "",
        "lines": tell_limits(effect) if effect else [],
    }
    return render(request, "home/cms/release.html", context, status=status)


def _name_principles(keys: list[int]) -> str:
    rows = Principle.objects.filter(pk__in=keys) if keys else []
    return ", ".join(str(one) for one in rows)
