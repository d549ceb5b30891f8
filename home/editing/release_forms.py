"""The forms about a release: propose that it is material, confirm it with a day, send it back, set a sooner day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wagtail.admin.widgets import AdminDateInput

from courses.models import Principle

LONGEST = 500
# The day that is proposed, and the last one that may be chosen.
USUAL_DAYS, MOST_DAYS = 30, 366


class ReasonForm(forms.Form):
    """What every act on a release asks: why."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_(
            "One sentence. It is kept with the version; authors, reviewers and auditors read it."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProposeForm(ReasonForm):
    """To say that a release is a material change after all, or once more."""

    note = forms.CharField(
        label=_("What changed"),
        help_text=_("For people who hold a certificate, in a sentence."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["note", "reason"]


class FloorForm(ReasonForm):
    """The last day on which older versions count."""

    day = forms.DateField(
        label=_("Older versions count through"),
        help_text=_("People who hold one catch up by the end of that day."),
        widget=AdminDateInput,
    )
    field_order = ["day", "principles", "reason"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].initial = today + timedelta(days=USUAL_DAYS)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day


class PrinciplesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Principle) -> str:
        return str(obj)


class ConfirmChangeForm(FloorForm):
    """A day, and the principles that people catch up on."""

    principles = PrinciplesField(
        label=_("What people catch up on"),
        queryset=Principle.objects.order_by("number", "code"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Ticked is what the words and questions of this version touch. The short quiz asks only about these. "
            "Without a tick people take the whole course again."
        ),
    )

    def __init__(self, *args: Any, touched: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["principles"].initial = sorted(touched)
