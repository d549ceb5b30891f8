"""Whether awards rest on what they say they rest on, for many awards in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import TextField, Value
from django.db.models.functions import Cast, Concat

from certificates.models import AwardEvent
from certificates.rules.dates import end_of_day
from courses.models import CourseCompletion
from home.operations.marking_memory import MOST_REMEMBERED, MarkingMemory, StoredAnswer
from ledger.reading import SEPARATOR, JoinedText, as_text, parse_json, parse_moment
from quizzes.models import Response
from quizzes.models.attempts import CORRECTIONS

_end_of_day = lru_cache(maxsize=MOST_REMEMBERED)(end_of_day)
# What is read of an award and its evidence, as plain rows: models would take more time than all the rest.
COLUMNS: tuple[str | Cast, ...] = (
    *("pk", "number", "recipient_id", "valid_through", "policy_tz"),
    *(as_text(name) for name in ("issued_at", "expires_at", "valid_from", "recorded_at")),
    *("attempt_id", "attempt__person_id", "attempt__passed", as_text("attempt__result")),
    *("attempt__snapshot_id", "attempt__quiz__course_id"),
    *("completion_id", "completion__person_id", as_text("completion__completed_at")),
)


class AwardRow(NamedTuple):
    """An award with its evidence. `result` and what follows from the completion are None where there is none."""

    pk: int
    number: str
    recipient_id: int
    valid_through: date
    policy_tz: str
    issued_at: datetime
    expires_at: datetime
    attempt_id: int | None
    attempt_person_id: Any
    passed: bool | None
    result: Any
    snapshot_id: Any
    course_id: int | None
    completion_id: int | None
    completion_person_id: int | None
    completed_at: datetime | None


def read_award(row: tuple[Any, ...]) -> AwardRow:
    """An award from its COLUMNS. Raises ValueError for any moment that is none, compared or not."""
    pk, number, recipient, valid_through, zone, issued, expires, valid_from, recorded = row[:9]
    attempt, person, passed, result, snapshot, course, completion, owner, completed = row[9:]
    for moment in (valid_from, recorded):
        parse_moment(moment)
    return AwardRow(
        pk,
        number,
        recipient,
        valid_through,
        zone,
        parse_moment(issued),
        parse_moment(expires),
        attempt,
        person,
        passed,
        None if result is None else parse_json(result),
        snapshot,
        course,
        completion,
        owner,
        None if completed is None else parse_moment(completed),
    )


def find_faults(
    awards: Sequence[AwardRow], memory: MarkingMemory
) -> Iterator[tuple[AwardRow, str]]:
    """Each award (with the COLUMNS) with each of its faults. As many statements for any number of awards."""
    # SQLite keeps words and bytes in a column of numbers: there is no such attempt.
    attempts = [award.attempt_id for award in awards if isinstance(award.attempt_id, int)]
    lost = [award for award in awards if award.attempt_id and not award.passed]
    ended = set(
        AwardEvent.objects.filter(award__in=[award.pk for award in lost])
        .exclude(kind=AwardEvent.Kind.REINSTATED)
        .values_list("award_id", flat=True)
    )
    completed = completed_courses({award.attempt_person_id for award in lost})
    answers = _stored_answers(attempts)
    memory.learn(answers.values())
    for award in awards:
        try:
            for fault in _faults(award, answers, memory, ended, completed):
                yield award, fault
        except Exception as error:  # noqa: BLE001 - whatever was done to a record, it is named and the rest is checked
            yield award, f"its evidence cannot be read ({error})"


def completed_courses(people: Collection[int]) -> set[tuple[int, int]]:
    """Which of these people have completed which course. One query."""
    return set(
        CourseCompletion.objects.filter(person__in=people).values_list("person_id", "course_id")
    )


def _stored_answers(attempts: Sequence[int]) -> dict[int, list[StoredAnswer]]:
    """The answers of each attempt. One query, with one row for each attempt: one for each answer costs much more."""
    stored = Concat(as_text("version_id"), Value(":"), as_text("answer"), output_field=TextField())
    rows = (
        Response.objects.filter(attempt__in=attempts)
        .order_by()
        .values("attempt_id")
        .annotate(stored=JoinedText(stored, Value(SEPARATOR)))
        .values_list("attempt_id", "stored")
    )
    return {attempt: joined.split(SEPARATOR) for attempt, joined in rows}


def _faults(
    award: AwardRow,
    answers: Mapping[int, list[StoredAnswer]],
    memory: MarkingMemory,
    ended: set[int],
    completed: set[tuple[int, int]],
) -> Iterator[str]:
    if award.expires_at != _end_of_day(award.valid_through, award.policy_tz):
        yield "it does not expire at the end of its last day"
    done = (award.completion_person_id, award.completed_at)
    if award.completion_id and done != (award.recipient_id, award.issued_at):
        yield "the completion behind it is of another person or another moment"
    if award.attempt_id is None:
        return
    kept = award.passed or _was_lost(award, ended, completed)
    if award.attempt_person_id != award.recipient_id or not kept:
        yield "the attempt behind it is of another person or not passed"
    if award.passed and not _passes_again(award, answers.get(award.attempt_id, []), memory):
        yield "the stored answers of its attempt do not pass by the rules of that attempt"


def _was_lost(award: AwardRow, ended: set[int], completed: set[tuple[int, int]]) -> bool:
    """Whether a regrade took the pass and the award is withdrawn, expired or backed by another pass."""
    if CORRECTIONS not in award.result:
        return False
    moment = datetime.fromisoformat(award.result[CORRECTIONS][-1]["at"])
    backed = (award.attempt_person_id, award.course_id) in completed
    return bool(award.pk in ended or award.expires_at <= moment or backed)


def _passes_again(award: AwardRow, answers: list[StoredAnswer], memory: MarkingMemory) -> bool:
    """Whether the stored answers, marked again, pass by the rules of the attempt.

    True when no stored answer counts (retention removed them), and without marking when a regrade kept the pass.
    """
    if any(row["kept"] for row in award.result.get(CORRECTIONS, ())):
        return True
    return memory.passes(answers, award.snapshot_id)
