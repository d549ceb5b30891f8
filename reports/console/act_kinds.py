"""What an act of the console is made of: who may do it, to what, which form asks, what it changes, and what it does.

Each act is one subclass in `reports.console.acts`; the page that shows the effect first, refuses and does is the same
for all of them (`reports.console.act_views`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from channels.facts.fact_rows import FactRows
from reports.console.effects import PersonRecord

Words = str | Promise
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class ActTarget:
    """One thing that the act may be done to: a hold, an award, a certification (None: all of them)."""

    key: str
    label: Words
    thing: Any
    certification_id: int | None = None


@dataclass(frozen=True, slots=True)
class ActCase:
    """One person before an act: who acts, when, the record as it is, and what the act may be done to."""

    person: User
    actor: User
    at: datetime
    record: PersonRecord
    targets: tuple[ActTarget, ...] = ()

    def target(self, key: object) -> ActTarget:
        return next(target for target in self.targets if target.key == key)


class ActForm(forms.Form):
    """What every act asks: to what it is done, and why. One possible target is chosen already."""

    target = forms.ChoiceField(label=_("What"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence. It is kept with the act and shown to HR and auditors."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write in one sentence why")},
    )

    def __init__(self, *args: Any, case: ActCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        field: Any = self.fields["target"]
        field.choices = [(target.key, target.label) for target in case.targets]
        field.error_messages["required"] = _("Choose one of the list")
        field.error_messages["invalid_choice"] = _("Choose one of the list")
        if len(case.targets) == 1:
            field.widget = forms.HiddenInput()

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for: of a sent form what was understood, else what the page proposes."""
        if self.is_bound:
            return self.cleaned_data
        return {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items()
        }


class ConsoleAct:
    """One act of the console. Subclasses say what differs."""

    name: ClassVar[str]
    # The functions of certificates.acts that it calls: a test finds those without a screen.
    does: ClassVar[Sequence[Callable[..., Any]]]
    roles: ClassVar[tuple[str, ...]] = (Role.HR,)
    form: ClassVar[type[ActForm]] = ActForm
    target_label: ClassVar[Words] = _("Certification")
    title: ClassVar[Words]
    lede: ClassVar[Words]
    button: ClassVar[Words]
    done: ClassVar[Words]
    # Why there is nothing to do it to.
    nothing: ClassVar[Words]
    danger: ClassVar[bool] = False

    def fits(self, life: FactRows, actor: str, at: datetime) -> bool:
        """Whether there is something to do it to, by the rows that the person's page has read: it decides what is
        offered there, `find_targets` what may be done."""
        return True

    def find_targets(self, person: User, actor: User, at: datetime) -> list[ActTarget]:
        """What the actor may do it to. A fixed number of queries."""
        raise NotImplementedError

    def propose(self, case: ActCase) -> dict[str, Any]:
        """What the form proposes besides the target."""
        return {}

    def change(self, case: ActCase, chosen: dict[str, Any]) -> PersonRecord:
        """The record with the change added, for the rules to judge."""
        raise NotImplementedError

    def mail_person(self, case: ActCase, words: Words) -> list[Words]:
        """A mail to the person, who gets none after leaving (notifications.sending)."""
        gone = case.person.has_left(case.at) or not case.person.is_active
        return [] if gone else [words]

    def foretell_mails(self, case: ActCase, chosen: dict[str, Any]) -> list[Words]:
        """The mails that go out, one sentence each."""
        return []

    def carry_out(self, case: ActCase, chosen: dict[str, Any]) -> None:
        """Do it. Raises CertificateRefusedError."""
        raise NotImplementedError
