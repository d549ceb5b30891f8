"""What happens to people: they join, change, move, leave, return and carry responsibilities.

Every act is one transaction: the employment event, the caches on the person, the ledger entry and the news
(`people_changed`). `effective_at` is when it counts and defaults to `at`, the moment of the act; it is recorded now.
Both are aware instants. `actor` is `person:<uuid>` or `system:<what>`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from wagtail.models import APIToken

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession

from accounts.models import EmploymentEvent, Region, Responsibility, User
from accounts.rules import Employment, EmploymentFact, employment, ends
from accounts.signals import people_changed
from ledger import entries

What = EmploymentEvent.What
EVER = datetime.max.replace(tzinfo=UTC)
# Attributes that may change without being an employment fact. `hr_id` is not among them: it never changes.
CHANGEABLE = frozenset(
    {
        *(
            "email",
            "given_name",
            "family_name",
            "display_name",
            "kind",
            "team",
            "manager",
            "sponsor",
        ),
        *("country", "site", "job_code", "job_title", "locale", "time_zone", "starts_on"),
        *("time_factor", "extra_attempts"),
    }
)


@transaction.atomic
def join(
    *,
    actor: str,
    at: datetime,
    hr_id: str,
    email: str,
    display_name: str,
    region: Region | None,
    effective_at: datetime | None = None,
    **details: Any,
) -> User:
    """A new person without a password. Raises IntegrityError if the HR id or the address is taken."""
    person = User.objects.create_user(
        email, hr_id=hr_id, display_name=display_name, region=region, **details
    )
    contract = details.get("contract_ends_on")
    _record(
        person,
        What.JOINED,
        actor=actor,
        at=at,
        effective_at=effective_at,
        region=region,
        ends_at=_contract_end(person, contract),
    )
    return person


@transaction.atomic
def change(person: User, *, actor: str, at: datetime, **details: Any) -> list[str]:
    """Set attributes; returns the names of those that differed. Raises ValueError for one that may not change."""
    if foreign := sorted(set(details) - CHANGEABLE):
        raise ValueError(f"Cannot be changed here: {', '.join(foreign)}")
    if "email" in details:
        details["email"] = details["email"].strip().casefold()
    changed = sorted(name for name, value in details.items() if getattr(person, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(person, name, details[name])
    person.save(update_fields=changed)
    if "email" in changed:
        forget_addresses([person])
    # Names of attributes only: the ledger holds no personal data.
    _tell(person, "person.changed", actor=actor, at=at, data={"fields": changed})
    return changed


def leave(
    person: User,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> EmploymentEvent:
    """They leave. From `effective_at` no decision lets them post; sessions and tokens end at once if it is past."""
    return _record(person, What.LEFT, actor=actor, at=at, effective_at=effective_at, reason=reason)


def return_(
    person: User,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
    contract_ends_on: date | None = None,
    reason: str = "",
) -> EmploymentEvent:
    """They are back. With the instant of a planned leaving as `effective_at`, that leaving is called off."""
    return _record(
        person,
        What.RETURNED,
        actor=actor,
        at=at,
        effective_at=effective_at,
        region=person.region,
        ends_at=_contract_end(person, contract_ends_on),
        reason=reason,
    )


@transaction.atomic
def move(
    person: User,
    region: Region,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
) -> EmploymentEvent:
    """They work in another region from `effective_at`."""
    person.region = region
    person.save(update_fields=["region"])
    return _record(person, What.MOVED, actor=actor, at=at, effective_at=effective_at, region=region)


@transaction.atomic
def set_contract(
    person: User, contract_ends_on: date | None, *, actor: str, at: datetime
) -> EmploymentEvent:
    """The contract runs to the end of `contract_ends_on` in their region's zone; None removes the end."""
    person.contract_ends_on = contract_ends_on
    person.save(update_fields=["contract_ends_on"])
    return _record(
        person,
        What.CONTRACT,
        actor=actor,
        at=at,
        ends_at=_contract_end(person, contract_ends_on),
    )


def forget_addresses(people: list[User]) -> None:
    """HR has changed their addresses: what allauth remembers of the old ones opens no account any more."""
    EmailAddress.objects.filter(user__in=people).delete()


@transaction.atomic
def give_responsibility(
    person: User,
    role: str,
    *,
    actor: str,
    at: datetime,
    region: Region | None = None,
    ends_at: datetime | None = None,
) -> Responsibility:
    """They carry `role`, everywhere or in one region. An open one of the same kind is returned unchanged."""
    responsibility, created = Responsibility.objects.get_or_create(
        person=person,
        role=role,
        region=region,
        ends_at=ends_at,
        defaults={"starts_at": at, "granted_by": actor},
    )
    if created:
        data = {"role": role, "region": region.code if region else None}
        _tell(person, "responsibility.given", actor=actor, at=at, data=data)
    return responsibility


@transaction.atomic
def end_responsibility(responsibility: Responsibility, *, actor: str, at: datetime) -> None:
    """They no longer carry it. Ending one that has ended changes nothing."""
    if responsibility.ends_at is not None and responsibility.ends_at <= at:
        return
    responsibility.ends_at = at
    responsibility.save(update_fields=["ends_at"])
    data = {"role": responsibility.role}
    _tell(responsibility.person, "responsibility.ended", actor=actor, at=at, data=data)


@transaction.atomic
def end_access(*, at: datetime) -> int:
    """Close the accounts, sessions and tokens of everybody who has left by `at`. Idempotent; returns how many."""
    gone = list(User.objects.people().filter(is_active=True, left_at__lte=at))
    for person in gone:
        _close(person, at)
    return len(gone)


def facts(events: list[EmploymentEvent]) -> list[EmploymentFact]:
    """Recorded events as the pure facts of `accounts.rules`. Read them with select_related("region")."""
    return [
        EmploymentFact(
            what=event.what,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            region=event.region.code if event.region else None,
            ends_at=event.ends_at,
        )
        for event in events
    ]


def employed(person: User, *, at: datetime, known_at: datetime = EVER) -> Employment:
    """The employment of one person at `at`; for many people fold their events yourself."""
    events = person.employment.select_related("region").order_by("id")
    return employment(facts(list(events)), at=at, known_at=known_at)


@transaction.atomic
def _record(
    person: User,
    what: str,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
    region: Region | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
) -> EmploymentEvent:
    event = EmploymentEvent.objects.create(
        person=person,
        what=what,
        effective_at=effective_at or at,
        recorded_at=timezone.now(),
        region=region,
        ends_at=ends_at,
        actor=actor,
        reason=reason,
    )
    _keep_caches(person, at)
    data = {"region": region.code} if region else {}
    _tell(person, f"person.{what}", actor=actor, at=event.effective_at, data=data)
    return event


def _keep_caches(person: User, at: datetime) -> None:
    now = employed(person, at=at)
    person.left_at = now.ends_at if now.employed else now.left_at
    if person.has_left(at):
        _close(person, at)
    else:
        person.is_active = True
    person.save(update_fields=["left_at", "is_active"])


def _close(person: User, at: datetime) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=person):
        session.end()
    APIToken.objects.filter(Q(revoked_at__isnull=True), user=person).update(revoked_at=at)


def _contract_end(person: User, contract_ends_on: date | None) -> datetime | None:
    zone = person.region.time_zone if person.region else "UTC"
    return ends(contract_ends_on, zone) if contract_ends_on else None


def _tell(person: User, kind: str, *, actor: str, at: datetime, data: dict[str, Any]) -> None:
    entries.append(kind=kind, subject=person.actor, actor=actor, at=at, data=data)
    people_changed.send(sender=User, person_ids=[person.pk])
