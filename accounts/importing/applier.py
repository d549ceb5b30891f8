"""Apply a stored import plan, and nothing else, in bulk and inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import leaving, people
from accounts.dated_columns import CACHES, employment_facts, refresh_columns
from accounts.importing import leaves, manager_chains
from accounts.importing.known_people import DATES, KnownPeople, read_known_people, split_into_chunks
from accounts.models import EmploymentEvent, Region, Team, User
from accounts.signals import people_changed
from ledger import entries
from ledger.bulk_rows import update_rows

StoredStep = dict[str, Any]
PLAIN_FIELDS = (
    *("email", "given_name", "family_name", "display_name", "kind", "country", "site"),
    *("job_code", "job_title", "locale", "time_zone", "starts_on", "contract_ends_on"),
)
PEOPLE_COLUMNS = {"manager_hr_id": "manager_id", "sponsor_hr_id": "sponsor_id"}


class StalePlanError(ValueError):
    """People changed after the plan was made, so nothing was applied. A new plan is needed."""


def apply_steps(
    plan: dict[str, Any], *, actor: str, at: datetime
) -> tuple[list[EmploymentEvent], leaves.WrittenLeaves]:
    """Apply the plan and return its events and leaves; the caller opens the transaction.

    Raises StalePlanError if people changed since.
    """
    steps: list[StoredStep] = plan["steps"]
    known = read_known_people([step["hr_id"] for step in steps], at=at)
    _require_fresh_plan(steps, known)
    teams = _teams(plan["teams"], actor=actor, at=at)
    regions = {region.code: region for region in Region.objects.all()}
    touched = _write_people(steps, known, teams, regions)
    keys = _person_keys(steps, touched)
    _write_managers(steps, touched, keys)
    places = (regions, teams)
    events = _write_events(steps, touched, places, keys, actor=actor)
    told = [touched[step["hr_id"]] for step in steps if step["events"]]
    _keep_caches(told, events, actor=actor, at=at)
    away = leaves.write_leaves(steps, touched, actor=actor)
    stored = _read_again(touched)
    acts = [*_list_acts(steps, stored, events, at), *leaves.list_leave_acts(away, stored, at)]
    entries.append_entries(acts, actor=actor)
    people_changed.send(sender=User, person_ids=[person.pk for person in touched.values()])
    return events, away


def _require_fresh_plan(steps: list[StoredStep], known: KnownPeople) -> None:
    managers = dict(known.managers)
    freed = {step["hr_id"] for step in steps if step["known"] and "email" in step["values"]}
    for step in steps:
        person = known.people.get(step["hr_id"])
        owner = known.emails.get(step["values"].get("email", ""), step["hr_id"])
        taken = owner != step["hr_id"] and owner not in freed
        if (person.digest if person else "") != step["known"] or taken:
            raise StalePlanError(
                _("Row %(row)d: this person changed after the plan was made. Make a new plan.")
                % {"row": step["row"]}
            )
        if "manager_hr_id" in step["values"]:
            managers[step["hr_id"]] = known.resolve(step["values"]["manager_hr_id"])
    if manager_chains.find_circles(
        {hr_id: manager for hr_id, manager in managers.items() if manager}
    ):
        raise StalePlanError(
            _("Managers changed after the plan was made and would form a circle. Make a new plan.")
        )


def _read_again(touched: dict[str, User]) -> dict[str, User]:
    """The people as they are stored, locked, for the ledger: others may have written them meanwhile."""
    pks = [person.pk for person in touched.values()]
    rows = {
        person.pk: person
        for chunk in split_into_chunks(sorted(pks))
        for person in User.objects.select_for_update().filter(pk__in=chunk).order_by("pk")
    }
    return {hr_id: rows[person.pk] for hr_id, person in touched.items()}


def _teams(names: dict[str, str], *, actor: str, at: datetime) -> dict[str, Team]:
    existing = Team.objects.in_bulk(field_name="code")
    renamed = [existing[code] for code in names if code in existing]
    for team in renamed:
        team.name = names[team.code]
    update_rows(renamed, ["name"])
    new = [Team(code=code, name=name) for code, name in names.items() if code not in existing]
    if new:
        made = Team.objects.bulk_create(new, batch_size=500)
        entries.append_entry(kind="teams.added", subject="site", actor=actor, at=at, facts=made)
    return Team.objects.in_bulk(field_name="code")


def _write_people(
    steps: list[StoredStep], known: KnownPeople, teams: dict[str, Team], regions: dict[str, Region]
) -> dict[str, User]:
    """Create and change people. Managers are written later, once everybody has a row."""
    new: list[User] = []
    changed: list[User] = []
    fields: set[str] = set()
    old = _existing([person.pk for person in known.people.values()])
    for step in steps:
        person = old.get(step["hr_id"]) or User(hr_id=step["hr_id"])
        fields |= _set_attributes(person, step["values"], teams, regions)
        if person.pk is None:
            person.set_unusable_password()
            new.append(person)
        elif step["values"]:
            changed.append(person)
    _free_addresses(steps, known, old)
    if changed and fields:
        update_rows(changed, sorted(fields))
    _forget_addresses(steps, old)
    User.objects.bulk_create(new, batch_size=500)
    created = {person.hr_id: person for person in new}
    return {step["hr_id"]: old.get(step["hr_id"]) or created[step["hr_id"]] for step in steps}


def _free_addresses(
    steps: list[StoredStep], known: KnownPeople, old: dict[str | None, User]
) -> None:
    """Take the addresses that go to somebody else in this file away first: no two people have one at any time."""
    wanted = {step["values"]["email"]: step["hr_id"] for step in steps if "email" in step["values"]}
    owners = {known.emails.get(email): hr_id for email, hr_id in wanted.items()}
    for owner, hr_id in owners.items():
        if owner in old and owner != hr_id:
            between = f"{old[owner].uuid}@moving.invalid"
            User.objects.filter(pk=old[owner].pk).update(email=between)


def _forget_addresses(steps: list[StoredStep], old: dict[str | None, User]) -> None:
    moved = [step["hr_id"] for step in steps if "email" in step["values"]]
    for chunk in split_into_chunks([old[hr_id] for hr_id in moved if hr_id in old]):
        people.forget_addresses(chunk)


def _existing(pks: list[int]) -> dict[str | None, User]:
    return {
        person.hr_id: person
        for chunk in split_into_chunks(pks)
        for person in User.objects.filter(pk__in=chunk).select_related("region")
    }


def _set_attributes(
    person: User, values: dict[str, Any], teams: dict[str, Team], regions: dict[str, Region]
) -> set[str]:
    written = set()
    for name, value in values.items():
        if name in PLAIN_FIELDS:
            setattr(person, name, date.fromisoformat(value) if name in DATES and value else value)
            written.add(name)
        elif name == "region":
            person.region = regions[value]
            written.add("region")
        elif name == "team_code":
            person.team = teams[value] if value else None
            written.add("team")
    return written


def _person_keys(steps: list[StoredStep], touched: dict[str, User]) -> dict[str | None, int]:
    """The primary keys of everybody whom the steps name, by HR id or alias."""
    pks = {person.hr_id: person.pk for person in touched.values()}
    named = {step["values"].get(name) for step in steps for name in PEOPLE_COLUMNS}
    for step in steps:
        named |= {event.get(name) for event in step["events"] for name in ("other", "former")}
    for chunk in split_into_chunks(sorted(filter(None, named - pks.keys()))):
        pks.update(User.objects.filter(hr_id__in=chunk).values_list("hr_id", "pk"))
        pks.update(
            User.objects.filter(aliases__hr_id__in=chunk).values_list("aliases__hr_id", "pk")
        )
    return pks


def _write_managers(
    steps: list[StoredStep], touched: dict[str, User], keys: dict[str | None, int]
) -> None:
    changed = []
    for step in steps:
        said = {name: step["values"][name] for name in PEOPLE_COLUMNS if name in step["values"]}
        for name, hr_id in said.items():
            setattr(touched[step["hr_id"]], PEOPLE_COLUMNS[name], keys[hr_id] if hr_id else None)
        if said:
            changed.append(touched[step["hr_id"]])
    update_rows(changed, ["manager", "sponsor"])


def _write_events(
    steps: list[StoredStep],
    touched: dict[str, User],
    places: tuple[dict[str, Region], dict[str, Team]],
    keys: dict[str | None, int],
    *,
    actor: str,
) -> list[EmploymentEvent]:
    now, (regions, teams) = timezone.now(), places
    return EmploymentEvent.objects.bulk_create(
        [
            EmploymentEvent(
                person=touched[step["hr_id"]],
                what=event["what"],
                effective_at=datetime.fromisoformat(event["effective_at"]),
                recorded_at=now,
                region=regions.get(event["region"]),
                ends_at=_instant(event["ends_at"]),
                corrects=_instant(event.get("corrects")),
                other_id=keys.get(event.get("other")),
                former_id=keys.get(event.get("former")),
                kind=event.get("kind", ""),
                former_kind=event.get("former_kind", ""),
                team=teams.get(event.get("team", "")),
                former_team=teams.get(event.get("former_team", "")),
                actor=actor,
                reason="HR file",
            )
            for step in steps
            for event in _employment_events(step)
        ],
        batch_size=1_000,
    )


def _employment_events(step: StoredStep) -> list[dict[str, Any]]:
    return [event for event in step["events"] if event["what"] != leaves.LEAVE]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _keep_caches(
    persons: list[User], written: list[EmploymentEvent], *, actor: str, at: datetime
) -> None:
    """Refresh the cached columns of many people, by the same rule as `accounts.people`."""
    recorded_at = written[0].recorded_at if written else None
    for chunk in split_into_chunks(persons):
        told = defaultdict(list)
        events = EmploymentEvent.objects.filter(person__in=chunk).select_related("region")
        for event in events.order_by("id"):
            told[event.person_id].append(event)
        for person in chunk:
            facts = employment_facts(told[person.pk])
            leaving.end_missed_access(person, facts, actor=actor, at=at, recorded_at=recorded_at)
            refresh_columns(person, told[person.pk], at)
        update_rows(chunk, CACHES)
        gone = [person for person in chunk if person.has_left(at)]
        leaving.end_access(gone, actor=actor, at=at)


def _list_acts(
    steps: list[StoredStep], touched: dict[str, User], events: list[EmploymentEvent], at: datetime
) -> list[dict[str, Any]]:
    """The entry of each step for the ledger, with the events of it in the order in which they were written."""
    acts, written = [], iter(events)
    for step in steps:
        person = touched[step["hr_id"]]
        subject = person.actor
        acts += [
            {
                "kind": f"person.{event['what']}",
                "subject": subject,
                "at": datetime.fromisoformat(event["effective_at"]),
                "data": {"region": event["region"]} if event["region"] else {},
                "facts": [next(written), person],
            }
            for event in _employment_events(step)
        ]
        if step["known"] and step["values"]:
            fields = sorted(step["values"])
            acts.append(
                {
                    "kind": "person.changed",
                    "subject": subject,
                    "at": at,
                    "data": {"fields": fields},
                    "facts": [person],
                }
            )
    return acts
