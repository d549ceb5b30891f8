"""Who answers for a channel: its owner, its deputy and channel governance (together: its stewards)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.models import Responsibility, Role, User
from accounts.permissions import current_responsibilities, has_role
from channels.models import Channel, Owner


def owns_channel(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person is the owner or the deputy of the channel at `at`."""
    return Owner.objects.current(at).filter(channel=channel, person=person).exists()


def governs_channel(person: User, channel: Channel | None, at: datetime) -> bool:
    """Whether the person is channel governance: everywhere, or for the region of the channel.

    Without a channel: everywhere.
    """
    if person.is_superuser:
        return True
    scopes = current_responsibilities(person, at).filter(role=Role.GOVERNANCE)
    scope = Q(region__isnull=True)
    if channel is not None and channel.region_id:
        scope |= Q(region=channel.region_id)
    return scopes.filter(scope).exists()


def governance_of(channel: Channel, at: datetime) -> list[User]:
    """The people who govern the channel at `at`: everywhere, or in its region."""
    scope = Q(region__isnull=True) | Q(region__isnull=False, region=channel.region_id)
    held = Responsibility.objects.current(at).filter(scope, role=Role.GOVERNANCE)
    return list(User.objects.filter(pk__in=held.values("person"), is_active=True).order_by("pk"))


def is_steward(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person decides who posts on the channel: its owner, its deputy or governance."""
    return owns_channel(person, channel, at) or governs_channel(person, channel, at)


def oversees_channel(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person may see a channel that is not in the list for everybody."""
    return is_steward(person, channel, at) or has_role(person, Role.HR, Role.AUDITOR, at=at)


def owners_of(channel: Channel, at: datetime) -> list[Owner]:
    """The owner and the deputy at `at`, the owner first."""
    found = channel.owners.current(at).select_related("person")
    return sorted(found, key=lambda one: (one.kind != Owner.Kind.OWNER, one.pk))
