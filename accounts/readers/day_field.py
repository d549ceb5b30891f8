"""The one field for a day in forms: the device's own control, which sends year-month-day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise

from accounts.dates import validate_plausible_day


class DayField(forms.DateField):
    """A plausible day; `invalid` and `missing` say what to write where there is none, or none that exists."""

    def __init__(
        self, *, invalid: str | Promise, missing: str | Promise = "", **kwargs: Any
    ) -> None:
        said: dict[str, Any] = {"invalid": invalid, "required": missing or invalid}
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d"],
            error_messages=said,
            validators=[validate_plausible_day],
            **kwargs,
        )
