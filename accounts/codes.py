"""How the codes look by which people and other systems name courses, items, certifications and channels."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# At most 50 of these characters: some HR systems take no more and no others (domain.md 6.1).
CODE = RegexValidator(r"^[A-Z0-9-]{1,50}\Z", _("Use capital letters, digits and hyphens."))
