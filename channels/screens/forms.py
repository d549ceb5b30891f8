from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels.models import PostingRole
from channels.screens.deed_forms import GrantForm


class RoleRequestForm(forms.Form):
    why = forms.CharField(
        label=_("What do you want to post there?"),
        help_text=_("One to three sentences. The owner reads them."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you want to post there")},
    )


class RequestDecisionForm(GrantForm):
    """An owner's answer to a request: a role with its days, a question, or the reason why not."""

    person = None  # type: ignore[assignment]
    decision = forms.ChoiceField(
        choices=[("approve", ""), ("ask", ""), ("decline", "")],
        error_messages={
            "required": _("Choose a role to approve, or write why you decline."),
            "invalid_choice": _("Choose a role to approve, or write why you decline."),
        },
    )
    role = forms.ChoiceField(
        choices=PostingRole.choices,
        required=False,
        error_messages={"invalid_choice": _("Choose a role to approve.")},
    )
    note = forms.CharField(max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
