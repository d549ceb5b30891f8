"""The rows of `hr-status/1`: one for each person and certification, at `as_of`, by what was known at `known_at`."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.dated_columns import APART
from accounts.models import EmploymentEvent, User
from accounts.rules import (
    DatedValue,
    Employment,
    EmploymentFact,
    ValueChange,
    fold_employment,
)
from certificates.facts.gathering import gather_certification_facts
from certificates.models import Award, Hold
from certificates.rules.dates import day_of
from certificates.rules.fact_types import CertificationFacts
from certificates.rules.standings import HOLDING, Standing, standing
from channels.models import PostingPermission
from courses.models import Assignment
from quizzes.models import Attempt
from quizzes.rules.percentages import tell_percent
from reports.listing.policies import CertificationPolicy
from reports.status_columns import HASHED_NAMES, NAMES

CHUNK = 1_000
# Between the cells that are hashed: the character that was made to stand between units.
SEPARATOR = "\x1f"
PERSON = (
    *("pk", "hr_id", "uuid", "family_name", "given_name", "display_name", "email", "starts_on"),
    *("team__code", "team__name", "country", "site", "job_code"),
    "manager__hr_id",
)
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatusQuery:
    """Whose status, in which certifications, at `as_of`, by what was recorded until `known_at`; with `scores`?"""

    people: QuerySet[User]
    programmes: list[CertificationPolicy]
    as_of: datetime
    known_at: datetime
    scores: bool = False


@dataclass(slots=True)
class _Chunk:
    """The facts of one chunk of people, keyed by person id."""

    employment: dict[int, list[EmploymentFact]] = field(default_factory=dict)
    managers: dict[int, list[ValueChange]] = field(default_factory=dict)
    facts: dict[tuple[int, int], CertificationFacts] = field(default_factory=dict)
    awards: dict[int, dict[str, Any]] = field(default_factory=dict)
    assignments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    attempts: dict[int, list[int]] = field(default_factory=dict)
    channels: dict[int, set[int]] = field(default_factory=dict)
    wide_holds: set[tuple[int, datetime]] = field(default_factory=set)


def read_status_rows(question: StatusQuery) -> Iterator[list[str]]:
    """Rows as text, in the order of `reports.status_columns`. Reads people in chunks, so memory does not grow.

    People about whom nothing was recorded by `known_at` have no row. Names and teams are those of today; region,
    manager, employment and everything about certificates are folded from dated facts.
    """
    for people in _chunks(question.people):
        chunk = _gather(people, question)
        for person in people:
            facts = chunk.employment.get(person["pk"], [])
            if facts and all(fact.recorded_at > question.known_at for fact in facts):
                continue
            employed = fold_employment(facts, at=question.as_of, known_at=question.known_at)
            about = _person(person, employed) | _manager(person, chunk, question)
            for programme in question.programmes:
                yield _row(about | _certification(person, programme, chunk, question), question)


def _chunks(people: QuerySet[User]) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while True:
        found = list(people.filter(pk__gt=last).order_by("pk").values(*PERSON)[:CHUNK])
        if not found:
            return
        yield found
        last = found[-1]["pk"]


def _gather(people: list[dict[str, Any]], question: StatusQuery) -> _Chunk:
    pks = [person["pk"] for person in people]
    facts = gather_certification_facts(pks, [programme.id for programme in question.programmes])
    return _Chunk(
        employment=_employment(pks),
        managers=_managers(pks),
        facts=facts,
        awards=_awards(pks),
        assignments=_assignments(pks, question),
        attempts=_attempts(pks, question),
        channels=_channels(pks, question),
        wide_holds=_wide_holds(pks),
    )


def fold_people(pks: list[int], question: StatusQuery) -> list[Cells]:
    """Of people with more than a beginning and an end: what their facts say, as the texts of the cells."""
    employment, chunk = _employment(pks), _Chunk(managers=_managers(pks))
    found = []
    for person in User.objects.filter(pk__in=pks).values(*PERSON):
        facts = employment.get(person["pk"], [])
        employed = fold_employment(facts, at=question.as_of, known_at=question.known_at)
        cells = _person(person, employed)
        manager = _manager(person, chunk, question)["manager_hr_id"]
        texts = {name: spell_cell(cells[name]) for name in ("leave_date", "region")}
        found.append(
            texts
            | {
                "id": person["pk"],
                "status": cells["employment_status"],
                "manager": spell_cell(manager),
            }
        )
    return found


def _grouped(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


def _employment(pks: list[int]) -> dict[int, list[EmploymentFact]]:
    events = EmploymentEvent.objects.filter(person__in=pks).exclude(what__in=APART)
    told = events.order_by("id").values_list(
        *("person_id", "what", "effective_at", "recorded_at", "region__code", "ends_at"),
        *("corrects", "region__time_zone"),
    )
    return _grouped((row[0], EmploymentFact(*row[1:])) for row in told)


def _managers(pks: list[int]) -> dict[int, list[ValueChange]]:
    """The changes of manager of each person, as HR ids."""
    events = EmploymentEvent.objects.filter(person__in=pks, what=EmploymentEvent.What.MANAGER)
    told = events.order_by("id").values_list(
        "person_id", "effective_at", "recorded_at", "former__hr_id", "other__hr_id"
    )
    return _grouped((row[0], ValueChange(*row[1:])) for row in told)


def _awards(pks: list[int]) -> dict[int, dict[str, Any]]:
    awards = Award.objects.filter(recipient__in=pks)
    names = (
        *("pk", "release__number", "release__sha256", "locale"),
        *("attempt__submitted_at", "attempt__percent"),
    )
    return {award["pk"]: award for award in awards.values(*names)}


def _assignments(pks: list[int], question: StatusQuery) -> dict[int, list[dict[str, Any]]]:
    told = Assignment.objects.current(question.as_of, question.known_at).filter(person__in=pks)
    rows = told.order_by("assigned_at", "id").values(
        "person_id", "course_id", "assigned_at", "due_on", "reason", "closed_at"
    )
    return _grouped((row["person_id"], row) for row in rows)


def _attempts(pks: list[int], question: StatusQuery) -> dict[int, list[int]]:
    done = Attempt.objects.filter(
        person__in=pks, submitted_at__lte=min(question.as_of, question.known_at)
    ).exclude(state=Attempt.State.VOID)
    return _grouped(done.values_list("person_id", "quiz__course_id"))


def _channels(pks: list[int], question: StatusQuery) -> dict[int, set[int]]:
    """Channels on which somebody holds a role at `as_of`, as known."""
    held: dict[int, set[int]] = defaultdict(set)
    known = PostingPermission.objects.current(question.as_of, question.known_at)
    for person, channel in known.filter(person__in=pks).values_list("person_id", "channel_id"):
        held[person].add(channel)
    return held


def _wide_holds(pks: list[int]) -> set[tuple[int, datetime]]:
    """The holds that stop a person from posting anywhere: the person and when the hold starts."""
    wide = Hold.objects.filter(person__in=pks, certification=None)
    return set(wide.values_list("person_id", "starts_at"))


def _person(person: dict[str, Any], employed: Employment) -> Cells:
    status = "active" if employed.employed else "left" if employed.left_at else "pre_hire"
    return {
        "hr_id": person["hr_id"],
        "person_uuid": person["uuid"],
        "family_name": person["family_name"],
        "given_name": person["given_name"],
        "display_name": person["display_name"],
        "work_email": person["email"],
        "employment_status": status,
        "hire_date": person["starts_on"],
        "leave_date": employed.last_day,
        "org_unit_code": person["team__code"],
        "org_unit_name": person["team__name"],
        "region": employed.region_code,
        "country": person["country"],
        "site": person["site"],
        "job_code": person["job_code"],
    }


def _manager(person: dict[str, Any], chunk: _Chunk, question: StatusQuery) -> Cells:
    changes = tuple(chunk.managers.get(person["pk"], ()))
    manager = DatedValue(person["manager__hr_id"], changes)
    return {"manager_hr_id": manager.value_at(question.as_of, question.known_at)}


def _certification(
    person: dict[str, Any], programme: CertificationPolicy, chunk: _Chunk, question: StatusQuery
) -> Cells:
    pk = person["pk"]
    facts = chunk.facts[pk, programme.id]
    stands = standing(facts, at=question.as_of, known_at=question.known_at)
    courses = facts.as_known(question.as_of, question.known_at).courses or frozenset()
    asked = [row for row in chunk.assignments.get(pk, ()) if row["course_id"] in courses]
    return {
        "programme_code": programme.code,
        "programme_title": stands.certification_title,
        **_assignment(asked, stands),
        "status": stands.status.value,
        "compliant": _yes(stands.compliant),
        **_award(stands, chunk.awards.get(stands.award_id or 0), scores=question.scores),
        "attempts": sum(course in courses for course in chunk.attempts.get(pk, ())),
        "policy_tz": stands.policy_tz,
        **_validity(stands, question.as_of),
        "exception_type": "waiver" if stands.exempt_until else None,
        "exception_until": stands.exempt_until,
        "hold_type": _hold_type(pk, stands, chunk),
        "hold_since": stands.hold_since,
        "channel_count": len(chunk.channels.get(pk, ())),
        "last_change_at": _last_change(facts, question),
    }


def _assignment(asked: list[dict[str, Any]], stands: Standing) -> Cells:
    first = asked[0] if asked else None
    return {
        "required": _yes(first is not None),
        "requirement_reason": first["reason"] if first else None,
        "assigned_on": day_of(first["assigned_at"], stands.policy_tz) if first else None,
        "due_on": stands.due_on,
    }


def _hold_type(pk: int, stands: Standing, chunk: _Chunk) -> str | None:
    if stands.hold_since is None:
        return None
    return "everything" if (pk, stands.hold_since) in chunk.wide_holds else "certification"


def _award(stands: Standing, award: dict[str, Any] | None, *, scores: bool) -> Cells:
    if award is None:
        return {}
    number, passed_at = award["release__number"], award["attempt__submitted_at"]
    return {
        "certificate_no": stands.award_number,
        "release_label": f"v{number}" if number else None,
        "release_sha256": award["release__sha256"],
        "locale": award["locale"],
        "passed_at": passed_at,
        "passed_on": day_of(passed_at, stands.policy_tz) if passed_at else None,
        "score_percent": tell_percent(award["attempt__percent"]) if scores else None,
    }


def _validity(stands: Standing, as_of: datetime) -> Cells:
    valid = stands.status in HOLDING and stands.expires_at is not None
    floor_at = stands.floor_at
    return {
        "valid_from": stands.valid_from,
        "valid_through": stands.valid_through,
        "expires_at": stands.expires_at,
        "days_left": (stands.expires_at - as_of).days if valid and stands.expires_at else None,
        "floor_release": f"v{stands.floor_release}" if stands.floor_release else None,
        "floor_on": day_of(floor_at, stands.policy_tz) if floor_at else None,
    }


def _last_change(facts: CertificationFacts, question: StatusQuery) -> datetime | None:
    known = facts.as_known(question.as_of, question.known_at)
    groups = (known.awards, known.floors, known.holds, known.waivers, known.assignments, known.work)
    moments = [moment for group in groups for fact in group for moment in fact.moments()]
    return max((moment for moment in moments if moment <= question.as_of), default=None)


def _row(cells: Cells, question: StatusQuery) -> list[str]:
    texts = {name: spell_cell(value) for name, value in cells.items()}
    texts["as_of"], texts["known_at"] = spell_cell(question.as_of), spell_cell(question.known_at)
    body = SEPARATOR.join(texts.get(name, "") for name in HASHED_NAMES)
    texts["row_hash"] = hashlib.sha256(body.encode()).hexdigest()
    return [texts.get(name, "") for name in NAMES]


def spell_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _yes(said: bool) -> str:
    return "Y" if said else "N"
