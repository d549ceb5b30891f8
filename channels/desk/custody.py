"""In whose hands an account is: the shared mailbox, the vault, the second step, the publishing tool, the archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from accounts.models import User
from channels import registry
from channels.guards import Actor, must_steward
from channels.models import Channel

# Whoever has an address here is one person: a mailbox of the account has to outlast everybody.
PERSONAL_HOSTS = (
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
    *("icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de"),
)


@transaction.atomic
def change_custody(
    channel: Channel, *, actor: Actor, at: datetime, reason: str = "", **details: Any
) -> list[str]:
    """Change columns of `registry.CUSTODY`. Returns the names of those that differed; the old values stay on record.

    Raises ActorNotAllowedError without the right, and ValueError for another column.
    """
    if foreign := sorted(set(details) - registry.CUSTODY):
        raise ValueError(f"Cannot be changed here: {', '.join(foreign)}")
    must_steward(actor, channel, at)
    return registry.record_details(channel, details, actor=actor, at=at, reason=reason)


def is_personal_mailbox(mailbox: str) -> bool:
    """Whether the mailbox is one person's: of somebody here, or of a host where people have their own."""
    if not mailbox:
        return False
    host = mailbox.rpartition("@")[2].casefold()
    return host in PERSONAL_HOSTS or User.objects.people().filter(email__iexact=mailbox).exists()


def has_personal_mailbox() -> Q:
    """The channels whose mailbox is one person's, as a condition."""
    hosts = Q(pk__in=[])
    for host in PERSONAL_HOSTS:
        hosts |= Q(mailbox__iendswith=f"@{host}")
    somebody = User.objects.people().annotate(plain=Lower("email"))
    return hosts | Q(Exists(somebody.filter(plain=Lower(OuterRef("mailbox")))))
