from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from channels.models import PostingRole


class RoleRequestForm(forms.Form):
    why = forms.CharField(
        label=_("What do you want to post there?"),
        help_text=_("One to three sentences. The owner reads them."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you want to post there")},
    )


class RequestDecisionForm(forms.Form):
    """An owner's answer to a request: a role, or the reason why not."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("decline", "")])
    role = forms.ChoiceField(choices=PostingRole.choices, required=False)
    note = forms.CharField(max_length=500, required=False)
