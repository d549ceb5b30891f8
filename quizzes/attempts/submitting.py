"""Handing in an attempt: exactly once, by the person or when time is up, judged in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from courses.progress import completions
from items.kinds.content import kind_of, parse_content
from items.kinds.spec import Spec
from items.phrases import Phrase, counted_phrase, gettext_noop, ngettext_noop
from ledger import bulk_rows, entries
from quizzes.attempts import deadlines, notices, regrade_decisions, results
from quizzes.models import Attempt, MarkEvent, Response
from quizzes.rules import attempt_limits, settings
from quizzes.rules.grading import MarkedItem, grade_response, score_attempt
from quizzes.rules.regrading import SettledItem

log = logging.getLogger(__name__)
PERSON, DEADLINE = "person", attempt_limits.DEADLINE
SWEEPER = "system:deadline"
GRADED = "graded"


@dataclass(frozen=True)
class ClosedNotice:
    """The message to somebody whose answer came too late. `when` fills `%(when)s` in the words."""

    phrase: Phrase
    when: datetime | None


def submit_attempt(uuid: UUID, person: User | None, *, at: datetime, by: str = PERSON) -> Attempt:
    """Hand in and judge an attempt; handing in again changes nothing and returns it as judged.

    Counts at `at`, but never later than the deadline. A pass records the completion of the course, and
    whatever follows from it, in the same transaction. With `person` None (the sweeper) anybody's attempt
    is meant. Raises Attempt.DoesNotExist for somebody else's.
    """
    whose = {"person": person} if person else {}
    with transaction.atomic():
        attempt = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("person", "quiz__course", "release", "snapshot")
            .get(uuid=uuid, **whose)
        )
        if attempt.state != Attempt.State.OPEN:
            return attempt
        _judge(attempt, at=at, by=by)
    return attempt


def close_if_over(attempt: Attempt, person: User, *, at: datetime) -> Attempt:
    """The attempt, handed in as it stands if time is up at `at`."""
    if attempt.state == Attempt.State.OPEN and deadlines.is_over(attempt, at):
        return submit_attempt(attempt.uuid, person, at=at, by=DEADLINE)
    return attempt


def submit_overdue_attempts(*, at: datetime) -> int:
    """Hand in every open attempt whose time and grace are over. Returns how many; safe to run at any time."""
    due = Attempt.objects.filter(state=Attempt.State.OPEN, deadline_at__lt=at - deadlines.GRACE)
    swept = 0
    for uuid in list(due.values_list("uuid", flat=True)):
        swept += close_overdue_attempt(uuid, at=at, since=at - deadlines.GRACE)
    return swept


def closed_notice(attempt: Attempt) -> ClosedNotice:
    """The message to a person who answers in a closed attempt."""
    if attempt.state == Attempt.State.VOID:
        taken = Phrase(gettext_noop("This try was taken back. It takes no more answers."))
        return ClosedNotice(taken, None)
    if attempt.closed_by == DEADLINE:
        forms = ngettext_noop(
            "Time was up at %(when)s. We handed in your %(answered)s saved answer.",
            "Time was up at %(when)s. We handed in your %(answered)s saved answers.",
        )
        answered = attempt.result.get("answered", 0)
        words = counted_phrase(forms, answered, {"answered": answered})
        return ClosedNotice(words, attempt.submitted_at)
    return ClosedNotice(
        Phrase(gettext_noop("You handed in this try on %(when)s. It takes no more answers.")),
        attempt.submitted_at,
    )


def close_overdue_attempt(uuid: UUID, *, at: datetime, since: datetime) -> bool:
    """Hand in one attempt as it stands at `at` if its time was up before `since`.

    Its person may have handed it in by then, or been given more time. Returns whether it was handed in here.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().get(uuid=uuid)
        still_due = attempt.state == Attempt.State.OPEN and deadlines.is_over(attempt, since)
        if still_due:
            submit_attempt(uuid, None, at=at, by=DEADLINE)
    return still_due


def _judge(attempt: Attempt, *, at: datetime, by: str) -> None:
    deadline = attempt.deadline_at
    at = not_before_start(attempt, at)
    by = DEADLINE if deadlines.is_over(attempt, at - deadlines.GRACE) else by
    attempt.submitted_at = min(at, deadline) if deadline else at
    attempt.closed_by = by
    actor = attempt.person.actor if by == PERSON else SWEEPER
    rows = attempt.responses.select_for_update(of=("self",)).select_related("version__principle")
    responses = list(rows)
    items = [_mark(response) for response in responses]
    bulk_rows.update_rows(responses, ["answer", "mark", "max_mark"])
    marks = MarkEvent.objects.bulk_create(_marks(responses, items, at=at, actor=actor))
    if any(response.mark is None for response in responses):
        _wait(attempt, responses, marks, actor=actor, at=at)
    else:
        conclude_attempt(attempt, responses, items, marks, actor=actor)


