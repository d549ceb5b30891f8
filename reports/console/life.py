"""Everything recorded about one person's certifications, in one query: facts for the rules, rows for the timeline."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from accounts.dated_columns import APART, SWITCHES, fold_switches
from accounts.models import Absence, EmploymentEvent, User
from certificates.facts.gathering import (
    SNAPSHOT_FIELDS,
    CertificationTerms,
    GatheredRows,
    PersonAndCertification,
    build_award_fact,
)
from certificates.models import Award, AwardCorrection, AwardEvent, EvidenceFile, Hold, Waiver
from certificates.rules.fact_types import (
    AwardFact,
    CertificationFacts,
    FloorFact,
    SpanFact,
    WorkFact,
    WorkKind,
)
from channels.facts.fact_rows import FactRow, FactRows, rows_of_kind
from channels.facts.stored_values import parse_stored_instant
from courses.models import Assignment, CourseCompletion, Enrolment, VersionFloor

SPAN = (
    "reason",
    "starts_at",
    "recorded_at",
    "actor",
    "ended_at",
    "end_recorded_at",
    "end_actor",
    "end_reason",
)
# The columns that hold instants, whatever the table.
INSTANTS = {
    *("starts_at", "until", "recorded_at", "ended_at", "end_recorded_at", "effective_at"),
    *("issued_at", "valid_from", "expires_at", "assigned_at", "closed_at", "started_at"),
    *("completed_at", "ends_at", "earned_at"),
}
DAYS = {"valid_through", "due_on", "review_on"}


def read_life(person: User) -> FactRows:
    """The rows about the person by kind, in the order of recording. One query."""
    first, *others = _queries(person)
    found: FactRows = defaultdict(list)
    for kind, stored in first.union(*others, all=True):
        row = json.loads(stored) if isinstance(stored, str) else stored
        found[kind].append(_typed(row))
    for rows in found.values():
        rows.sort(key=lambda row: row["id"])
    return found


def _typed(row: FactRow) -> FactRow:
    """The row with instants and days in place of their texts."""
    for name, value in row.items():
        if value is None:
            continue
        if name in INSTANTS:
            row[name] = parse_stored_instant(value)
        elif name in DAYS:
            row[name] = date.fromisoformat(value)
    return row


def _queries(person: User) -> list[QuerySet[Any]]:
    return [
        *_award_queries(person),
        rows_of_kind(
            "hold",
            Hold.objects.filter(person=person),
            *(*SPAN, "review_on"),
            certification="certification_id",
        ),
        rows_of_kind(
            "waiver",
            Waiver.objects.filter(person=person),
            *(*SPAN, "until"),
            certification="certification_id",
        ),
        rows_of_kind(
            "absence",
            Absence.objects.filter(person=person),
            *("starts_at", "until", "recorded_at", "actor", "ended_at", "end_recorded_at"),
        ),
        *_correction_queries(person),
        *_learning_queries(person),
        rows_of_kind(
            "employment",
            EmploymentEvent.objects.filter(person=person).exclude(what__in=APART),
            *("what", "effective_at", "recorded_at", "ends_at", "actor"),
            region="region__name",
            zone="region__time_zone",
            home="person__region__time_zone",
        ),
        rows_of_kind(
            "switch",
            EmploymentEvent.objects.filter(person=person, what__in=SWITCHES),
            *("what", "effective_at", "recorded_at", "actor", "reason"),
        ),
    ]


def _award_queries(person: User) -> list[QuerySet[Any]]:
    return [
        rows_of_kind(
            "award",
            Award.objects.filter(recipient=person),
            *(name for name in SNAPSHOT_FIELDS if name != "id"),
            *("releases", "issued_at", "actor"),
            certification="certification_id",
            title="certification_title",
            note="evidence_note",
            previous="previous_id",
            course="release__course_id",
            release="release__number",
        ),
        rows_of_kind(
            "award_event",
            AwardEvent.objects.filter(award__recipient=person),
            *("effective_at", "recorded_at", "actor", "reason"),
            what="kind",
            award="award_id",
            number="award__number",
        ),
    ]


def _correction_queries(person: User) -> list[QuerySet[Any]]:
    theirs = {"number": "award__number", "award": "award_id"}
    return [
        rows_of_kind(
            "correction",
            AwardCorrection.objects.filter(award__recipient=person),
            *("reason", "earned_at", "outcome"),
            **theirs,
            name="recipient_name",
            zone="award__policy_tz",
            starts_at="proposed_at",
            recorded_at="proposed_at",
            actor="proposed_by",
            ended_at="decided_at",
            end_recorded_at="decided_at",
            end_actor="decided_by",
            end_reason="note",
        ),
        rows_of_kind(
            "evidence",
            EvidenceFile.objects.filter(award__recipient=person),
            *("recorded_at", "actor", "name", "uuid"),
            **theirs,
        ),
    ]


def _learning_queries(person: User) -> list[QuerySet[Any]]:
    course = {"course": "course_id", "title": "course__title"}
    return [
        rows_of_kind(
            "assignment",
            Assignment.objects.filter(person=person),
            *("assigned_at", "recorded_at", "due_on", "reason", "actor", "closed_at", "closed_why"),
            **course,
        ),
        rows_of_kind(
            "enrolment",
            Enrolment.objects.filter(person=person),
            *("started_at", "closed_at", "recorded_at"),
            **course,
        ),
        rows_of_kind(
            "completion",
            CourseCompletion.objects.filter(person=person),
            *("completed_at", "recorded_at", "evidence"),
            **course,
            release="release__number",
        ),
        rows_of_kind(
            "floor",
            VersionFloor.objects.all(),
            *("effective_at", "recorded_at"),
            **course,
            number="release__number",
        ),
    ]


def build_facts(
    person: User, programmes: Iterable[CertificationTerms], life: FactRows
) -> dict[int, CertificationFacts]:
    """The facts of each certification, as `gather_certification_facts` gathers them, by the certification's id."""
    held = _spans(person, life["hold"], lambda row: None)
    rows = GatheredRows(
        awards=_awards(person, life),
        holds=held,
        waivers=_spans(person, life["waiver"], lambda row: row["until"]),
        floors=_grouped(
            (row["course"], FloorFact(*_values(row, "course", "number", *MOMENT)))
            for row in life["floor"]
        ),
        assignments=_grouped(
            ((person.pk, row["course"]), _values(row, *ASSIGNED)) for row in life["assignment"]
        ),
        enrolments=_grouped(
            ((person.pk, row["course"]), _work_fact(row)) for row in life["enrolment"]
        ),
    )
    return {programme.id: rows.about(person.pk, programme) for programme in programmes}


