"""What a year leaves behind, table by table, in the order in which one row points at another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice

from django.db import connection
from django.db.models import QuerySet

from accounts.load import PREFIX
from accounts.models import User
from certificates.models import Award, AwardEvent, Hold, Waiver
from channels.decisions import DecisionQuery, decide
from channels.models import PostingPermission, RulesAcceptance
from courses.models import Assignment, CourseCompletion, Enrolment, StepCompletion
from home.crowd.copied_acts import ActCopier
from home.crowd.copied_facts import ProvedCopies
from home.crowd.copied_rows import (
    CopiedTable,
    PersonPair,
    copy_rows,
    copy_uuid,
    copy_uuid_text,
    digest,
    pad_number,
    set_pairs,
)
from quizzes.models import Attempt, MarkEvent, Response, Unlock

BATCH = 5_000
DECISIONS = 500
# A decision costs as much as all other rows of a person: tools ask about one role in so many.
ASKED_EACH = 6
ASKER = "system:make_people"
OWN = "source.person_id = copies.source_id"
# The try that a row of the source belongs to, and its copy.
TRIES = 'CROSS JOIN "quizzes_attempt" tried CROSS JOIN "quizzes_attempt" try'
SAME_TRY = (
    "try.person_id = copies.person_id AND try.quiz_id = tried.quiz_id AND try.number = tried.number"
)
OWN_TRY = f"tried.person_id = copies.source_id AND {SAME_TRY}"
# What an award of the source was earned by, and the copies of that.
EARNED = (
    'LEFT JOIN "quizzes_attempt" tried ON tried.id = source.attempt_id'
    f' LEFT JOIN "quizzes_attempt" try ON {SAME_TRY}'
    ' LEFT JOIN "courses_coursecompletion" did ON did.id = source.completion_id'
    ' LEFT JOIN "courses_coursecompletion" done ON done.person_id = copies.person_id'
    " AND done.course_id = did.course_id AND done.completed_at = did.completed_at"
)


@dataclass(frozen=True, slots=True)
class LivedYears:
    """How many people live a year of somebody now, and how many decisions were asked for them."""

    people: int = 0
    decisions: int = 0


def copy_years(*, at: datetime) -> LivedYears:
    """Give each made-up person who works here and has begun nothing the year of somebody who has, in turn.

    Whose: of everybody else with an assignment. Call it in a transaction; without such people nothing happens.
    """
    sources = list(_find_sources())
    if not sources:
        return LivedYears()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Checks that wait for the end of the transaction are kept in memory until then.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    acts, generations = ActCopier(sources), _award_generations(sources)
    lived, decided, source = 0, 0, cycle(sources)
    while people := list(_people_without_year()[:BATCH]):
        pairs = [
            PersonPair(int(str(person.hr_id).removeprefix(PREFIX)), one, person)
            for one, person in zip(islice(source, len(people)), people, strict=True)
        ]
        set_pairs(pairs)
        tables = (*_learning(), *_certificates(generations), *_channels())
        proved = ProvedCopies(table.model for table in tables)
        for table in tables:
            copy_rows(table)
        acts.write(pairs)
        proved.write(at)
        lived += len(people)
        decided += _ask_decisions(people, at)
    return LivedYears(lived, decided)


def _find_sources() -> QuerySet[User]:
    people = User.objects.people().filter(assignments__isnull=False, left_at=None)
    return people.exclude(hr_id__startswith=PREFIX).order_by("hr_id").distinct()


def _people_without_year() -> QuerySet[User]:
    made = User.objects.filter(hr_id__startswith=PREFIX, left_at=None, assignments=None)
    return made.only("uuid", "hr_id", "display_name").order_by("pk")


def _learning() -> Iterator[CopiedTable]:
    public = {"uuid": copy_uuid("source.uuid")}
    yield CopiedTable(Assignment, OWN)
    yield CopiedTable(Enrolment, OWN, public)
    yield CopiedTable(StepCompletion, OWN)
    yield CopiedTable(Attempt, f"{OWN} AND source.state <> 'open'", public)
    yield CopiedTable(
        Response,
        f"source.attempt_id = tried.id AND {OWN_TRY}",
        {"attempt_id": "try.id"},
        leading=TRIES,
    )
    yield CopiedTable(
        MarkEvent,
        f"{OWN_TRY} AND old.attempt_id = tried.id AND source.response_id = old.id"
        " AND new.attempt_id = try.id AND new.slot = old.slot AND source.regrade_id IS NULL",
        {"response_id": "new.id"},
        leading=f'{TRIES} CROSS JOIN "quizzes_response" old CROSS JOIN "quizzes_response" new',
    )
    yield CopiedTable(Unlock, OWN)
    yield CopiedTable(
        CourseCompletion,
        f"{OWN} AND source.evidence LIKE 'attempt:%'",
        {"evidence": f"'attempt:' || {copy_uuid_text('substr(source.evidence, 9)')}"},
    )


def _certificates(generations: list[list[int]]) -> Iterator[CopiedTable]:
    """First the awards that renew none, then those that renew one of them, and so on; then what happened to them."""
    number = (pad_number("copies.n % 100000", 5), pad_number("source.id % 100000", 5))
    differing = {
        "uuid": copy_uuid("source.uuid"),
        "recipient_id": "copies.person_id",
        "recipient_name": "copies.name",
        "number": f"substr(source.number, 1, 8) || {number[0]} || '-' || {number[1]}",
        "code": f"upper(substr({digest('source.code')}, 1, 26))",
        "attempt_id": "try.id",
        "completion_id": "done.id",
    }
    copied = f'JOIN "certificates_award" new ON new.uuid = {copy_uuid("old.uuid")}'
    for renewals, keys in enumerate(generations):
        own = (
            f"source.recipient_id = copies.source_id AND source.id IN ({', '.join(map(str, keys))})"
        )
        if not renewals:
            yield CopiedTable(Award, own, differing, EARNED)
            continue
        before = f'JOIN "certificates_award" old ON old.id = source.previous_id {copied}'
        yield CopiedTable(Award, own, differing | {"previous_id": "new.id"}, f"{EARNED} {before}")
    yield CopiedTable(
        AwardEvent,
        "old.recipient_id = copies.source_id AND source.award_id = old.id",
        {"award_id": "new.id"},
        leading=f'CROSS JOIN "certificates_award" old {copied}',
    )
    yield CopiedTable(Waiver, OWN)
    yield CopiedTable(Hold, OWN)


def _award_generations(sources: list[User]) -> list[list[int]]:
    """The keys of the awards of the sources: the first of each chain, then the second of each, and so on."""
    awards = dict(Award.objects.filter(recipient__in=sources).values_list("pk", "previous_id"))
    found: list[list[int]] = []
    last: set[int | None] = {None}
    while keys := sorted(pk for pk, previous in awards.items() if previous in last):
        found.append(keys)
        last = set(keys)
    return found


def _channels() -> Iterator[CopiedTable]:
    yield CopiedTable(PostingPermission, OWN, {"uuid": copy_uuid("source.uuid")})
    yield CopiedTable(RulesAcceptance, OWN)


def _ask_decisions(people: list[User], at: datetime) -> int:
    """Ask about some of the roles that these people hold whether they may post, as a tool does."""
    held = PostingPermission.objects.current(at).filter(person__in=people).order_by("pk")
    items = [
        DecisionQuery(hr_id, channel, "publish", at)
        for hr_id, channel in held.values_list("person__hr_id", "channel__code")[::ASKED_EACH]
    ]
    for first in range(0, len(items), DECISIONS):
        decide(items[first : first + DECISIONS], asked_by=ASKER, evaluated_at=at)
    return len(items)
