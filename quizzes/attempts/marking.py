"""Answers that a reviewer marks: who may mark, which answers wait, and giving the mark.

Reviewers see no names. An attempt is judged after its last mark, by the same code as any other attempt, and
counts from the moment of submission. A mark is a MarkEvent with the rubric and the words to the learner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.permissions import has_role, role_regions
from items.kinds.content import parse_content
from items.kinds.free_text import FreeTextSpec, add_review, given_levels
from items.kinds.kind import ONE
from items.phrases import Phrase, gettext_noop
from ledger import entries
from quizzes.attempts import notices, submitting
from quizzes.models import Attempt, MarkEvent, Response

REVIEWED = "reviewed"
# The time that learners are told to expect; a later mark is accepted all the same.
WORKING_DAYS = 5
SATURDAY = 5
MOST_COMMENT = 4_000


class AlreadyMarkedError(Exception):
    """Another reviewer was quicker, or the answer no longer waits."""


class MarkRefusedError(ValueError):
    """The mark is incomplete: `problems` says what is missing, by criterion id or under "comment"."""

    def __init__(self, problems: Mapping[str, Phrase]) -> None:
        self.problems = problems
        super().__init__(", ".join(problems))


@dataclass(frozen=True)
class ReviewerJudgement:
    """What a reviewer says: the level for each criterion by its id, and words to the learner."""

    rubric: Mapping[str, str]
    comment: str


def may_mark(person: User, at: datetime) -> bool:
    """Whether the person marks answers at all."""
    return has_role(person, Role.REVIEWER, at=at)


def marking_queue(reviewer: User, at: datetime) -> QuerySet[Response]:
    """The answers that wait for this reviewer, the oldest first. Nobody marks their own."""
    waiting = waiting_answers(reviewer, role_regions(reviewer, Role.REVIEWER, at=at))
    return waiting.select_related("attempt__quiz", "version__item").order_by(
        "attempt__submitted_at", "pk"
    )


def waiting_answers(reviewer: User, regions: frozenset[int] | None) -> QuerySet[Response]:
    """The answers of others that wait in the regions in which the reviewer marks (primary keys); None: everywhere."""
    return Response.objects.filter(_waits(), _within(regions)).exclude(attempt__person=reviewer)


def could_have_marked(pk: int, reviewer: User, at: datetime) -> bool:
    """Whether an answer that has been marked meanwhile was in this reviewer's queue."""
    marked = Response.objects.filter(_in_scope(reviewer, at), pk=pk, mark_events__reason=REVIEWED)
    return marked.exclude(attempt__person=reviewer).exists()


def count_own_waiting(reviewer: User) -> int:
    """How many of the reviewer's own answers wait for somebody else."""
    return Response.objects.filter(_waits(), attempt__person=reviewer).count()


def expected_marking_day(handed_in: date) -> date:
    """The day by which an answer should be marked: five working days later."""
    day, left = handed_in, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def find_problems(spec: FreeTextSpec, judgement: ReviewerJudgement) -> dict[str, Phrase]:
    """What is missing: a level for each criterion, and a comment to the learner below full points."""
    given = given_levels(spec, {"rubric": dict(judgement.rubric)})
    found = {row.id: Phrase(_PICK) for row in spec.criteria if row.id not in given}
    below = any(level.points < ONE for level in given.values())
    if below and not judgement.comment.strip():
        found["comment"] = Phrase(_SAY_WHY)
    return found


def mark_answer(pk: int, reviewer: User, judgement: ReviewerJudgement, *, at: datetime) -> Attempt:
    """Give an answer its mark, and judge the attempt if it was the last one.

    Raises Response.DoesNotExist for an answer that this reviewer may not mark, AlreadyMarkedError when somebody
    else has marked it meanwhile, MarkRefusedError while something is missing (`find_problems`).
    """
    with transaction.atomic():
        response = _locked(pk, reviewer, at)
        spec = parse_content(response.version.content)
        if not isinstance(spec, FreeTextSpec):
            raise AlreadyMarkedError
        if missing := find_problems(spec, judgement):
            raise MarkRefusedError(missing)
        _give(response, spec, judgement, actor=reviewer.actor, at=at)
        attempt = response.attempt
        conclude_marking(attempt, actor=reviewer.actor, at=at)
    return attempt


def _waits() -> Q:
    return Q(attempt__state=Attempt.State.MARKING, mark__isnull=True)


def _in_scope(reviewer: User, at: datetime) -> Q:
    return _within(role_regions(reviewer, Role.REVIEWER, at=at))


def _within(regions: frozenset[int] | None) -> Q:
    return Q() if regions is None else Q(attempt__person__region_id__in=sorted(regions))


def _locked(pk: int, reviewer: User, at: datetime) -> Response:
    """The answer with its attempt locked: marks of one attempt are given one after the other."""
    allowed = Response.objects.filter(_in_scope(reviewer, at)).exclude(attempt__person=reviewer)
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related(
        "person", "quiz__course", "release", "snapshot"
    )
    found = attempt.get(pk=allowed.only("attempt_id").get(pk=pk).attempt_id)
    response = found.responses.select_related("version").get(pk=pk)
    if found.state != Attempt.State.MARKING or response.mark is not None:
        raise AlreadyMarkedError
    response.attempt = found
    return response


def _give(
    response: Response,
    spec: FreeTextSpec,
    judgement: ReviewerJudgement,
    *,
    actor: str,
    at: datetime,
) -> None:
    comment = judgement.comment.strip()[:MOST_COMMENT]
    given = {
        ident: level.id
        for ident, level in given_levels(spec, {"rubric": dict(judgement.rubric)}).items()
    }
    response.answer = add_review(response.answer or {}, given, comment)
    item = submitting.marked_item(response, spec)
    response.mark = item.mark
    response.save(update_fields=["answer", "mark"])
    mark = MarkEvent.objects.create(
        response=response,
        version=response.version,
        mark=item.mark,
        max_mark=spec.points,
        reason=REVIEWED,
        rubric=given,
        comment=comment,
        at=at,
        actor=actor,
    )
    entries.append_entry(
        kind="answer.reviewed",
        subject=f"attempt:{response.attempt.uuid}",
        actor=actor,
        at=at,
        data={"slot": response.slot, "mark": item.mark, "of": spec.points},
        facts=[mark],
    )


def conclude_marking(attempt: Attempt, *, actor: str, at: datetime) -> None:
    """Judge the attempt if nothing waits any more, and tell the person."""
    rows = attempt.responses.select_for_update(of=("self",)).select_related("version__principle")
    responses = list(rows)
    if any(response.mark is None for response in responses):
        return
    items = [submitting.remembered_item(response) for response in responses]
    submitting.conclude_attempt(attempt, responses, items, actor=actor)
    notices.notify_marked(attempt, at=at)


_PICK = gettext_noop("Choose a level.")
_SAY_WHY = gettext_noop("Say what would have earned all of the points.")
