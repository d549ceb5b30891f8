"""An administrator switches an account off, and on again. A dated fact: HR's files and leavings leave it alone.

While it is off its owner cannot sign in, its tokens are refused and nobody posts in its name (`account_off`). Roles
stay as they are: it may have been switched off for an hour, because a password was seen by others.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from allauth.usersessions.models import UserSession

from accounts import leaving
from accounts.dated_columns import CACHES, EVER, refresh_columns, switched_off
from accounts.models import EmploymentEvent, User
from accounts.signals import people_changed
from ledger import entries

What = EmploymentEvent.What


@transaction.atomic
def switch_account(person: User, *, on: bool, actor: str, at: datetime, reason: str) -> None:
    """Switch the account off or on from `at`. Of one that stands so nothing changes.

    The row follows in any case: whoever has left stays signed out, whatever is switched.
    """
    stored = leaving.read_account(person)
    events = list(stored.employment.select_related("region").order_by("id"))
    was_off = switched_off(events).value_at(at, EVER)
    if was_off == on:
        events.append(
            EmploymentEvent.objects.create(
                person=stored,
                what=What.SWITCHED_ON if on else What.SWITCHED_OFF,
                effective_at=at,
                recorded_at=timezone.now(),
                actor=actor,
                reason=reason.strip()[:500],
            )
        )
    refresh_columns(stored, events, at)
    stored.save(update_fields=CACHES)
    if not stored.is_active:
        for session in UserSession.objects.filter(user=stored):
            session.end()
    if was_off == on:
        entries.append_entry(
            kind=f"person.{events[-1].what}",
            subject=stored.actor,
            actor=actor,
            at=at,
            data={},
            facts=[events[-1], stored],
        )
        people_changed.send(sender=User, person_ids=[stored.pk])
