"""Read from the database the facts about people and quizzes that the eligibility rules need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import User
from courses import outlines
from courses.models import Course, CoursePage, Enrolment
from courses.progress import course_states, enrolments, updates
from courses.progress.updates import CourseUpdate
from courses.rules import CoursePlace, fold_progress
from ledger.prepared_queries import PreparedQuery
from quizzes.attempts import recaps
from quizzes.models import Attempt, Quiz, Unlock
from quizzes.rules import settings
from quizzes.rules.attempt_limits import GivenTries, PastAttempt
from quizzes.rules.eligibility import QuizFacts, newest_failed_attempt
from quizzes.rules.percentages import tell_percent


def gather_facts(person: User, quiz: Quiz, locale: str, *, at: datetime) -> QuizFacts:
    """All facts about one person and one quiz, with the lessons of its course in one language."""
    taken = _course_facts(person, quiz, at)
    released, since, update = taken.released, taken.since, taken.update
    left, lesson = _lessons(person, quiz, locale, taken) if since else (0, None)
    past = [_past(row) for row in _attempts([person], [quiz])]
    return QuizFacts(
        ready=quiz.course_id is None or released,
        has_course=quiz.course_id is not None,
        enrolled_since=since,
        lessons_left=left,
        next_lesson=lesson.title if lesson else "",
        next_path=lesson.url_path if lesson else "",
        past=past,
        extra_attempts=person.extra_attempts,
        given=_given([person], [quiz])[person.pk, quiz.pk],
        recaps_left=_recaps_left(quiz, past, since),
        only=update.codes if update else frozenset(),
    )


def gather_attempt_facts(person: User, quiz: Quiz) -> QuizFacts:
    """The facts without lessons. Two queries, and two or three more where recaps gate the next attempt."""
    rows = list(_attempts([person], [quiz]))
    since = _since(rows)
    past = [_past(row) for row in rows]
    return QuizFacts(
        ready=True,
        has_course=False,
        enrolled_since=since,
        lessons_left=0,
        next_lesson="",
        past=past,
        extra_attempts=person.extra_attempts,
        given=_given([person], [quiz])[person.pk, quiz.pk],
        recaps_left=_recaps_left(quiz, past, since),
    )


def gather_facts_by_person(
    people: Collection[User], quizzes: Collection[Quiz]
) -> dict[User, list[tuple[Quiz, QuizFacts]]]:
    """For each person, the facts of each quiz they have tried, without lessons and recaps. Two queries."""
    persons = {person.pk: person for person in people}
    known = {quiz.pk: quiz for quiz in quizzes}
    tried: dict[tuple[int, int], list[Attempt]] = defaultdict(list)
    for row in _attempts(people, quizzes):
        tried[row.person_id, row.quiz_id].append(row)
    given = _given(people, quizzes)
    found: dict[User, list[tuple[Quiz, QuizFacts]]] = defaultdict(list)
    for (person_id, quiz_id), rows in tried.items():
        facts = QuizFacts(
            ready=True,
            has_course=False,
            enrolled_since=_since(rows),
            lessons_left=0,
            next_lesson="",
            past=[_past(row) for row in rows],
            extra_attempts=persons[person_id].extra_attempts,
            given=given[person_id, quiz_id],
        )
        found[persons[person_id]].append((known[quiz_id], facts))
    return found


def _attempts(people: Iterable[User], quizzes: Iterable[Quiz]) -> Iterator[Attempt]:
    """Their attempts, oldest first, each with when the person's newest enrolment began."""
    return _kept_attempts.fetch([one.pk for one in people], [one.pk for one in quizzes])


def _attempt_rows(people: list[int], quizzes: list[int]) -> QuerySet[Attempt]:
    newest = Enrolment.objects.filter(
        person=OuterRef("person"), course=OuterRef("quiz__course")
    ).order_by("-started_at")
    mine = Attempt.objects.filter(person__in=people, quiz__in=quizzes).defer("result")
    return mine.annotate(since=Subquery(newest.values("started_at")[:1])).order_by("number")


_kept_attempts = PreparedQuery(_attempt_rows)