def not_before_start(attempt: Attempt, at: datetime) -> datetime:
    """When the attempt is handed in: the moment of the clock, or the start, if the clock was put back since."""
    if at >= attempt.started_at:
        return at
    log.warning(
        "Attempt %s was started at %s and is handed in at %s: the clock went back. It counts from its start.",
        attempt.uuid,
        attempt.started_at.isoformat(),
        at.isoformat(),
    )
    return attempt.started_at


def conclude_attempt(
    attempt: Attempt,
    responses: Sequence[Response],
    items: Sequence[MarkedItem],
    marks: Sequence[MarkEvent] = (),
    *,
    actor: str,
) -> None:
    """Judge an attempt whose answers all have their mark, record it, and complete the course if it passed.

    `marks` are those that were just given.
    """
    rules = settings.read_rules(attempt.rules)
    attempt.state = Attempt.State.SUBMITTED
    results.write_result(attempt, score_attempt(items, rules.to_pass()), responses, rules)
    attempt.save()
    _record(attempt, marks, actor=actor)


def _wait(
    attempt: Attempt,
    responses: Sequence[Response],
    marks: Sequence[MarkEvent],
    *,
    actor: str,
    at: datetime,
) -> None:
    """Set the attempt to `marking`: there is no verdict while an answer waits for a reviewer."""
    attempt.state = Attempt.State.MARKING
    attempt.result = results.waiting_result(responses)
    attempt.save()
    waiting = {"waiting": attempt.result["waiting"]}
    _enter("attempt.handed_in", attempt, marks, actor=actor, data=waiting)
    notices.notify_reviewers(attempt, at=at)


def _mark(response: Response) -> MarkedItem:
    """Translate what the browser sent into an answer, and mark it, unless a person has to."""
    spec = parse_content(response.version.content)
    answer = kind_of(spec).read(response.form, response.order)
    response.answer = answer or None
    marked = marked_item(response, spec)
    waits = (
        marked.waiting if isinstance(marked, SettledItem) else kind_of(spec).waiting(spec, answer)
    )
    response.mark, response.max_mark = None if waits else marked.mark, marked.points
    return marked


def marked_item(response: Response, spec: Spec) -> MarkedItem:
    """The stored answer marked by this spec, or, for a faulty version, by the decision about it.

    Needs the response's `version__principle`.
    """
    version = response.version
    if decision := regrade_decisions.decision_for(version):
        return regrade_decisions.mark_by_decision(response, spec, decision)
    return MarkedItem(
        slot=response.slot,
        principle=version.principle.code if version.principle else "",
        points=spec.points,
        grade=grade_response(spec, response.answer),
        critical=version.critical,
    )


def remembered_item(response: Response) -> MarkedItem:
    """The stored answer with its stored mark, which after a correction may differ from the mark by its spec."""
    item = marked_item(response, parse_content(response.version.content))
    if item.grade is None or response.mark is None or response.mark == item.mark:
        return item
    fraction = response.mark / response.max_mark if response.max_mark else item.grade.fraction
    found = replace(item.grade, fraction=fraction, correct=response.mark == response.max_mark)
    return replace(item, grade=found)


def _marks(
    responses: Sequence[Response], items: Sequence[MarkedItem], *, at: datetime, actor: str
) -> list[MarkEvent]:
    return [
        MarkEvent(
            response=response,
            mark=item.mark,
            max_mark=item.points,
            reason=GRADED,
            at=at,
            actor=actor,
            **regrade_decisions.mark_event_fields(response, item),
        )
        for response, item in zip(responses, items, strict=True)
        if response.mark is not None
    ]


def _record(attempt: Attempt, marks: Sequence[MarkEvent], *, actor: str) -> None:
    told = {"percent": attempt.percent, "passed": attempt.passed}
    _enter("attempt.submitted", attempt, marks, actor=actor, data=told)
    complete_course(attempt, actor=actor)


def complete_course(attempt: Attempt, *, actor: str) -> None:
    """Complete the course if this attempt does, from the moment it was handed in."""
    certifies = settings.read_rules(attempt.rules).certifies
    if attempt.passed and certifies and attempt.quiz.course and attempt.release:
        completions.record_completion(
            attempt.person,
            attempt.quiz.course,
            attempt.release,
            at=handed_in_at(attempt),
            evidence=f"attempt:{attempt.uuid}",
            actor=actor,
        )


def _enter(
    kind: str, attempt: Attempt, marks: Sequence[MarkEvent], *, actor: str, data: dict[str, Any]
) -> None:
    entries.append_entry(
        kind=kind,
        subject=f"attempt:{attempt.uuid}",
        actor=actor,
        at=handed_in_at(attempt),
        data={
            "quiz": attempt.quiz.code,
            "number": attempt.number,
            "by": attempt.closed_by,
            **data,
        },
        facts=[*marks, attempt],
    )


def handed_in_at(attempt: Attempt) -> datetime:
    """When the attempt was handed in. Completions count from this moment, however long a reviewer takes."""
    if attempt.submitted_at is None:
        raise ValueError("The attempt is still open.")
    return attempt.submitted_at
