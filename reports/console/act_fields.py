"""Fields and targets that the forms of several acts share: days, files, certifications, awards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.readers import day_field, days
from certificates.acts.evidence import MOST_BYTES, EvidenceUpload, find_content_type
from certificates.acts.guards import CertificateRefusedError
from certificates.models import Award, Certification
from certificates.policy_days import spell_policy_day
from certificates.rules.dates import day_of, start_of_day
from reports.console.act_kinds import ActCase, ActTarget

ALL = "all"


def all_certifications() -> ActTarget:
    return ActTarget(ALL, gettext_lazy("All certifications and every channel"), None)


def certification_targets() -> list[ActTarget]:
    """Every certification, by title. One query."""
    found = Certification.objects.order_by("title", "pk")
    return [ActTarget(one.code, one.title, one, one.pk) for one in found]


def award_targets(person: User) -> list[ActTarget]:
    """The person's certificates, the newest first. One query."""
    found = Award.objects.filter(recipient=person).select_related(
        "certification", "recipient", "previous"
    )
    return [name_award(award) for award in found.order_by("-issued_at", "-pk")]


def name_award(award: Award) -> ActTarget:
    through = spell_policy_day(award.valid_through, award.policy_tz)
    told = {"title": award.certification_title, "number": award.number, "through": through}
    label = _("%(title)s, %(number)s, through %(through)s") % told
    return ActTarget(award.number, label, award, award.certification_id)


DayField = partial(
    day_field.DayField,
    missing=gettext_lazy("Give a day, like 2027-03-14"),
    invalid=gettext_lazy("Give a day that exists, like 2027-03-14"),
)


def require_between(day: date, first: date, last: date) -> date:
    """Raises ValidationError, with both days, for one outside of them."""
    if not first <= day <= last:
        told = {"first": days.spell_day(first), "last": days.spell_day(last)}
        text = _("Give a day from %(first)s to %(last)s")
        raise forms.ValidationError(text % told, code="out_of_range")
    return day


def days_ahead(at: datetime, number: int) -> date:
    """The day so many days from today, in the reader's zone."""
    return timezone.localdate(at) + timedelta(days=number)


def today_of_target(case: ActCase, key: object) -> date:
    """Today in the policy zone of what the act is done to: a certification or a certificate."""
    return day_of(case.at, case.target(key).thing.policy_tz)


def moment_of_day(day: date, zone: str, at: datetime) -> datetime:
    """The instant from which something of `day` counts: its beginning in `zone`, of today the present one."""
    return at if day == day_of(at, zone) else start_of_day(day, zone)


class EvidenceField(forms.FileField):
    """A PDF or a picture, told by its first bytes; cleaned to an EvidenceUpload, or None where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = gettext_lazy(
            "PDF, PNG or JPEG, at most 5 MB. HR and auditors see it."
        )
        kwargs["widget"] = forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})
        kwargs["error_messages"] = {
            "required": gettext_lazy("Choose the file that proves it"),
            "empty": gettext_lazy("This file is empty. Choose another one"),
        }
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        upload = EvidenceUpload(sent.name, sent.read(MOST_BYTES + 1))
        try:
            find_content_type(upload)
        except CertificateRefusedError as refused:
            raise forms.ValidationError(f"{refused.reason} {refused.remedy}") from refused
        return upload
