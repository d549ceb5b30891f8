"""The form of the codes by which people and other systems name courses, items, certifications and channels."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# Some HR systems accept at most 50 characters, and only these characters.
CODE_VALIDATOR = RegexValidator(
    r"^[A-Z0-9-]{1,50}\Z", _("Use capital letters, digits and hyphens.")
)
