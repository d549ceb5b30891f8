from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import translation

from allauth.account import forms
from allauth.core import context

from accounts.later import run_later


class ResetPasswordForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """Answers known and unknown addresses after the same work: the mail is written and sent after the answer."""

    def save(self, request: HttpRequest, **options: Any) -> str:
        run_later(partial(self._save_as_asked, request, translation.get_language(), options))
        address: str = self.cleaned_data["email"]
        return address

    def _save_as_asked(self, request: HttpRequest, language: str, options: dict[str, Any]) -> None:
        with context.request_context(request), translation.override(language):
            super().save(request, **options)
