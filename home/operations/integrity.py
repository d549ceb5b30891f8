"""Check the ledger, and that passes, completions and awards agree with each other. Changes nothing.

Each check reads its table in chunks, with the same number of statements for each, and names what it cannot read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from certificates.acts import awards, evidence
from certificates.facts import gathering
from certificates.models import Award
from courses.models import CourseCompletion
from home.operations import award_evidence
from ledger import entries, heads, reconciling
from ledger.reading import read_chunks
from quizzes.attempts import snapshots
from quizzes.models import Attempt, RulesSnapshot
from quizzes.models.attempts import CORRECTIONS
from quizzes.rules import settings

RecordCheck = Callable[[datetime], Iterator[str]]


def find_breaks(at: datetime) -> Iterator[str]:
    """A sentence for each contradiction among the records at `at`; nothing if they agree.

    A check that something keeps from going on is named as well, and the others go on.
    """
    for check in CHECKS:
        try:
            yield from check(at)
        except Exception as error:  # noqa: BLE001 - whatever somebody has written into the tables is named
            name = check.__name__.removeprefix("check_")
            yield f"The check of {name} could not go on, so some records are not checked: {error!r}."


def check_ledger(at: datetime) -> Iterator[str]:
    """Every sealed ledger entry has the hash of its content and of the entry before it; none waits for its seal."""
    for entry, why in entries.find_broken_entries():
        yield f"Ledger entry {entry.seq} ({entry.kind}, {entry.subject}): {why}."
    yield from heads.find_unsealed_entries(at)


def check_facts(at: datetime) -> Iterator[str]:
    """Every fact is as the ledger tells, and the ledger tells of no fact that is not there."""
    yield from reconciling.find_unproved_facts()
    yield from evidence.find_changed_files()


def check_rules(at: datetime) -> Iterator[str]:
    """The rules that attempts began with are still those of their SHA-256."""
    for chunk in read_chunks(RulesSnapshot.objects.all()):
        yield from (f"Rules {key} (row) cannot be read." for key in chunk.unreadable)
        for snapshot in chunk.rows:
            if snapshots.hash_rules(snapshot.rules) != snapshot.sha256:
                yield f"Rules {snapshot.sha256} have changed since attempts began with them."


def check_passes(at: datetime) -> Iterator[str]:
    """Whoever passed a quiz that completes its course has completed the course."""
    passed = Attempt.objects.filter(
        state=Attempt.State.SUBMITTED,
        passed=True,
        release__isnull=False,
        quiz__course__isnull=False,
    )
    # Ids are enough for nearly all of them; a whole row costs five times as much.
    ids = passed.values_list("pk", "uuid", "person_id", "release_id", named=True)
    for chunk in read_chunks(ids):
        yield from (f"Attempt {key} (row) cannot be read." for key in chunk.unreadable)
        evidence = [f"attempt:{attempt.uuid}" for attempt in chunk.rows]
        proved = set(
            CourseCompletion.objects.filter(evidence__in=evidence).values_list(
                "evidence", "person_id", "release_id"
            )
        )
        unproved = [
            attempt.pk
            for attempt, proof in zip(chunk.rows, evidence, strict=True)
            if (proof, attempt.person_id, attempt.release_id) not in proved
        ]
        # Mostly practice, which completes no course.
        suspects = Attempt.objects.filter(pk__in=unproved).select_related("quiz", "snapshot")
        for whole in read_chunks(suspects) if unproved else ():
            yield from (f"Attempt {key} (row) cannot be read." for key in whole.unreadable)
            yield from _passes_without_completion(whole.rows)


def _passes_without_completion(attempts: list[Attempt]) -> Iterator[str]:
    people = {attempt.person_id for attempt in attempts}
    # SQLite keeps words and bytes in a column of numbers: nobody has such an id, and so completed nothing.
    known = {person for person in people if isinstance(person, int)}
    completed = award_evidence.completed_courses(known)
    for attempt in attempts:
        try:
            if not settings.read_rules(attempt.rules).certifies:
                continue
        except Exception as error:  # noqa: BLE001 - whatever is wrong with stored rules is named
            yield f"Attempt {attempt.uuid} cannot be read: {error!r}."
            continue
        # A regrade may have made a further attempt pass: then another one completed the course.
        corrected = CORRECTIONS in attempt.result
        if not corrected or (attempt.person_id, attempt.quiz.course_id) not in completed:
            yield f"Attempt {attempt.uuid} is passed, but the course is not completed."


def check_awards(at: datetime) -> Iterator[str]:
    """Every award rests on evidence of its own recipient, and its dates follow from its terms."""
    memory = award_evidence.MarkingMemory()
    rows = Award.objects.values_list(*award_evidence.COLUMNS)
    for chunk in read_chunks(rows, parse=award_evidence.read_award):
        yield from (f"Award {key} (row) cannot be read." for key in chunk.unreadable)
        for award, fault in award_evidence.find_faults(chunk.rows, memory):
            yield f"Award {award.number}: {fault}."


def check_completions(at: datetime) -> Iterator[str]:
    """Every award that completions have earned has been issued."""
    for chunk in read_chunks(awards.people_awaiting_awards()):
        for person in _find_candidates(chunk.rows):
            try:
                yield from _missing_awards(person, at)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with stored facts is named
                yield f"What person {person.uuid} has earned cannot be read: {error!r}."


def _find_candidates(people: list[User]) -> list[User]:
    """Those who may have earned an award: all of them where something stored cannot be compared."""
    try:
        return _people_with_every_course(people)
    except Exception:  # noqa: BLE001 - what keeps it from being read is named person by person
        return people


def _missing_awards(person: User, at: datetime) -> Iterator[str]:
    with transaction.atomic():
        missing = awards.issue_earned_awards(person, at=at)
        transaction.set_rollback(True)
    for award in missing:
        yield (
            f"Person {person.uuid} has earned {award.certification.code}"
            f" on {award.issued_at:%Y-%m-%d}, but no award was issued."
        )


def _people_with_every_course(people: list[User]) -> list[User]:
    """Those with a completion newer than their award in every course of a certification. Two queries."""
    last: dict[tuple[int, int], datetime] = {}
    for person, programme, issued in Award.objects.filter(recipient__in=people).values_list(
        "recipient_id", "certification_id", "issued_at"
    ):
        last[person, programme] = max(issued, last.get((person, programme), issued))
    done: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for person, course, moment in CourseCompletion.objects.filter(person__in=people).values_list(
        "person_id", "course_id", "completed_at"
    ):
        done[person, course].append(moment)

    def has_every_course(person: User, terms: Any) -> bool:
        since = last.get((person.pk, terms.id))
        return bool(terms.course_ids) and all(
            any(since is None or moment > since for moment in done[person.pk, course])
            for course in terms.course_ids
        )

    programmes = gathering.certification_terms()
    return [
        person for person in people if any(has_every_course(person, terms) for terms in programmes)
    ]


CHECKS: tuple[RecordCheck, ...] = (
    check_ledger,
    check_facts,
    check_rules,
    check_passes,
    check_awards,
    check_completions,
)
