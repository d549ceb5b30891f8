"""Fetch the facts that the rules need about many people at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from accounts.rules import DatedValue, ValueChange
from certificates.models import Award, Certification, Hold, Waiver
from certificates.rules.dates import end_of_day
from certificates.rules.fact_types import (
    AssignmentFact,
    AwardFact,
    CertificationFacts,
    EventFact,
    FloorFact,
    SpanFact,
    WorkFact,
    WorkKind,
)
from courses.models import Assignment, Enrolment, VersionFloor
from ledger.prepared_queries import PreparedQuery

PersonAndCertification = tuple[int, int]

SNAPSHOT_FIELDS = (
    *("id", "number", "code", "valid_from", "valid_through", "expires_at", "policy_tz"),
    *("recorded_at", "window_days", "grace_days", "basis"),
)
_AWARD = (
    *("recipient_id", "certification_id", *SNAPSHOT_FIELDS),
    *("releases", "release__course_id", "release__number"),
    *("events__kind", "events__effective_at", "events__recorded_at"),
)
_OWN = ("id", "code", "title", "policy_tz", "retired_at")
_CHANGE = ("events__id", "events__effective_at", "events__recorded_at", "events__changes")
_SPAN = ("person_id", "certification_id", "starts_at", "recorded_at", "reason")
_END = ("ended_at", "end_recorded_at")


@dataclass(frozen=True, slots=True)
class CertificationTerms:
    """A certification as it is now and the courses it asks for, with the recorded changes of both."""

    id: int
    code: str
    title: str
    policy_tz: str
    retired_at: datetime | None
    course_ids: frozenset[int]
    dated: dict[str, DatedValue]

    @property
    def courses_ever(self) -> frozenset[int]:
        """The courses that it asks for and those that it asked for before."""
        changes = self.dated["courses"].changes if "courses" in self.dated else ()
        return self.course_ids.union(*(change.was | change.now for change in changes))


@dataclass(frozen=True, slots=True)
class GatheredRows:
    """The facts of any number of people as they were fetched, keyed by person, certification or course."""

    awards: dict[PersonAndCertification, list[AwardFact]]
    holds: dict[tuple[int, int | None], list[SpanFact]]
    waivers: dict[PersonAndCertification, list[SpanFact]]
    floors: dict[int, list[FloorFact]]
    assignments: dict[PersonAndCertification, list[tuple[Any, ...]]]
    enrolments: dict[PersonAndCertification, list[WorkFact]]

    def about(self, person: int, programme: CertificationTerms) -> CertificationFacts:
        pair, courses = (person, programme.id), programme.courses_ever
        return CertificationFacts(
            certification_code=programme.code,
            certification_title=programme.title,
            policy_tz=programme.policy_tz,
            retired_at=programme.retired_at,
            courses=programme.course_ids,
            dated=programme.dated,
            awards=tuple(self.awards.get(pair, ())),
            holds=(*self.holds.get(pair, ()), *self.holds.get((person, None), ())),
            waivers=tuple(self.waivers.get(pair, ())),
            floors=tuple(fact for course in courses for fact in self.floors.get(course, ())),
            assignments=tuple(
                _assignment(course, row, programme.policy_tz)
                for course in courses
                for row in self.assignments.get((person, course), ())
            ),
            work=tuple(
                fact for course in courses for fact in self.enrolments.get((person, course), ())
            ),
        )


def gather_certification_facts(
    person_ids: Iterable[int],
    certification_ids: Iterable[int] | None = None,
    *,
    training: bool = True,
) -> dict[PersonAndCertification, CertificationFacts]:
    """The facts of every pair of these people and certifications (all of them if none are named).

    Seven queries for any number of people. Without `training` five: assignments and enrolments are left
    out, which changes no posting decision, only the status of somebody without a certificate.
    """
    people = list(person_ids)
    programmes = certification_terms(certification_ids)
    records = GatheredRows(
        awards=_awards(people, programmes),
        holds=_holds(people),
        waivers=_waivers(people, programmes),
        floors=_floors(programmes),
        assignments=_assignments(people, programmes) if training else {},
        enrolments=_enrolments(people, programmes) if training else {},
    )
    return {
        (person, programme.id): records.about(person, programme)
        for person in people
        for programme in programmes
    }


def certification_terms(certification_ids: Iterable[int] | None = None) -> list[CertificationTerms]:
    """The certifications named, or all, each with the courses it asks for. One query."""
    wanted = None if certification_ids is None else list(certification_ids)
    rows = _kept_terms.fetch(wanted)
    return [
        _terms(key, list(group))
        for key, group in groupby(rows, key=lambda row: dict(zip(_OWN, row, strict=False)))
    ]


def _term_rows(wanted: list[int] | None) -> QuerySet[Certification, tuple[Any, ...]]:
    rows = Certification.objects.order_by("id", "events__id", "requirements__id")
    if wanted is not None:
        rows = rows.filter(id__in=wanted)
    return rows.values_list(*_OWN, "requirements__course_id", *_CHANGE)


_kept_terms = PreparedQuery(_term_rows)


def _terms(own: dict[str, Any], rows: list[tuple[Any, ...]]) -> CertificationTerms:
    """A certification from its joined rows: one for each pair of a course and an event."""
    told = {row[6]: row[7:] for row in rows if row[6] is not None}
    return build_terms(own, (row[5] for row in rows if row[5] is not None), told.values())


def build_terms(
    own: dict[str, Any], courses: Iterable[int], events: Iterable[tuple[Any, ...]]
) -> CertificationTerms:
    """A certification with its recorded changes: (effective at, recorded at, changes) in the order of recording."""
    asked = frozenset(courses)
    now = {"courses": asked} | {
        fact: own[name] for name, fact in DATED_FACTS.items() if name in own
    }
    found: dict[str, list[ValueChange]] = defaultdict(list)
    for effective_at, recorded_at, changes in events:
        for name, values in changes.items():
            was, became = (READ_VALUES.get(name, str)(value) for value in values)
            found[DATED_FACTS[name]].append(ValueChange(effective_at, recorded_at, was, became))
    dated = {fact: DatedValue(now[fact], tuple(changes)) for fact, changes in found.items()}
    return CertificationTerms(**own, course_ids=asked, dated=dated)


# From a name in `CertificationEvent.changes` to the fact that it changes; how stored values are read, if not as text.
DATED_FACTS = {
    "title": "certification_title",
    "policy_tz": "policy_tz",
    "retired_at": "retired_at",
    "courses": "courses",
}
READ_VALUES: dict[str, Callable[[Any], Any]] = {
    "retired_at": lambda text: datetime.fromisoformat(text) if text else None,
    "courses": frozenset,
}


def _award(rows: Sequence[tuple[Any, ...]]) -> AwardFact:
    """An award from its joined rows: one row for each event, or a single row without an event."""
    row = dict(zip(_AWARD, rows[0], strict=True))
    happened = [row[-3:] for row in rows if row[-3] is not None]
    return build_award_fact(
        {name: row[name] for name in SNAPSHOT_FIELDS},
        releases=row["releases"],
        release=(row["release__course_id"], row["release__number"]),
        events=happened,
    )


def build_award_fact(
    snapshot: dict[str, Any],
    *,
    releases: dict[str, int],
    release: tuple[int | None, int | None],
    events: Iterable[tuple[Any, ...]],
) -> AwardFact:
    """An award as the rules read it. `release` is (course id, release number) of the completion that earned it."""
    course_id, number = release
    earned = {int(course): of_course for course, of_course in releases.items()}
    if course_id is not None and number is not None:
        earned.setdefault(course_id, number)
    return AwardFact(
        **snapshot,
        release_number=number,
        release_course=course_id,
        releases=tuple(sorted(earned.items())),
        events=tuple(EventFact(*event) for event in events),
    )


def _awards(
    people: list[int], programmes: list[CertificationTerms]
) -> dict[PersonAndCertification, list[AwardFact]]:
    rows = _kept_awards.fetch(people, [programme.id for programme in programmes])
    found: dict[PersonAndCertification, list[AwardFact]] = defaultdict(list)
    for (person, certification, _pk), group in groupby(rows, key=lambda row: row[:3]):
        found[person, certification].append(_award(list(group)))
    return found


def _award_rows(people: list[int], certifications: list[int]) -> QuerySet[Award, tuple[Any, ...]]:
    rows = Award.objects.filter(recipient_id__in=people, certification_id__in=certifications)
    return rows.order_by("id", "events__id").values_list(*_AWARD)


_kept_awards = PreparedQuery(_award_rows)


def _holds(people: list[int]) -> dict[tuple[int, int | None], list[SpanFact]]:
    found: dict[tuple[int, int | None], list[SpanFact]] = defaultdict(list)
    for person, certification, start, recorded, reason, *end in Hold.objects.filter(
        person_id__in=people
    ).values_list(*_SPAN, *_END):
        found[person, certification].append(SpanFact(start, recorded, reason, None, *end))
    return found


def _waivers(
    people: list[int], programmes: list[CertificationTerms]
) -> dict[PersonAndCertification, list[SpanFact]]:
    found: dict[PersonAndCertification, list[SpanFact]] = defaultdict(list)
    rows = Waiver.objects.filter(
        person_id__in=people, certification_id__in=[programme.id for programme in programmes]
    )
    for person, certification, *span in rows.values_list(*_SPAN, "until", *_END):
        found[person, certification].append(SpanFact(*span))
    return found


def _floors(programmes: list[CertificationTerms]) -> dict[int, list[FloorFact]]:
    found: dict[int, list[FloorFact]] = defaultdict(list)
    rows = VersionFloor.objects.filter(course_id__in=_courses(programmes))
    for floor in rows.values_list("course_id", "release__number", "effective_at", "recorded_at"):
        found[floor[0]].append(FloorFact(*floor))
    return found


def _assignments(
    people: list[int], programmes: list[CertificationTerms]
) -> dict[PersonAndCertification, list[tuple[Any, ...]]]:
    found: dict[PersonAndCertification, list[tuple[Any, ...]]] = defaultdict(list)
    rows = Assignment.objects.filter(person_id__in=people, course_id__in=_courses(programmes))
    for person, course, *rest in rows.values_list(
        "person_id", "course_id", "assigned_at", "recorded_at", "due_on", "closed_at"
    ):
        found[person, course].append(tuple(rest))
    return found


def _assignment(course: int, row: tuple[Any, ...], policy_tz: str) -> AssignmentFact:
    assigned_at, recorded_at, due_on, closed_at = row
    due_at = end_of_day(due_on, policy_tz) if due_on else None
    return AssignmentFact(assigned_at, recorded_at, due_at, due_on, closed_at, course)


def _enrolments(
    people: list[int], programmes: list[CertificationTerms]
) -> dict[PersonAndCertification, list[WorkFact]]:
    found: dict[PersonAndCertification, list[WorkFact]] = defaultdict(list)
    rows = Enrolment.objects.filter(person_id__in=people, course_id__in=_courses(programmes))
    for person, course, start, end in rows.values_list(
        "person_id", "course_id", "started_at", "closed_at"
    ):
        found[person, course].append(WorkFact(WorkKind.LEARNING, start, end, course))
    return found


def _courses(programmes: list[CertificationTerms]) -> set[int]:
    return {course for programme in programmes for course in programme.courses_ever}