def _since(rows: Sequence[Attempt]) -> datetime | None:
    """The start of the round, which `_attempts` annotates on each row."""
    found: datetime | None = getattr(rows[0], "since", None) if rows else None
    return found


def _past(row: Attempt) -> PastAttempt:
    return PastAttempt(
        uuid=str(row.uuid),
        number=row.number,
        state=row.state,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        passed=row.passed,
        percent=tell_percent(row.percent),
        deadline_at=row.deadline_at,
        closed_by=row.closed_by,
    )


def _given(
    people: Iterable[User], quizzes: Iterable[Quiz]
) -> dict[tuple[int, int], list[GivenTries]]:
    found: dict[tuple[int, int], list[GivenTries]] = defaultdict(list)
    for person, quiz, at, tries in _kept_unlocks.fetch(
        [one.pk for one in people], [one.pk for one in quizzes]
    ):
        found[person, quiz].append(GivenTries(at, tries))
    return found


def _unlock_rows(people: list[int], quizzes: list[int]) -> QuerySet[Unlock, tuple[Any, ...]]:
    rows = Unlock.objects.filter(person__in=people, quiz__in=quizzes)
    return rows.values_list("person_id", "quiz_id", "at", "tries")


_kept_unlocks = PreparedQuery(_unlock_rows)


def _recaps_left(quiz: Quiz, past: list[PastAttempt], since: datetime | None) -> int:
    failed = newest_failed_attempt(past, since)
    if failed is None or not settings.read_rules(quiz.rules).recap_gate:
        return 0
    attempt = Attempt.objects.select_related("snapshot").get(uuid=failed.uuid)
    return sum(recap.read_at is None for recap in recaps.recaps_for(attempt))


@dataclass(frozen=True, slots=True)
class _CourseRound:
    """Whether the course has a release and all its lessons are open, when the newest enrolment began, and its limit."""

    released: bool
    since: datetime | None = None
    is_open: bool = False
    update: CourseUpdate | None = None


def _course_facts(person: User, quiz: Quiz, at: datetime) -> _CourseRound:
    """The person's round of the quiz's course. One query, unless the person catches up with a change."""
    if quiz.course_id is None:
        return _CourseRound(released=False)
    released, since, source, is_open = next(_kept_rounds.fetch(person.pk, quiz.course_id))
    update = (
        updates.find_update(person, quiz.course_id, at) if source == enrolments.UPDATE else None
    )
    return _CourseRound(released is not None, since, is_open, update)


def _round_rows(person: int, course: int) -> QuerySet[Course, tuple[Any, ...]]:
    """The newest release, the start of the person's newest enrolment, the source of an open one, what is open."""
    theirs = {"person": person, "course": OuterRef("pk")}
    newest = Enrolment.objects.filter(**theirs).order_by("-started_at")
    under_way = Enrolment.objects.open().filter(**theirs)
    rows = Course.objects.annotate(
        released=Max("releases__number"),
        since=Subquery(newest.values("started_at")[:1]),
        source=Subquery(under_way.values("source")[:1]),
        is_open=course_states.is_open_to(person, "pk"),
    )
    return rows.filter(pk=course).values_list("released", "since", "source", "is_open")


_kept_rounds = PreparedQuery(_round_rows)


def _lessons(
    person: User, quiz: Quiz, locale: str, taken: _CourseRound
) -> tuple[int, CoursePlace | None]:
    """How many lessons are still to be read, and which is next, in one language's course.

    Somebody who catches up reads what is new in the modules that have changed.
    """
    here = Case(When(Q(locale__language_code=locale), Value(0)), default=Value(1))
    pages = CoursePage.objects.live().filter(course=quiz.course_id).order_by(here, "path")
    path = pages.values_list("path", flat=True).first()
    outline = outlines.read_outline(path) if path else None
    if outline is None:
        return 0, None
    found = fold_progress(
        outline,
        course_states.read_step_times(person, outline.course_id),
        completed=taken.is_open,
        under_way=True,
        asked=taken.update.numbers if taken.update else None,
    )
    return len(found.unread), found.next_step
