"""Correct a certificate with four eyes: one proposes, another confirms or declines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from certificates.acts import corrections
from certificates.models import Award, AwardCorrection
from certificates.policy_days import spell_policy_day
from channels.facts.fact_rows import FactRows
from reports.console.act_fields import (
    DayField,
    EvidenceField,
    award_targets,
    moment_of_day,
    require_between,
    today_of_target,
)
from reports.console.act_kinds import ActCase, ActForm, ActTarget, ConsoleAct, Words
from reports.console.award_acts import FIRST_DAY, withdrawn_awards, withdrawn_in
from reports.console.effects import PersonRecord


class CorrectionForm(ActForm):
    earned_on = DayField(
        label=gettext_lazy("Day on which it was earned"),
        help_text=gettext_lazy("Leave it empty where the day is right."),
        required=False,
    )
    recipient_name = forms.CharField(
        label=gettext_lazy("Name on the certificate"),
        help_text=gettext_lazy("Leave it empty where the name is right."),
        max_length=300,
        required=False,
    )
    evidence = EvidenceField(label=gettext_lazy("Evidence, if there is a file"), required=False)
    field_order = ["target", "earned_on", "recipient_name", "evidence", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With the number of the old certificate it becomes the note of the new one.
        reason: Any = self.fields["reason"]
        reason.max_length = reason.widget.attrs["maxlength"] = 400
        reason.validators = [forms.CharField(max_length=400).validators[0]]

    def clean_earned_on(self) -> Any:
        day = self.cleaned_data["earned_on"]
        if not day or "target" not in self.cleaned_data:
            return day
        today = today_of_target(self.case, self.cleaned_data["target"])
        return require_between(day, FIRST_DAY, today)


class ProposeCorrection(ConsoleAct):
    name = "correct"
    does = (corrections.propose_correction,)
    form = CorrectionForm
    target_label = gettext_lazy("Certificate")
    title = gettext_lazy("Correct a certificate of %(person)s")
    lede = gettext_lazy(
        "You propose what is right. Nothing changes before a colleague in HR has confirmed it."
    )
    button = gettext_lazy("Propose a correction")
    done = gettext_lazy("The correction waits for a colleague in HR to confirm it.")
    nothing = gettext_lazy("There is no certificate to correct.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return bool({row["id"] for row in life["award"]} - withdrawn_in(life))

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        withdrawn = withdrawn_awards(person)
        targets = award_targets(person)
        followed = {one.thing.previous_id for one in targets}
        return [one for one in targets if one.thing.pk not in withdrawn | followed]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        """Nothing yet: the colleague who confirms sees the effect."""
        return case.record

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        award = case.target(chosen["target"]).thing
        day = chosen["earned_on"]
        same = day is None or day == award.earned_on
        moment = award.issued_at if same else moment_of_day(day, award.policy_tz, case.at)
        corrections.propose_correction(
            award,
            earned_at=moment,
            recipient_name=chosen["recipient_name"].strip() or award.recipient_name,
            reason=chosen["reason"],
            upload=chosen["evidence"],
            actor=case.actor.actor,
            at=case.at,
        )


def open_corrections(person: User) -> QuerySet[AwardCorrection]:
    """What waits for a second person."""
    waiting = AwardCorrection.objects.filter(award__recipient=person, decided_at=None)
    return waiting.select_related(
        "award__certification", "award__recipient", "award__previous", "award__release"
    ).order_by("proposed_at", "pk")


def _name_correction(correction: AwardCorrection) -> ActTarget:
    award: Award = correction.award
    told = {
        "number": award.number,
        "day": spell_policy_day(correction.earned_at, award.policy_tz),
        "was": spell_policy_day(award.issued_at, award.policy_tz),
        "name": correction.recipient_name,
        "reason": correction.reason,
    }
    label = _("%(number)s: earned on %(day)s (not %(was)s), to %(name)s. %(reason)s") % told
    return ActTarget(str(correction.uuid), label, correction, award.certification_id)


class ConfirmCorrection(ConsoleAct):
    name = "confirm-correction"
    does = (corrections.confirm_correction,)
    target_label = gettext_lazy("Correction")
    title = gettext_lazy("Confirm a correction for %(person)s")
    lede = gettext_lazy(
        "The certificate never counted, and one with a number of its own takes its place."
    )
    button = gettext_lazy("Confirm the correction")
    done = gettext_lazy("The certificate of %(person)s is corrected.")
    nothing = gettext_lazy(
        "No correction waits for you. One that you have proposed yourself is confirmed by a colleague in HR."
    )

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        waiting = [row for row in life["correction"] if row["ended_at"] is None]
        return any(row["actor"] != actor for row in waiting)

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        others = open_corrections(person).exclude(proposed_by=actor.actor)
        return [_name_correction(one) for one in others]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        correction = case.target(chosen["target"]).thing
        award = correction.award
        foretold = corrections.foretell_correction(
            award,
            case.record.certifications[award.certification_id],
            earned_at=correction.earned_at,
            at=case.at,
        )
        return case.record.change(award.certification_id, foretold)

    def foretell_mails(self, case: ActCase, chosen: dict[str, Any]) -> list[Words]:
        pk = case.target(chosen["target"]).certification_id
        right = max(
            self.change(case, chosen).certifications[pk or 0].awards, key=lambda award: award.id
        )
        if right.expires_at <= case.at:
            return []
        told = {"person": case.person.display_name}
        return self.mail_person(
            case, _("%(person)s reads about the new certificate and until when it counts.") % told
        )

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        correction = case.target(chosen["target"]).thing
        corrections.confirm_correction(
            correction, reason=chosen["reason"], actor=case.actor.actor, at=case.at
        )


class DeclineCorrection(ConsoleAct):
    name = "decline-correction"
    does = (corrections.decline_correction,)
    target_label = gettext_lazy("Correction")
    title = gettext_lazy("Decline a correction for %(person)s")
    lede = gettext_lazy("The certificate stays as it is. The proposal stays on record.")
    button = gettext_lazy("Decline the correction")
    done = gettext_lazy("The certificate of %(person)s stays as it is.")
    nothing = gettext_lazy("No correction waits.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return any(row["ended_at"] is None for row in life["correction"])

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        return [_name_correction(one) for one in open_corrections(person)]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        return case.record

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        correction = case.target(chosen["target"]).thing
        corrections.decline_correction(
            correction, reason=chosen["reason"], actor=case.actor.actor, at=case.at
        )
