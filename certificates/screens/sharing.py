"""How a certificate is shared: its public address, its QR code, a LinkedIn entry, and whether the name is public."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.qr_codes import draw_qr_code
from certificates.models import Award
from ledger import entries

_LINKEDIN = "https://www.linkedin.com/profile/add"


def verify_address(award: Award) -> str:
    """The absolute address at which anybody can verify the certificate."""
    return f"{settings.BASE_URL}{reverse('verify:code', args=[award.code])}"


def short_verify_address() -> str:
    """Where to type the code, short enough to read aloud: "posts.example.com/verify"."""
    return f"{settings.BASE_URL}{reverse('verify:form')}".partition("://")[2].rstrip("/")


def draw_verify_code(award: Award) -> SafeString:
    """The verification address as an SVG QR code."""
    return _draw_address(verify_address(award))


# A code never changes, and drawing it takes as long as the rest of the page: people look at theirs more than once.
@lru_cache(maxsize=500)
def _draw_address(address: str) -> SafeString:
    return mark_safe(draw_qr_code(address))  # noqa: S308 - paths drawn from our own address, no text


def linkedin_address(award: Award) -> str:
    """The address that fills LinkedIn's form for certifications."""
    ends = award.valid_through
    return f"{_LINKEDIN}?" + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": award.certification_title,
            "organizationName": settings.ORGANISATION_NAME,
            "issueYear": award.earned_on.year,
            "issueMonth": award.earned_on.month,
            "expirationYear": ends.year,
            "expirationMonth": ends.month,
            "certUrl": verify_address(award),
            "certId": award.number,
        }
    )


@transaction.atomic
def show_name(award: Award, *, shown: bool, actor: str, at: datetime) -> None:
    """Show the recipient's full name to everybody who has the code, or only the initials."""
    changed = Award.objects.filter(pk=award.pk).exclude(public_name=shown).update(public_name=shown)
    if changed:
        award.public_name = shown
        entries.append_entry(
            kind="award.name_shown" if shown else "award.name_hidden",
            subject=f"award:{award.uuid}",
            actor=actor,
            at=at,
            facts=[award],
        )