MOMENT = ("effective_at", "recorded_at")
ASSIGNED = ("assigned_at", "recorded_at", "due_on", "closed_at")


def _values(row: FactRow, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _work_fact(row: FactRow) -> WorkFact:
    return WorkFact(WorkKind.LEARNING, row["started_at"], row["closed_at"], row["course"])


def _spans(person: User, rows: Iterable[FactRow], until: Any) -> dict[Any, list[SpanFact]]:
    return _grouped(
        (
            (person.pk, row["certification"]),
            SpanFact(
                starts_at=row["starts_at"],
                recorded_at=row["recorded_at"],
                reason=row["reason"],
                until=until(row),
                ended_at=row["ended_at"],
                end_recorded_at=row["end_recorded_at"],
            ),
        )
        for row in rows
    )


def _awards(person: User, life: FactRows) -> dict[PersonAndCertification, list[AwardFact]]:
    happened = _grouped(
        (row["award"], _values(row, "what", *MOMENT)) for row in life["award_event"]
    )
    return _grouped(
        ((person.pk, row["certification"]), _award_fact(row, happened)) for row in life["award"]
    )


def _award_fact(row: FactRow, happened: dict[Any, list[Any]]) -> AwardFact:
    stored = row["releases"]
    return build_award_fact(
        {name: row[name] for name in SNAPSHOT_FIELDS},
        releases=json.loads(stored) if isinstance(stored, str) else stored,
        release=(row["course"], row["release"]),
        events=happened.get(row["id"], ()),
    )


def recorded_by(rows: Iterable[FactRow], known_at: datetime) -> list[FactRow]:
    """The rows that had been recorded by `known_at`, without the ends that were recorded later."""
    open_end = {"ended_at": None, "end_recorded_at": None}
    return [
        row | open_end if (row.get("end_recorded_at") or known_at) > known_at else row
        for row in rows
        if row["recorded_at"] <= known_at
    ]


def find_withdrawal(
    life: FactRows, award_id: int | None, at: datetime, known_at: datetime
) -> tuple[datetime, str] | None:
    """Since when and why an award is withdrawn at `at`, by what had been recorded by `known_at`."""
    told = [
        (row["effective_at"], row["reason"])
        for row in recorded_by(life["award_event"], known_at)
        if row["award"] == award_id and row["what"] == "revoked" and row["effective_at"] <= at
    ]
    return told[-1] if told else None


def find_off_since(life: FactRows, at: datetime, known_at: datetime) -> datetime | None:
    """Since when the account is switched off at `at`, by what had been recorded by `known_at`; None: it is not."""
    dated = fold_switches(map(itemgetter("what", "effective_at", "recorded_at"), life["switch"]))
    return dated.since(at, known_at) if dated.value_at(at, known_at) else None


def newest_act(life: FactRows) -> str:
    """The actor of what was recorded last; "" where nothing was recorded with an actor."""
    told = [
        (row[when], row[who])
        for rows in life.values()
        for row in rows
        for when, who in (("recorded_at", "actor"), ("end_recorded_at", "end_actor"))
        if row.get(when) and row.get(who)
    ]
    told.sort(key=itemgetter(0))
    return told[-1][1] if told else ""
