"""Acts on people: they join, change, move, leave, return, and are given or lose responsibilities.

Every act is one transaction that writes the employment event, the caches on the person and the ledger entry, and
sends `people_changed`. `effective_at` is when the act counts and defaults to `at`, the moment of the act;
`recorded_at` is always now. All are aware instants. `actor` is `person:<uuid>` or `system:<what>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from allauth.account.models import EmailAddress

from accounts import leaving
from accounts.dated_columns import (
    CACHES,
    EVER,
    column_events,
    employment_facts,
    refresh_columns,
)
from accounts.models import Absence, EmploymentEvent, Region, Responsibility, User
from accounts.readers.days import zone_of_region
from accounts.rules import INSTANT, Employment, end_of_day, fold_employment
from accounts.signals import people_changed
from ledger import entries

What = EmploymentEvent.What
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
def add_person(
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
    """Create a person without a password. Raises IntegrityError if the HR id or the address is taken."""
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
def change_person(
    person: User, *, actor: str, at: datetime, effective_at: datetime | None = None, **details: Any
) -> list[str]:
    """Set attributes. Returns the names of those that differed. Raises ValueError if one is not in CHANGEABLE.

    Manager, sponsor and kind count from `effective_at` (at the latest `at`): decisions about earlier moments
    keep the old ones.
    """
    if foreign := sorted(set(details) - CHANGEABLE):
        raise ValueError(f"Cannot be changed here: {', '.join(foreign)}")
    if "email" in details:
        details["email"] = details["email"].strip().casefold()
    changed = sorted(name for name, value in details.items() if getattr(person, name) != value)
    if not changed:
        return []
    events = EmploymentEvent.objects.bulk_create(
        column_events(
            person,
            {name: details[name] for name in changed},
            actor=actor,
            effective_at=min(effective_at or at, at),
            now=timezone.now(),
        )
    )
    for name in changed:
        setattr(person, name, details[name])
    person.save(update_fields=changed)
    if "email" in changed:
        forget_addresses([person])
    # Names of attributes only: the ledger holds no personal data.
    _record_act(
        person, "person.changed", [*events, person], actor=actor, at=at, data={"fields": changed}
    )
    return changed


def record_leaving(
    person: User,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
    reason: str = "",
) -> EmploymentEvent:
    """Record that the person leaves. From `effective_at` no decision lets them post.

    If `effective_at` is past, their sessions, tokens, responsibilities and ownerships end at once, else when it comes.
    """
    return _record(person, What.LEFT, actor=actor, at=at, effective_at=effective_at, reason=reason)


def record_return(
    person: User,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
    contract_ends_on: date | None = None,
    reason: str = "",
) -> EmploymentEvent:
    """Record that the person returns. A return at the very instant of a planned leaving cancels that leaving.

    Of what a leaving has ended nothing comes back by itself.
    """
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
def move_person(
    person: User,
    region: Region,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
) -> EmploymentEvent:
    """Record that the person works in another region from `effective_at`; on that day their row says so."""
    return _record(person, What.MOVED, actor=actor, at=at, effective_at=effective_at, region=region)


@transaction.atomic
def set_contract_end(
    person: User,
    contract_ends_on: date | None,
    *,
    actor: str,
    at: datetime,
    effective_at: datetime | None = None,
) -> EmploymentEvent:
    """Set the last day of the contract: it runs to the end of that day in the region's zone. None: no end.

    Without `effective_at` an end that is past counts from its own day, every other one from `at`.
    """
    person.contract_ends_on = contract_ends_on
    person.save(update_fields=["contract_ends_on"])
    ends_at = _contract_end(person, contract_ends_on)
    return _record(
        person,
        What.CONTRACT,
        actor=actor,
        at=at,
        effective_at=effective_at or min(at, ends_at or at),
        ends_at=ends_at,
    )


def forget_addresses(people: list[User]) -> None:
    """Delete the addresses that allauth keeps for these people, so that an old address opens no account."""
    EmailAddress.objects.filter(user__in=people).delete()


@transaction.atomic
def give_responsibility(
    person: User,
    role: str,
    *,
    actor: str,
    at: datetime,
    region: Region | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
) -> Responsibility:
    """Give the person `role`, everywhere or in one region, from `starts_at` (default `at`). An equal one stays.

    Raises ValueError for oneself.
    """
    if actor == person.actor:
        raise ValueError("Nobody gives themselves a responsibility.")
    responsibility, created = Responsibility.objects.get_or_create(
        person=person,
        role=role,
        region=region,
        ends_at=ends_at,
        ended_at=None,
        defaults={
            "starts_at": starts_at or at,
            "granted_by": actor,
            "recorded_at": timezone.now(),
            "reason": reason,
        },
    )
    if created:
        data = {"role": role, "region": region.code if region else None}
        begins = responsibility.starts_at
        _record_act(
            *(person, "responsibility.given", [responsibility]), actor=actor, at=begins, data=data
        )
    return responsibility


@transaction.atomic
def end_responsibility(
    responsibility: Responsibility, *, actor: str, at: datetime, reason: str = ""
) -> None:
    """End the responsibility at `at`; one that begins later, as it begins. One that has ended stays as it is.

    Raises ValueError for oneself.
    """
    if actor == responsibility.person.actor:
        raise ValueError("Nobody ends a responsibility of their own.")
    ends_at = max(at, responsibility.starts_at + INSTANT)
    if any(
        end is not None and end <= ends_at
        for end in (responsibility.ends_at, responsibility.ended_at)
    ):
        return
    responsibility.ended_at = ends_at
    responsibility.end_recorded_at = timezone.now()
    responsibility.end_actor, responsibility.end_reason = actor, reason
    responsibility.save(update_fields=["ended_at", "end_recorded_at", "end_actor", "end_reason"])
    data = {"role": responsibility.role}
    _record_act(
        *(responsibility.person, "responsibility.ended", [responsibility]),
        actor=actor,
        at=at,
        data=data,
    )


@transaction.atomic
def record_absence(
    person: User,
    *,
    starts_at: datetime,
    actor: str,
    at: datetime,
    until: datetime | None = None,
    reason: str = "",
) -> Absence:
    """Record that the person is on leave from `starts_at` until `until`; None: nobody knows yet until when.

    `reason` says how that is known, never why.

    Raises ValueError for an end before the start, or where they are on leave for some of that time already.
    """
    User.objects.select_for_update().only("pk").get(pk=person.pk)
    if until is not None and until <= starts_at:
        raise ValueError("A leave has a beginning before its end.")
    if person.absences.open().overlapping(starts_at, until).exists():
        raise ValueError("The person is on leave for some of that time already.")
    absence = Absence.objects.create(
        person=person, starts_at=starts_at, until=until, recorded_at=timezone.now(), actor=actor
    )
    data = {"until": until, "reason": reason}
    _record_act(person, "absence.recorded", [absence], actor=actor, at=at, data=data)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, actor: str, at: datetime, reason: str = "") -> None:
    """The person is back at `at`, before the day that was agreed. A leave that is over stays as it is."""
    absence = Absence.objects.select_for_update().select_related("person").get(pk=absence.pk)
    if absence.ended_at is not None or (absence.until is not None and absence.until <= at):
        return
    absence.ended_at, absence.end_recorded_at = at, timezone.now()
    absence.save(update_fields=["ended_at", "end_recorded_at"])
    data = {"reason": reason}
    _record_act(absence.person, "absence.ended", [absence], actor=actor, at=at, data=data)


def employment_of(person: User, *, at: datetime, known_at: datetime = EVER) -> Employment:
    """The employment of one person at `at`, by what was recorded up to `known_at`. One query for each person."""
    events = person.employment.select_related("region").order_by("id")
    return fold_employment(employment_facts(list(events)), at=at, known_at=known_at)


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
    corrects: datetime | None = None,
    reason: str = "",
) -> EmploymentEvent:
    event = EmploymentEvent.objects.create(
        person=person,
        what=what,
        effective_at=effective_at or at,
        recorded_at=timezone.now(),
        region=region,
        ends_at=ends_at,
        corrects=corrects,
        actor=actor,
        reason=reason,
    )
    _keep_caches(person, event.recorded_at, actor=actor, at=at)
    data = {"region": region.code} if region else {}
    _record_act(
        person, f"person.{what}", [event, person], actor=actor, at=event.effective_at, data=data
    )
    return event


def _keep_caches(person: User, recorded_at: datetime, *, actor: str, at: datetime) -> None:
    events = list(person.employment.select_related("region").order_by("id"))
    facts = employment_facts(events)
    leaving.end_missed_access(person, facts, actor=actor, at=at, recorded_at=recorded_at)
    refresh_columns(person, events, at)
    person.save(update_fields=CACHES)
    if person.has_left(at):
        leaving.close_account(person, actor=actor, at=at)


def _contract_end(person: User, contract_ends_on: date | None) -> datetime | None:
    if contract_ends_on is None:
        return None
    return end_of_day(contract_ends_on, zone_of_region(person.region))


def _record_act(
    person: User,
    kind: str,
    facts: Iterable[Model],
    *,
    actor: str,
    at: datetime,
    data: dict[str, Any],
) -> None:
    stored = [leaving.read_account(fact) if isinstance(fact, User) else fact for fact in facts]
    entries.append_entry(
        kind=kind, subject=person.actor, actor=actor, at=at, data=data, facts=stored
    )
    people_changed.send(sender=User, person_ids=[person.pk])
