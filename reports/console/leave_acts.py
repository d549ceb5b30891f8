"""Record that somebody is on leave, and that they are back: why they are away is nobody's business here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import people
from accounts.models import Absence, User
from accounts.readers import days
from certificates.acts.guards import CertificateRefusedError
from certificates.rules.dates import day_of, end_of_day, last_day_before, start_of_day
from channels.facts.fact_rows import FactRows
from channels.rules.fact_types import RecordedSpan
from reports.console.act_fields import DayField, days_ahead, require_between
from reports.console.act_kinds import ActCase, ActForm, ActTarget, ConsoleAct
from reports.console.effects import PersonRecord

LONGEST_LEAVE, LATEST_RECORD = 3 * 366, 366
USUAL_LEAVE = 90
NOT_WHY = gettext_lazy(
    "How you know of it: a ticket, a file. Never why they are away, which is kept nowhere."
)


class LeaveForm(ActForm):
    first = DayField(label=gettext_lazy("First day on leave"))
    last = DayField(
        label=gettext_lazy("Last day on leave"),
        required=False,
        help_text=gettext_lazy("Leave it empty if nobody knows yet."),
    )
    field_order = ["target", "first", "last", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = NOT_WHY

    def clean_first(self) -> date:
        nearest = days_ahead(self.case.at, -LATEST_RECORD), days_ahead(self.case.at, LONGEST_LEAVE)
        return require_between(self.cleaned_data["first"], *nearest)

    def clean_last(self) -> date | None:
        if self.cleaned_data["last"] is None:
            return None
        first = self.cleaned_data.get("first") or days_ahead(self.case.at, 0)
        last = days_ahead(self.case.at, LONGEST_LEAVE)
        return require_between(self.cleaned_data["last"], min(first, last), last)


class RecordLeave(ConsoleAct):
    name = "leave"
    does = (people.record_absence,)
    form = LeaveForm
    target_label = gettext_lazy("What")
    title = gettext_lazy("Record that %(person)s is on leave")
    lede = gettext_lazy(
        "Whoever decides about a new version of a course reads how many cannot catch up for now. Roles that were given "
        "before it end after 90 days of leave."
    )
    button = gettext_lazy("Record the leave")
    done = gettext_lazy("The leave of %(person)s is recorded.")
    nothing = gettext_lazy("There is nothing to record.")

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        return [ActTarget("leave", gettext_lazy("Leave"), None)]

    def propose(self, case: ActCase) -> dict[str, Any]:
        return {"first": days_ahead(case.at, 0), "last": days_ahead(case.at, USUAL_LEAVE)}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        starts_at, until = _read_span(case, chosen)
        leave = RecordedSpan(starts_at=starts_at, recorded_at=case.at, ends_at=until)
        return case.record.take_leave(leave)

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        starts_at, until = _read_span(case, chosen)
        try:
            people.record_absence(
                case.person,
                starts_at=starts_at,
                until=until,
                actor=case.actor.actor,
                at=case.at,
                reason=chosen["reason"],
            )
        except ValueError as refused:
            raise CertificateRefusedError(
                _("They are on leave for some of that time already."),
                _("End that leave first, or choose other days."),
            ) from refused


class EndLeave(ConsoleAct):
    name = "end-leave"
    does = (people.end_absence,)
    target_label = gettext_lazy("Leave")
    title = gettext_lazy("Record that %(person)s is back")
    lede = gettext_lazy("From now on they count among those who can catch up.")
    button = gettext_lazy("They are back")
    done = gettext_lazy("%(person)s is back.")
    nothing = gettext_lazy("They are not on leave.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return any(
            row["ended_at"] is None and (row["until"] is None or row["until"] > at)
            for row in life["absence"]
        )

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        rows = Absence.objects.open().overlapping(at, None).filter(person=person)
        rows = rows.select_related("person__region")
        return [ActTarget(str(one.pk), _name_leave(one), one) for one in rows.order_by("starts_at")]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        return case.record

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        absence = case.target(chosen["target"]).thing
        people.end_absence(absence, actor=case.actor.actor, at=case.at, reason=chosen["reason"])


def _name_leave(absence: Absence) -> str:
    zone = _zone_of(absence.person)
    first = days.spell_day(day_of(absence.starts_at, zone))
    if absence.until is None:
        return _("From %(first)s on") % {"first": first}
    last = days.spell_day(last_day_before(absence.until, zone))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _read_span(case: ActCase, chosen: dict[str, Any]) -> tuple[datetime, datetime | None]:
    zone, last = _zone_of(case.person), chosen["last"]
    return start_of_day(chosen["first"], zone), end_of_day(last, zone) if last else None


def _zone_of(person: User) -> str:
    """Where a day of the person's work begins and ends."""
    return person.region.time_zone if person.region else timezone.get_current_timezone_name()
