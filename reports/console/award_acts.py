"""Issue a certificate by equivalence, withdraw one, and correct a withdrawal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import FIRST_YEAR
from accounts.models import User
from certificates.acts import awards
from certificates.models import Award
from certificates.rules import changes
from certificates.rules.dates import start_of_day
from channels.facts.fact_rows import FactRows
from reports.console.act_fields import (
    DayField,
    EvidenceField,
    award_targets,
    certification_targets,
    moment_of_day,
    require_between,
    today_of_target,
)
from reports.console.act_kinds import (
    LONGEST_REASON,
    ActCase,
    ActForm,
    ActTarget,
    ConsoleAct,
    Words,
)
from reports.console.effects import PersonRecord

FIRST_DAY = date(FIRST_YEAR, 1, 1)


class EquivalenceForm(ActForm):
    passed_on = DayField(
        label=gettext_lazy("Day on which the training was passed"),
        help_text=gettext_lazy("The certificate counts from that day, not from today."),
    )
    evidence = EvidenceField(label=gettext_lazy("Evidence"))
    reason = forms.CharField(
        label=gettext_lazy("What you have seen, and why it counts"),
        help_text=gettext_lazy(
            "The course, who gave it, and when. It is kept with the certificate."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in one sentence why")},
    )
    field_order = ["target", "passed_on", "evidence", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A file is not kept from one look to the next: it is asked for when the act is done.
        self.fields["evidence"].required = self.data.get("step") == "do"

    def clean_passed_on(self) -> date:
        day: date = self.cleaned_data["passed_on"]
        if "target" not in self.cleaned_data:
            return day
        today = today_of_target(self.case, self.cleaned_data["target"])
        return require_between(day, FIRST_DAY, today)


class IssueByEquivalence(ConsoleAct):
    name = "issue"
    does = (awards.issue_equivalence,)
    form = EquivalenceForm
    title = gettext_lazy("Issue a certificate to %(person)s by equivalence")
    lede = gettext_lazy(
        "For training from elsewhere that you have seen proof of. The person takes no quiz here."
    )
    button = gettext_lazy("Issue by equivalence")
    done = gettext_lazy("%(person)s has the certificate.")
    nothing = gettext_lazy("There is no certification that is still issued.")

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        return [
            target
            for target in certification_targets()
            if target.thing.retired_at is None or target.thing.retired_at > at
        ]

    def propose(self, case: ActCase) -> dict[str, Any]:
        # A day that is not ahead anywhere, whichever certification is chosen.
        return {"passed_on": min(today_of_target(case, one.key) for one in case.targets)}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        certification = case.target(chosen["target"]).thing
        foretold = awards.foretell_equivalence(
            certification,
            case.record.certifications[certification.pk],
            earned_at=self._moment(case, chosen),
            at=case.at,
        )
        return case.record.change(certification.pk, foretold)

    def foretell_mails(self, case: ActCase, chosen: dict[str, Any]) -> list[Words]:
        pk = case.target(chosen["target"]).certification_id
        after = self.change(case, chosen).certifications[pk or 0]
        if after.awards[-1].expires_at <= case.at:
            return []
        return self.mail_person(
            case, _("%(person)s reads about the certificate and until when it counts.") % _who(case)
        )

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        awards.issue_equivalence(
            case.person,
            case.target(chosen["target"]).thing,
            evidence=chosen["reason"],
            earned_at=self._moment(case, chosen),
            upload=chosen["evidence"],
            actor=case.actor.actor,
            at=case.at,
        )

    def _moment(self, case: ActCase, chosen: dict[str, Any]) -> datetime:
        zone = case.target(chosen["target"]).thing.policy_tz
        return min(moment_of_day(chosen["passed_on"], zone, case.at), case.at)


def _who(case: ActCase) -> dict[str, str]:
    return {"person": case.person.display_name}


class RevokeForm(ActForm):
    since = DayField(
        label=gettext_lazy("Withdrawn from this day on"),
        help_text=gettext_lazy(
            "Leave it empty for now. Before that day the certificate still counts."
        ),
        required=False,
    )
    field_order = ["target", "since", "reason"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        award = self.case.target(said["target"]).thing if "target" in said else None
        if award is not None and said.get("since"):
            first, today = award.earned_on, today_of_target(self.case, said["target"])
            try:
                require_between(said["since"], first, today)
            except forms.ValidationError as wrong:
                self.add_error("since", wrong)
        return said


class RevokeAward(ConsoleAct):
    name = "revoke"
    does = (awards.revoke_award,)
    form = RevokeForm
    target_label = gettext_lazy("Certificate")
    title = gettext_lazy("Withdraw a certificate of %(person)s")
    lede = gettext_lazy("The certificate stays on record; the person may earn a new one.")
    button = gettext_lazy("Withdraw")
    done = gettext_lazy("The certificate of %(person)s is withdrawn.")
    nothing = gettext_lazy("There is no certificate to withdraw.")
    danger = True

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return bool({row["id"] for row in life["award"]} - withdrawn_in(life))

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        withdrawn = withdrawn_awards(person)
        return [one for one in award_targets(person) if one.thing.pk not in withdrawn]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        award = case.target(chosen["target"]).thing
        since = max(self._since(case, chosen), award.valid_from)
        return case.record.change(award.certification_id, changes.revoke(award.pk, since, case.at))

    def foretell_mails(self, case: ActCase, chosen: dict[str, Any]) -> list[Words]:
        return self.mail_person(
            case, _("%(person)s reads that it is withdrawn, from when and why.") % _who(case)
        )

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        awards.revoke_award(
            case.target(chosen["target"]).thing,
            effective_at=self._since(case, chosen),
            reason=chosen["reason"],
            actor=case.actor.actor,
            at=case.at,
        )

    def _since(self, case: ActCase, chosen: dict[str, Any]) -> datetime:
        award = case.target(chosen["target"]).thing
        return start_of_day(chosen["since"], award.policy_tz) if chosen.get("since") else case.at


class ReinstateAward(ConsoleAct):
    name = "reinstate"
    does = (awards.reinstate_award,)
    target_label = gettext_lazy("Certificate")
    title = gettext_lazy("Take back a withdrawal of %(person)s")
    lede = gettext_lazy(
        "For a certificate that was withdrawn by mistake: the withdrawal never counted."
        " What was answered meanwhile stays on record."
    )
    button = gettext_lazy("Take back the withdrawal")
    done = gettext_lazy("The certificate of %(person)s counts again.")
    nothing = gettext_lazy("No certificate of theirs is withdrawn.")

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        return bool(withdrawn_in(life))

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        withdrawn = withdrawn_awards(person)
        return [one for one in award_targets(person) if one.thing.pk in withdrawn]

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        award = case.target(chosen["target"]).thing
        facts = case.record.certifications[award.certification_id]
        fact = next(one for one in facts.awards if one.id == award.pk)
        return case.record.change(award.certification_id, changes.reinstate(fact, case.at))

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        award = case.target(chosen["target"]).thing
        awards.reinstate_award(award, reason=chosen["reason"], actor=case.actor.actor, at=case.at)


def withdrawn_awards(person: User) -> set[int]:
    """The primary keys of the person's awards that are withdrawn by now, as `awards.is_withdrawn` says. One query."""
    found: set[int] = set()
    rows = Award.objects.filter(
        recipient=person, events__kind__in=["revoked", "reinstated"]
    ).order_by("events__id")
    for pk, kind in rows.values_list("pk", "events__kind"):
        (found.add if kind == "revoked" else found.discard)(pk)
    return found


def withdrawn_in(life: FactRows) -> set[int]:
    """The same from the rows of a life."""
    found: set[int] = set()
    for row in life["award_event"]:
        if row["what"] in {"revoked", "reinstated"}:
            (found.add if row["what"] == "revoked" else found.discard)(row["award"])
    return found
