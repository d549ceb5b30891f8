"""Put somebody on hold, and end a hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from certificates.acts import holds
from certificates.models import Hold
from certificates.policy_days import spell_policy_day
from certificates.rules import changes
from certificates.rules.fact_types import SpanFact
from channels.facts.fact_rows import FactRows
from reports.console.act_fields import (
    DayField,
    all_certifications,
    certification_targets,
    days_ahead,
    require_between,
)
from reports.console.act_kinds import ActCase, ActForm, ActTarget, ConsoleAct
from reports.console.effects import PersonRecord

REVIEW_DAYS = 30


class HoldForm(ActForm):
    review_on = DayField(
        label=gettext_lazy("Look at it again on"),
        help_text=gettext_lazy(
            "A hold goes on until somebody ends it. At most 30 days from today."
        ),
    )
    field_order = ["target", "review_on", "reason"]

    def clean_review_on(self) -> date:
        first, last = days_ahead(self.case.at, 0), days_ahead(self.case.at, REVIEW_DAYS)
        return require_between(self.cleaned_data["review_on"], first, last)


class StartHold(ConsoleAct):
    name = "hold"
    does = (holds.start_hold,)
    roles = (Role.HR, Role.GOVERNANCE)
    form = HoldForm
    title = gettext_lazy("Put %(person)s on hold")
    lede = gettext_lazy(
        "A hold stops somebody from posting at once and until it is ended. The certificate itself does not change."
    )
    button = gettext_lazy("Put on hold")
    done = gettext_lazy("%(person)s is on hold.")
    nothing = gettext_lazy("There is no certification yet.")
    danger = True

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        return [all_certifications(), *certification_targets()]

    def propose(self, case: ActCase) -> dict[str, Any]:
        return {"review_on": days_ahead(case.at, REVIEW_DAYS // 2)}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        target = case.target(chosen["target"])
        hold = SpanFact(case.at, case.at, chosen.get("reason") or "")
        changed = case.record.change(target.certification_id, changes.add_hold(hold))
        return changed if target.thing else changed.hold_person(hold)

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        holds.start_hold(
            case.person,
            certification=case.target(chosen["target"]).thing,
            review_on=chosen["review_on"],
            reason=chosen["reason"],
            actor=case.actor.actor,
            at=case.at,
        )


class EndHold(ConsoleAct):
    name = "end-hold"
    does = (holds.end_hold,)
    roles = (Role.HR, Role.GOVERNANCE)
    target_label = gettext_lazy("Hold")
    title = gettext_lazy("End a hold on %(person)s")
    lede = gettext_lazy("What else the person needs to post has to be in order as well.")
    button = gettext_lazy("End the hold")
    done = gettext_lazy("The hold on %(person)s has ended.")
    nothing = gettext_lazy("There is no hold to end.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return any(row["ended_at"] is None for row in life["hold"])

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        rows = Hold.objects.open().filter(person=person).select_related("certification")
        return [
            ActTarget(str(hold.pk), _name_hold(hold), hold, hold.certification_id)
            for hold in rows.order_by("starts_at", "pk")
        ]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        target = case.target(chosen["target"])
        hold = target.thing
        fact = SpanFact(hold.starts_at, hold.recorded_at, hold.reason)
        changed = case.record.change(target.certification_id, changes.end_hold(fact, case.at))
        return changed if hold.certification_id else changed.release_person(fact, case.at)

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        hold = case.target(chosen["target"]).thing
        holds.end_hold(hold, actor=case.actor.actor, at=case.at, reason=chosen["reason"])


def _name_hold(hold: Hold) -> str:
    about = hold.certification.title if hold.certification else _("All certifications")
    zone = hold.certification.policy_tz if hold.certification else None
    since = spell_policy_day(hold.starts_at, zone or timezone.get_current_timezone_name())
    told = {"about": about, "since": since, "reason": hold.reason}
    return _("%(about)s, since %(since)s: %(reason)s") % told
