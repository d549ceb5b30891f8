"""Who answers for a channel: its owner, its deputy and channel governance (together: its stewards)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Responsibility, Role, User
from accounts.permissions import has_role_in
from accounts.readers.switches import off_since
from channels.models import Channel, Owner


def owns_channel(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person is the owner or the deputy of the channel at `at`; nobody is who has left."""
    if person.has_left(at):
        return False
    return Owner.objects.current(at).filter(channel=channel, person=person).exists()


def governs_channel(person: User, channel: Channel | None, at: datetime) -> bool:
    """Whether the person is channel governance: everywhere, or for the region of the channel.

    Without a channel: everywhere.
    """
    region = channel.region_id if channel is not None else None
    return has_role_in(person, region, Role.GOVERNANCE, at=at)


def is_steward(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person decides who posts on the channel: its owner, its deputy or governance."""
    return owns_channel(person, channel, at) or governs_channel(person, channel, at)


def oversees_channel(person: User, channel: Channel, at: datetime) -> bool:
    """Whether the person may see a channel that is not in the list for everybody."""
    auditing = has_role_in(person, channel.region_id, Role.HR, Role.AUDITOR, at=at)
    return auditing or is_steward(person, channel, at)


def owners_of(channel: Channel, at: datetime) -> list[Owner]:
    """The owner and the deputy at `at`, the owner first, without people who have left; each with `off_since`.

    Where there is no owner the deputy acts as one; where there is neither, governance does (`people_who_answer`).
    """
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=at)
    found = channel.owners.current(at).filter(here).select_related("person")
    found = found.annotate(off_since=off_since(at, person="person"))
    return sorted(found, key=lambda one: (one.kind != Owner.Kind.OWNER, one.pk))


def governors_of(channel: Channel, at: datetime) -> list[User]:
    """Channel governance for the channel at `at`, by name: of its region, and everywhere, who can sign in."""
    scope = Q(region__isnull=True) | Q(region=channel.region_id)
    held = Responsibility.objects.current(at).filter(scope, role=Role.GOVERNANCE)
    people = User.objects.employed(at).filter(pk__in=held.values("person"), is_active=True)
    return list(people.order_by("display_name", "pk"))


def people_who_answer(channel: Channel, at: datetime, besides: User | None = None) -> list[User]:
    """Who is told and asked about the channel: its owner and deputy, governance where neither is or can sign in.

    `besides`: somebody who cannot decide, because it is about them; the others count as if they were not there.
    """
    owners = [owner.person for owner in owners_of(channel, at) if owner.person != besides]
    able = [owner for owner in owners if owner.is_active]
    return able or [person for person in governors_of(channel, at) if person != besides]


def who_answers(channel: Channel, at: datetime) -> dict[str, Any]:
    """What pages say of it: `owners`, `acting` for a deputy without an owner, and governance where there is nobody."""
    owners = owners_of(channel, at)
    acting = owners[0].person if owners and owners[0].kind == Owner.Kind.DEPUTY else None
    return {
        "owners": owners,
        "acting": acting,
        "governors": [] if owners else governors_of(channel, at),
    }
