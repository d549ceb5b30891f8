"""Check the ledger, and that passes, completions and awards agree with each other. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from certificates.acts import awards
from certificates.models import Award, AwardEvent
from certificates.rules.dates import end_of_day
from courses.models import CourseCompletion
from items.kinds.content import parse_content
from ledger import entries
from quizzes.attempts import submitting
from quizzes.models import Attempt, Response
from quizzes.models.attempts import CORRECTIONS
from quizzes.rules import settings
from quizzes.rules.grading import score_attempt

RecordCheck = Callable[[datetime], Iterator[str]]

CHUNK = 500


def find_breaks(at: datetime) -> Iterator[str]:
    """A sentence for each contradiction among the records at `at`; nothing if they agree."""
    for check in CHECKS:
        yield from check(at)


def check_ledger(at: datetime) -> Iterator[str]:
    """Every sealed ledger entry has the hash of its content and of the entry before it."""
    for entry, why in entries.find_broken_entries():
        yield f"Ledger entry {entry.seq} ({entry.kind}, {entry.subject}): {why}."


def check_passes(at: datetime) -> Iterator[str]:
    """Whoever passed the quiz of a course has completed the course."""
    passed = Attempt.objects.filter(
        state=Attempt.State.SUBMITTED,
        passed=True,
        release__isnull=False,
        quiz__course__isnull=False,
    ).select_related("quiz")
    for chunk in _chunks(passed.order_by("pk")):
        evidence = [f"attempt:{attempt.uuid}" for attempt in chunk]
        proved = set(
            CourseCompletion.objects.filter(evidence__in=evidence).values_list(
                "evidence", "person_id", "release_id"
            )
        )
        for attempt, proof in zip(chunk, evidence, strict=True):
            known = (proof, attempt.person_id, attempt.release_id) in proved
            if not known and not _passed_by_another(attempt):
                yield f"Attempt {attempt.uuid} is passed, but the course is not completed."


def _passed_by_another(attempt: Attempt) -> bool:
    """Whether a regrade made a further attempt of the person pass, so that the course is completed by another one."""
    corrected = CORRECTIONS in attempt.result
    return (
        corrected
        and CourseCompletion.objects.filter(
            person=attempt.person_id, course=attempt.quiz.course_id
        ).exists()
    )


def check_completions(at: datetime) -> Iterator[str]:
    """Every award that completions have earned has been issued."""
    for person in awards.people_awaiting_awards():
        with transaction.atomic():
            missing = awards.issue_earned_awards(person, at=at)
            transaction.set_rollback(True)
        for award in missing:
            yield (
                f"Person {person.uuid} has earned {award.certification.code}"
                f" on {award.issued_at:%Y-%m-%d}, but no award was issued."
            )


def check_awards(at: datetime) -> Iterator[str]:
    """Every award rests on evidence of its own recipient, and its dates follow from its terms."""
    rows = Award.objects.select_related("attempt", "completion", "release").order_by("pk")
    for chunk in _chunks(rows):
        for award in chunk:
            for fault in _faults(award):
                yield f"Award {award.number}: {fault}."


def _faults(award: Award) -> Iterator[str]:
    if award.expires_at != end_of_day(award.valid_through, award.policy_tz):
        yield "it does not expire at the end of its last day"
    done, attempt = award.completion, award.attempt
    if done and (done.person_id, done.completed_at) != (award.recipient_id, award.issued_at):
        yield "the completion behind it is of another person or another moment"
    if attempt is None:
        return
    if attempt.person_id != award.recipient_id or not (attempt.passed or _was_lost(award, attempt)):
        yield "the attempt behind it is of another person or not passed"
    if attempt.passed and not _passes_again(attempt):
        yield "the stored answers of its attempt do not pass by the rules of that attempt"


def _was_lost(award: Award, attempt: Attempt) -> bool:
    """Whether a regrade took the pass and the award is withdrawn, expired or backed by another pass."""
    if CORRECTIONS not in attempt.result:
        return False
    over = award.events.exclude(kind=AwardEvent.Kind.REINSTATED).exists()
    moment = datetime.fromisoformat(attempt.result[CORRECTIONS][-1]["at"])
    return over or award.expires_at <= moment or _passed_by_another(attempt)


def _passes_again(attempt: Attempt) -> bool:
    """Whether the stored answers, marked again, pass by the rules of the attempt.

    True without marking when no stored answer counts (retention removed them) or a regrade kept the pass.
    """
    if any(row["kept"] for row in attempt.result.get(CORRECTIONS, ())):
        return True
    responses = Response.objects.filter(attempt=attempt).select_related("version__principle")
    items = [submitting.marked_item(row, parse_content(row.version.content)) for row in responses]
    counts = any(item.points for item in items)
    return not counts or score_attempt(items, settings.read_rules(attempt.rules).to_pass()).passed


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """All rows in the order of their primary keys, in lists of at most CHUNK rows."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


CHECKS: tuple[RecordCheck, ...] = (
    check_ledger,
    check_passes,
    check_awards,
    check_completions,
)
