"""Addresses of accounts, read by the patterns of the platforms in the registry, and what is wrong with others."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.guards import Actor, ChannelRefusedError, actor_name, must_govern_region
from channels.models import Platform
from channels.rules.profile_addresses import (
    AddressRefusedError,
    PlatformPattern,
    ProfileAddress,
    read_profile_address,
)
from ledger import entries

REFUSALS = {
    "empty": gettext_lazy("Paste the address of a profile, or a handle."),
    "not_an_address": gettext_lazy(
        "This is no address of a profile. Paste what your browser shows, like https://x.com/northlight."
    ),
    "not_web": gettext_lazy("Only addresses that begin with https:// or http:// are read."),
    "hidden_host": gettext_lazy(
        "This address hides where it leads: to %(host)s. Open the profile and copy the address from there."
    ),
    "foreign_letters": gettext_lazy(
        "%(host)s has letters that only look like those of a platform. It is not the platform’s address."
    ),
    "look_alike": gettext_lazy(
        "%(host)s looks like the address of a platform and is not. Do not sign in there."
    ),
    "short_link": gettext_lazy(
        "%(host)s only leads on to another address. Open it and paste the address of the profile."
    ),
    "taken": gettext_lazy("%(host)s belongs to a platform of the registry already."),
    "unsupported": gettext_lazy(
        "No official channel is on %(host)s: it is no platform that we use."
    ),
    "no_handle": gettext_lazy(
        "The address names no account. Open the profile and copy its address."
    ),
    "kind_of_page_missing": gettext_lazy(
        "LinkedIn has companies and people of one name. Paste the whole address, like "
        "https://www.linkedin.com/company/northlight."
    ),
    "a_post": gettext_lazy(
        "This is the address of a post or a list, not of an account. Open the profile and copy its address."
    ),
    "handle_without_platform": gettext_lazy(
        "Choose the platform of the handle, or paste the address."
    ),
}


@transaction.atomic
def add_platform(
    code: str,
    *,
    name: str,
    hosts: list[str],
    url_template: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> Platform:
    """Add a platform, whose accounts can be channels from then on; nothing else makes one.

    Only channel governance without a region may: a platform is everybody's. Raises ChannelRefusedError.
    """
    must_govern_region(actor, None, at)
    told = {"name": name, "hosts": hosts, "url_template": url_template}
    try:
        with transaction.atomic():
            platform = Platform.objects.create(code=code, **told)
    except IntegrityError:
        raise taken_code(code) from None
    entries.append_entry(
        kind="platform.added",
        subject=f"platform:{code}",
        actor=actor_name(actor),
        at=at,
        data={"reason": reason},
        facts=[platform],
    )
    return platform


def taken_code(code: str) -> ChannelRefusedError:
    told = _("There is a platform with the code %(code)s.") % {"code": code}
    return ChannelRefusedError(told, remedy=reverse("channels:platforms"))


def list_patterns() -> list[PlatformPattern]:
    """The platforms as the rule reads them. One query."""
    rows = Platform.objects.order_by("code").values_list("code", "hosts", "url_template")
    return [
        PlatformPattern(code, tuple(hosts), template) for code, hosts, template in rows if hosts
    ]


def read_address(text: str, platform: str = "") -> ProfileAddress:
    """The account that the text names. Raises AddressRefusedError."""
    return read_profile_address(text, list_patterns(), platform)


def spell_refusal(refused: AddressRefusedError) -> str:
    """What is wrong with the address, and what to paste instead."""
    return str(REFUSALS[refused.code]) % {"host": refused.host}
