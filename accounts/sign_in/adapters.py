from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.qr_codes import draw_qr_code


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: HR's file or the identity provider brings people in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        if user.kind == "service" or user.has_left(timezone.now()):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)


class TwoFactorAdapter(DefaultMFAAdapter):
    """Draws the key of a second factor with our own QR library; allauth's default needs another one."""

    def build_totp_svg(self, url: str) -> str:
        return draw_qr_code(url)
