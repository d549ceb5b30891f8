from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.qr_codes import draw_qr_code
from accounts.readers.days import zone_of
from accounts.readers.languages import find_interface_language

WRONG_CODE = _("This code is not right. Write the one that the app shows now.")


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: HR's file or the identity provider brings people in.

    Mails are in the person's language and zone, and say whose they are: the organisation's, not a host's.
    """

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _(
            "This account is closed. Ask HR or an administrator if that is a mistake."
        ),
        "email_password_mismatch": _(
            "The address or the password is not right. Check both, or choose a new password."
        ),
        "enter_current_password": _("This is not the password you have now. Write it again."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This is not your password. Write it again."),
        "invalid_login": _("The address or the password is not right. Check both."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "too_many_login_attempts": _(
            "Too many wrong passwords. Wait five minutes, then try again, or choose a new password."
        ),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        if user.kind == "service" or user.has_left(timezone.now()):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        with (
            translation.override(find_interface_language(user.locale)),
            timezone.override(zone_of(user)),
        ):
            super().send_password_reset_mail(user, email, {**context, "person": user})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        with (
            translation.override(find_interface_language(user.locale)),
            timezone.override(zone_of(user)),
        ):
            told = {**(context or {}), "person": user}
            super().send_notification_mail(template_prefix, user, told, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        names = {
            "site_name": settings.SITE_NAME,
            "organisation": settings.ORGANISATION_NAME,
            "help_email": settings.HELP_EMAIL,
        }
        super().send_mail(template_prefix, email, {**context, **names})


class TwoFactorAdapter(DefaultMFAAdapter):
    """Draws the key of a second factor with our own QR library; allauth's default needs another one."""

    error_messages: ClassVar[dict[str, str | Promise]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Your role asks for two-step sign-in, so it stays on."),
        "incorrect_code": WRONG_CODE,
    }

    def build_totp_svg(self, url: str) -> str:
        return draw_qr_code(url)
