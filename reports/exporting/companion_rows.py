"""The rows of the companion files, from facts: what had been recorded by `known_at`, as of `as_of`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from certificates.acts.extensions import EXTENDED
from certificates.models import Award, AwardEvent, Hold, Waiver
from certificates.rules.dates import day_of
from channels.models import PostingPermission
from channels.rules.posting import ROLE_ACTIONS, PostingAction
from courses.models import Assignment
from quizzes.rules.percentages import tell_percent
from reports.exporting.companions import Companion
from reports.exporting.profiles import StatusCells
from reports.exports import ExportTable
from reports.status_rows import StatusQuery, spell_cell

CHUNK = 1_000
Row = dict[str, Any]
Rows = Iterable[tuple[int, Row]]
ENDS = ("ended_at", "end_recorded_at")


def companion_table(companion: Companion, question: StatusQuery) -> ExportTable:
    """The rows of the file for the people of the question, person by person."""
    names = [column.name for column in companion.columns]

    def read_rows() -> Iterator[StatusCells]:
        for row in _read_people(READERS[companion.name], question):
            yield {name: spell_cell(row.get(name)) for name in names}

    return ExportTable(
        as_of=question.as_of,
        known_at=question.known_at,
        count_rows=lambda: sum(1 for _row in read_rows()),
        read_rows=read_rows,
    )


def _read_people(
    read: Callable[[list[int], StatusQuery], Rows], question: StatusQuery
) -> Iterator[Row]:
    """A fixed number of statements for each chunk of people."""
    last, when = 0, {"as_of": question.as_of, "known_at": question.known_at}
    named = ("pk", "hr_id", "uuid", "display_name")
    while people := list(
        question.people.filter(pk__gt=last).order_by("pk").values_list(*named)[:CHUNK]
    ):
        found: dict[int, list[Row]] = defaultdict(list)
        for pk, row in read([person[0] for person in people], question):
            found[pk].append(row)
        for pk, hr_id, uuid, display_name in people:
            who = {"hr_id": hr_id, "person_uuid": uuid, "display_name": display_name}
            for row in found[pk]:
                yield when | who | row
        last = people[-1][0]


def _awards(pks: list[int], question: StatusQuery) -> QuerySet[Award]:
    """The certificates earned until then, of the certifications asked about."""
    return Award.objects.filter(
        recipient__in=pks,
        certification__in=[programme.id for programme in question.programmes],
        valid_from__lte=question.as_of,
        recorded_at__lte=question.known_at,
    ).order_by("recipient_id", "valid_from", "id")


def _events(pks: list[int], question: StatusQuery) -> list[dict[str, Any]]:
    """What happened to these certificates until then, in the order in which it was recorded."""
    events = AwardEvent.objects.filter(
        award__in=_awards(pks, question).order_by().values("pk"),
        effective_at__lte=question.as_of,
        recorded_at__lte=question.known_at,
    )
    told = events.order_by("award_id", "recorded_at", "id")
    named = ("pk", "award_id", "kind", "effective_at", "recorded_at")
    return [dict(event) for event in told.values(*named)]


def _read_completions(pks: list[int], question: StatusQuery) -> Rows:
    happened: dict[int, list[str]] = defaultdict(list)
    for event in _events(pks, question):
        happened[event["award_id"]].append(event["kind"])
    for award in _awards(pks, question).select_related("certification", "release", "attempt"):
        done = award.attempt.submitted_at if award.attempt else None
        done = done or award.valid_from
        percent = award.attempt.percent if award.attempt and question.scores else None
        yield (
            award.recipient_id,
            {
                "record_id": award.number,
                "programme_code": award.certification.code,
                "programme_title": award.certification_title,
                "basis": award.basis,
                "completed_at": done,
                "completed_on": day_of(done, award.policy_tz),
                "score_percent": None if percent is None else tell_percent(percent),
                "release_label": f"v{award.release.number}" if award.release else None,
                "release_sha256": award.release.sha256 if award.release else None,
                "locale": award.locale,
                "valid_from": award.valid_from,
                "valid_through": award.valid_through,
                "expires_at": award.expires_at,
                "policy_tz": award.policy_tz,
                "state": _name_state(happened[award.pk], award.expires_at, question.as_of),
            },
        )


def _name_state(kinds: list[str], expires_at: datetime, as_of: datetime) -> str:
    """The state of a certificate after these events: a withdrawal counts until it is corrected."""
    kind = AwardEvent.Kind
    withdrawals = [one for one in kinds if one in {kind.REVOKED, kind.REINSTATED}]
    if withdrawals and withdrawals[-1] == kind.REVOKED:
        return "withdrawn"
    if kind.SUPERSEDED in kinds:
        return "replaced"
    return "ended" if expires_at <= as_of else "valid"


def _read_events(pks: list[int], question: StatusQuery) -> Rows:
    happened: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in _events(pks, question):
        happened[event["award_id"]].append(event)
    for award in _awards(pks, question).select_related("certification"):
        issued = {"pk": "", "kind": "issued", "effective_at": award.valid_from}
        for event in [issued | {"recorded_at": award.recorded_at}, *happened[award.pk]]:
            parts = (award.number, event["kind"], str(event["pk"]))
            yield (
                award.recipient_id,
                {
                    "record_id": ":".join(filter(None, parts)),
                    "programme_code": award.certification.code,
                    "programme_title": award.certification_title,
                    "certificate_no": award.number,
                    "event": event["kind"],
                    "effective_at": event["effective_at"],
                    "recorded_at": event["recorded_at"],
                },
            )


def _read_rights(pks: list[int], question: StatusQuery) -> Rows:
    held = PostingPermission.objects.current(question.as_of, question.known_at)
    told = held.filter(person__in=pks).order_by("person_id", "channel__code", "starts_at", "id")
    named = ("channel__code", "channel__title", "channel__platform__code")
    for right in told.values("person_id", "uuid", "role", "starts_at", "ends_at", *ENDS, *named):
        for action in PostingAction:
            if action not in ROLE_ACTIONS[right["role"]]:
                continue
            yield (
                right["person_id"],
                {
                    "record_id": f"{right['uuid']}:{action}",
                    "channel_code": right["channel__code"],
                    "channel_title": right["channel__title"],
                    "platform": right["channel__platform__code"],
                    "role": right["role"],
                    "action": action.value,
                    "since": right["starts_at"],
                    "until": _find_end(right, right["ends_at"], question),
                },
            )


def _find_end(
    row: dict[str, Any], agreed: datetime | None, question: StatusQuery
) -> datetime | None:
    """When a span ends, by what was known then: as agreed, or sooner where somebody ended it."""
    recorded = row["end_recorded_at"]
    told = row["ended_at"] if recorded and recorded <= question.known_at else None
    return min((end for end in (agreed, told) if end), default=None)


def _read_exceptions(pks: list[int], question: StatusQuery) -> Rows:
    yield from _read_holds(pks, question)
    yield from _read_waivers(pks, question)
    yield from _read_extensions(pks, question)


def _read_holds(pks: list[int], question: StatusQuery) -> Rows:
    ours = Q(certification__in=[one.id for one in question.programmes]) | Q(certification=None)
    held = Hold.objects.current(question.as_of, question.known_at).filter(ours, person__in=pks)
    for hold in held.order_by("person_id", "starts_at", "id").values(
        "pk", "person_id", "starts_at", "certification__code", *ENDS
    ):
        yield (
            hold["person_id"],
            {
                "record_id": f"hold:{hold['pk']}",
                "exception_type": "hold",
                "programme_code": hold["certification__code"],
                "since": hold["starts_at"],
                "until": _find_end(hold, None, question),
            },
        )


def _read_waivers(pks: list[int], question: StatusQuery) -> Rows:
    ours = {"certification__in": [one.id for one in question.programmes], "person__in": pks}
    given = Waiver.objects.current(question.as_of, question.known_at).filter(**ours)
    for waiver in given.order_by("person_id", "starts_at", "id").values(
        "pk", "person_id", "starts_at", "until", "certification__code", *ENDS
    ):
        yield (
            waiver["person_id"],
            {
                "record_id": f"waiver:{waiver['pk']}",
                "exception_type": "waiver",
                "programme_code": waiver["certification__code"],
                "since": waiver["starts_at"],
                "until": _find_end(waiver, waiver["until"], question),
            },
        )


def _read_extensions(pks: list[int], question: StatusQuery) -> Rows:
    """Courses asked for by a later day than before."""
    programmes = {
        course: programme.code
        for programme in reversed(question.programmes)
        for course in programme.course_ids
    }
    given = _find_extended(question).filter(person__in=pks, course__in=sorted(programmes))
    for row in given.order_by("person_id", "given_at", "id").values(
        "pk", "person_id", "course_id", "course__code", "given_at", "was_due_on", "due_on"
    ):
        yield (
            row["person_id"],
            {
                "record_id": f"extension:{row['pk']}",
                "exception_type": "extension",
                "programme_code": programmes[row["course_id"]],
                "course_code": row["course__code"],
                "since": row["given_at"],
                "was_due_on": row["was_due_on"],
                "due_on": row["due_on"],
            },
        )


def _find_extended(question: StatusQuery) -> QuerySet[Any]:
    """Assignments that took the place of another, to give more time: with its day, and since when."""
    at, known_at = question.as_of, question.known_at
    before = Assignment.objects.known(known_at).ended(min(at, known_at))
    replaced = before.filter(
        person=OuterRef("person"),
        course=OuterRef("course"),
        assigned_at=OuterRef("assigned_at"),
        closed_why=EXTENDED,
    ).order_by("-closed_at", "-id")
    found: QuerySet[Any] = Assignment.objects.current(at, known_at).annotate(
        was_due_on=Subquery(replaced.values("due_on")[:1]),
        given_at=Subquery(replaced.values("closed_at")[:1]),
    )
    return found.filter(given_at__isnull=False)


READERS: dict[str, Callable[[list[int], StatusQuery], Rows]] = {
    "completions": _read_completions,
    "certificate_events": _read_events,
    "channel_rights": _read_rights,
    "exceptions": _read_exceptions,
}
