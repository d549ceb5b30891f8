"""Give more time for a course, excuse from a training, and end that early."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from certificates.acts import extensions, waivers
from certificates.models import Waiver
from certificates.policy_days import spell_policy_day
from certificates.rules import changes
from certificates.rules.dates import day_of, end_of_day, last_day_before
from certificates.rules.fact_types import SpanFact
from channels.facts.fact_rows import FactRows
from courses.models import Assignment
from courses.pages.due_days import spell_due_day
from reports.console.act_fields import (
    DayField,
    certification_targets,
    days_ahead,
    require_between,
    today_of_target,
)
from reports.console.act_kinds import ActCase, ActForm, ActTarget, ConsoleAct
from reports.console.effects import PersonRecord

DAY = timedelta(days=1)
LONGEST_WAIVER = 366
LONGEST_EXTENSION = 366


class ExtensionForm(ActForm):
    due_on = DayField(label=gettext_lazy("Due on"))
    field_order = ["target", "due_on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where the reason is kept with the assignment, it has to fit.
        self.fields["reason"] = forms.CharField(
            label=self.fields["reason"].label,
            help_text=self.fields["reason"].help_text,
            max_length=120,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": _("Write in one sentence why")},
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "target" in said and "due_on" in said:
            assignment = self.case.target(said["target"]).thing
            today = _today_of_course(self.case, assignment.course_id)
            first = max(assignment.due_on + DAY, today)
            try:
                require_between(said["due_on"], first, today + LONGEST_EXTENSION * DAY)
            except forms.ValidationError as wrong:
                self.add_error("due_on", wrong)
        return said


class ExtendAssignment(ConsoleAct):
    name = "extend"
    does = (extensions.extend_assignment,)
    form = ExtensionForm
    target_label = gettext_lazy("Course")
    title = gettext_lazy("Give %(person)s more time")
    lede = gettext_lazy(
        "A later day for a course that is asked for. A certificate never becomes longer by it."
    )
    button = gettext_lazy("Give more time")
    done = gettext_lazy("%(person)s has more time.")
    nothing = gettext_lazy("No course with a day is asked of them.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return any(row["due_on"] and not row["closed_at"] for row in life["assignment"])

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        found = Assignment.objects.open().filter(person=person, due_on__isnull=False)
        rows = found.select_related("course", "person").order_by("due_on", "pk")
        return [ActTarget(one.course.code, _name_assignment(one), one) for one in rows]

    def propose(self, case: ActCase) -> dict[str, Any]:
        things = [target.thing for target in case.targets]
        todays = (_today_of_course(case, one.course_id) for one in things)
        return {"due_on": max(*todays, *(one.due_on for one in things)) + 14 * DAY}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        assignment = case.target(chosen["target"]).thing
        moved = changes.move_due_day(assignment.course_id, chosen["due_on"], case.at)
        return case.record.change(None, moved)

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        extensions.extend_assignment(
            case.target(chosen["target"]).thing,
            due_on=chosen["due_on"],
            reason=chosen["reason"],
            actor=case.actor.actor,
            at=case.at,
        )


def _today_of_course(case: ActCase, course_id: int) -> date:
    """Today where a course that is due ends the latest: in the zones of the certifications that ask for it."""
    asking = [
        facts.policy_tz
        for facts in case.record.certifications.values()
        if facts.courses is None or course_id in facts.courses
    ]
    return max(day_of(case.at, zone) for zone in asking or ["UTC"])


def _name_assignment(assignment: Assignment) -> str:
    day = spell_due_day(assignment.due_on, assignment.course_id)
    told = {"title": assignment.course.title, "day": day}
    return _("%(title)s, due on %(day)s") % told


class WaiverForm(ActForm):
    through = DayField(label=gettext_lazy("Excused through"))
    field_order = ["target", "through", "reason"]

    def clean_through(self) -> date:
        day: date = self.cleaned_data["through"]
        if "target" not in self.cleaned_data:
            return day
        today = today_of_target(self.case, self.cleaned_data["target"])
        return require_between(day, today + DAY, today + LONGEST_WAIVER * DAY)


class GrantWaiver(ConsoleAct):
    name = "waive"
    does = (waivers.grant_waiver,)
    form = WaiverForm
    title = gettext_lazy("Excuse %(person)s from a training")
    lede = gettext_lazy("Excused people count as compliant; it never gives a right to post.")
    button = gettext_lazy("Excuse from a training")
    done = gettext_lazy("%(person)s is excused.")
    nothing = gettext_lazy("There is no certification yet.")

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        return certification_targets()

    def propose(self, case: ActCase) -> dict[str, Any]:
        return {"through": days_ahead(case.at, 30)}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        target, reason = case.target(chosen["target"]), chosen.get("reason") or ""
        waiver = SpanFact(case.at, case.at, reason, _until(target, chosen))
        return case.record.change(target.certification_id, changes.add_waiver(waiver))

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        target = case.target(chosen["target"])
        waivers.grant_waiver(
            case.person,
            target.thing,
            until=_until(target, chosen),
            reason=chosen["reason"],
            actor=case.actor.actor,
            at=case.at,
        )


def _until(target: ActTarget, chosen: dict[str, Any]) -> datetime:
    return end_of_day(chosen["through"], target.thing.policy_tz)


class EndWaiver(ConsoleAct):
    name = "end-waiver"
    does = (waivers.end_waiver,)
    target_label = gettext_lazy("Waiver")
    title = gettext_lazy("Stop excusing %(person)s")
    lede = gettext_lazy("From now on the training is asked for again, where something asks for it.")
    button = gettext_lazy("Stop excusing")
    done = gettext_lazy("%(person)s is no longer excused.")
    nothing = gettext_lazy("They are excused from nothing.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return any(row["ended_at"] is None and row["until"] > at for row in life["waiver"])

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        running = Waiver.objects.open().current(at).filter(person=person)
        rows = running.select_related("certification", "person").order_by("starts_at", "pk")
        return [
            ActTarget(str(one.pk), _name_waiver(one), one, one.certification_id) for one in rows
        ]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        waiver = case.target(chosen["target"]).thing
        fact = SpanFact(waiver.starts_at, waiver.recorded_at, waiver.reason, waiver.until)
        ended = changes.end_waiver(fact, case.at)
        return case.record.change(waiver.certification_id, ended)

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        waiver = case.target(chosen["target"]).thing
        waivers.end_waiver(waiver, reason=chosen["reason"], actor=case.actor.actor, at=case.at)


def _name_waiver(waiver: Waiver) -> str:
    zone = waiver.certification.policy_tz
    through = spell_policy_day(last_day_before(waiver.until, zone), zone)
    told = {"title": waiver.certification.title, "through": through, "reason": waiver.reason}
    return _("%(title)s, through %(through)s: %(reason)s") % told
