from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.models import ItemReport
from quizzes.regrades.item_reports import MOST_WORDS


class ItemReportForm(forms.Form):
    """What is wrong with a question, and in the person's own words. Its field ids differ from those of answers."""

    category = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ItemReport.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("In your own words"),
        help_text=_("What should it say, and where did you read it? Leave out names."),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "report_%s")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("category") == ItemReport.Category.OTHER and not told.get("text", "").strip():
            self.add_error("text", _("Say in a few words what is wrong."))
        return told
