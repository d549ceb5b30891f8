"""What is asked of whoever gives or ends a responsibility."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, Role
from accounts.rules import end_of_day
from reports.console.act_fields import DayField, days_ahead, moment_of_day, require_between
from reports.console.act_kinds import LONGEST_REASON

EVERYWHERE = "*"
LONGEST = 366


class EndForm(forms.Form):
    """Why: it is kept with the responsibility."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("One sentence. It is kept with the act and shown to HR."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write in one sentence why")},
    )


class GiveForm(EndForm):
    """Which role, where, from when and until when. `regions`: those for which the actor may give it."""

    role = forms.ChoiceField(
        label=gettext_lazy("Responsibility"),
        choices=Role.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the list")},
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Where"),
        help_text=gettext_lazy("It counts for the people and channels of this region only."),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the list")},
    )
    starts_on = DayField(label=gettext_lazy("From"))
    through = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Leave it empty if no end is agreed."),
        required=False,
    )
    field_order = ["role", "region", "starts_on", "through", "reason"]

    def __init__(
        self, *args: Any, regions: list[Region], everywhere: bool, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.regions = at, {region.code: region for region in regions}
        wide = [(EVERYWHERE, _("Everywhere"))] if everywhere else []
        field: Any = self.fields["region"]
        field.choices = [*wide, *((code, one.name) for code, one in self.regions.items())]

    @property
    def chosen_region(self) -> Region | None:
        return self.regions.get(self.cleaned_data["region"])

    @property
    def span(self) -> tuple[datetime, datetime | None]:
        """From when until when, in the reader's zone; today means now."""
        zone = timezone.get_current_timezone_name()
        through = self.cleaned_data.get("through")
        begins = moment_of_day(self.cleaned_data["starts_on"], zone, self.at)
        return begins, end_of_day(through, zone) if through else None

    def clean_starts_on(self) -> date:
        today = timezone.localdate(self.at)
        return require_between(self.cleaned_data["starts_on"], today, days_ahead(self.at, LONGEST))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        begins, through = said.get("starts_on"), said.get("through")
        if begins and through:
            try:
                require_between(through, begins, begins + timedelta(days=5 * LONGEST))
            except forms.ValidationError as wrong:
                self.add_error("through", wrong)
        if said.get("role") == Role.REGIONAL_LEAD and said.get("region") == EVERYWHERE:
            self.add_error("region", _("A regional lead leads one region: choose it"))
        return said
