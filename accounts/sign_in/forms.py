"""The forms of signing in, in our own words: labels, and what is wrong with what was written."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms

from accounts.later import run_later

LABELS: dict[str, Any] = {
    "login": gettext_lazy("Work e-mail address"),
    "email": gettext_lazy("Work e-mail address"),
    "password": gettext_lazy("Password"),
    "oldpassword": gettext_lazy("Your password now"),
    "password1": gettext_lazy("New password"),
    "password2": gettext_lazy("New password once more"),
    "code": gettext_lazy("Code"),
}
MISSING: dict[str, Any] = {
    "login": gettext_lazy("Write your work e-mail address."),
    "email": gettext_lazy("Write your work e-mail address."),
    "password": gettext_lazy("Write your password."),
    "oldpassword": gettext_lazy("Write the password you have now."),
    "password1": gettext_lazy("Write a new password."),
    "password2": gettext_lazy("Write the new password once more."),
    "code": gettext_lazy("Write the code."),
}
INVALID: dict[str, Any] = {
    "login": gettext_lazy("This is no e-mail address. Write it like name@company.example."),
    "email": gettext_lazy("This is no e-mail address. Write it like name@company.example."),
}


class OwnWordsMixin:
    """Labels and messages of a form by the names of its fields."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
            if name in INVALID:
                # A field prefers its own message of a code to the one of its validator.
                field.error_messages["invalid"] = INVALID[name]


class TwiceMixin(OwnWordsMixin):
    """A new password is written twice."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.Form.clean(self) or {}  # type: ignore[arg-type]
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error(  # type: ignore[attr-defined]
                "password2", _("This is not the same password. Write it the same way twice.")
            )
        return cleaned


class LoginForm(OwnWordsMixin, account_forms.LoginForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(OwnWordsMixin, account_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(TwiceMixin, account_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(TwiceMixin, account_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(TwiceMixin, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ActivateTOTPForm(OwnWordsMixin, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    pass


class AuthenticateForm(OwnWordsMixin, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class ConfirmCodeForm(OwnWordsMixin, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(OwnWordsMixin, account_forms.ResetPasswordForm):  # type: ignore[misc]
    """Answers known and unknown addresses after the same work: the mail is written and sent after the answer."""

    def save(self, request: HttpRequest, **options: Any) -> str:
        run_later(partial(self._save_as_asked, request, translation.get_language(), options))
        address: str = self.cleaned_data["email"]
        return address

    def _save_as_asked(self, request: HttpRequest, language: str, options: dict[str, Any]) -> None:
        with context.request_context(request), translation.override(language):
            super().save(request, **options)
