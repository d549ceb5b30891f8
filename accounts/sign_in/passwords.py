"""What a new password has to be, in our own words. What is checked is Django's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LongEnoughValidator(password_validation.MinimumLengthValidator):
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.min_length:
            text = _(
                "Too short: write at least %(least)s characters. A few words in a row will do."
            )
            raise ValidationError(text % {"least": self.min_length}, code="password_too_short")

    def get_help_text(self) -> str:
        return _("At least %(least)s characters, for example a few words in a row.") % {
            "least": self.min_length
        }


class UncommonValidator(password_validation.CommonPasswordValidator):
    def validate(self, password: str, user: Any = None) -> None:
        if password.casefold().strip() in self.passwords:
            text = _("Many people use this password, so it is tried first. Choose another one.")
            raise ValidationError(text, code="password_too_common")

    def get_help_text(self) -> str:
        return _("No password that many people use.")


class UnlikePersonValidator(password_validation.UserAttributeSimilarityValidator):
    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError as error:
            text = _("This is too much like your name or your address. Choose another one.")
            raise ValidationError(text, code="password_too_similar") from error

    def get_help_text(self) -> str:
        return _("Not like your name or your e-mail address.")
