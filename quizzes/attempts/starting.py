"""Starting an attempt: whether it may start, which questions are drawn, and in which order they are shown."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max

from accounts.models import User
from courses.models import CourseRelease
from courses.progress import enrolments
from items.kinds.content import kind_of, parse_content
from items.models import ItemVersion
from ledger import entries
from quizzes.attempts import deadlines, facts, open_items, snapshots, submitting
from quizzes.authoring import written_rules
from quizzes.models import Attempt, Quiz, Response
from quizzes.rules import settings
from quizzes.rules.drawing import DrawnItem, DrawPlan, DrawSection, PoolItem, draw_items
from quizzes.rules.eligibility import Eligibility, QuizFacts, judge_eligibility
from quizzes.rules.settings import QuizRules


class NotEligibleError(Exception):
    """No attempt may start now; `eligibility` has the reasons and next steps."""

    def __init__(self, eligibility: Eligibility) -> None:
        super().__init__(eligibility.reasons[0].code)
        self.eligibility = eligibility


class NotAgreedError(Exception):
    """The quiz asks to agree to a statement first."""


class ExaminedElsewhereError(Exception):
    """Another open try at which one can fail asks one of the questions; `attempt` is that try."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(str(attempt.uuid))
        self.attempt = attempt


def check_eligibility(person: User, quiz: Quiz, *, at: datetime, locale: str = "") -> Eligibility:
    """Whether the person may start, continue or review the quiz at `at`; each refusal has a next step."""
    found, _rules = prepare_start(person, quiz, at=at, locale=locale)
    return found


def prepare_start(
    person: User, quiz: Quiz, *, at: datetime, locale: str = ""
) -> tuple[Eligibility, QuizRules]:
    """Whether the person may start, and by which rules: somebody who catches up is asked about what has changed."""
    known = _settle(lambda: facts.gather_facts(person, quiz, locale, at=at), at)
    if any(past.passed for past in known.past):
        examined = open_items.find_examined_attempts(person)
        asked = Attempt.objects.filter(pk__in=examined, quiz=quiz)
        known = replace(known, examined=bool(examined) and asked.exists())
    rules = _rules_for(quiz, known)
    return judge_eligibility(known, rules, at=at), rules


def _settle(gather: Callable[[], QuizFacts], at: datetime) -> QuizFacts:
    """The facts, after every try whose time is up has been handed in: it stands in nobody's way, and has a result."""
    known = gather()
    over = [UUID(past.uuid) for past in known.past if past.is_over(at)]
    for uuid in over:
        submitting.close_overdue_attempt(uuid, at=at, since=at)
    return gather() if over else known


def _rules_for(quiz: Quiz, known: QuizFacts) -> QuizRules:
    rules = settings.read_rules(quiz.rules)
    if not (known.only and rules.certifies):
        return rules
    return written_rules.rules_of_update(rules, known.only)


def check_tries(person: User, quiz: Quiz, *, at: datetime) -> Eligibility:
    """Eligibility by the attempts alone, without lessons: attempts left, and when the next one opens."""
    known = _settle(lambda: facts.gather_attempt_facts(person, quiz), at)
    return judge_eligibility(known, settings.read_rules(quiz.rules), at=at)


@transaction.atomic
def start_attempt(
    person: User, quiz: Quiz, *, at: datetime, locale: str, agreed: bool = False
) -> Attempt:
    """Open an attempt with its questions drawn and frozen. An attempt already open is returned as it is.

    `agreed`: the person agrees to the statement of the quiz, if it has one; the ledger keeps which.
    Raises NotEligibleError, NotAgreedError, ExaminedElsewhereError where two verdicts would rest on one question at
    the same time, or DrawError when a bank has too few items.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    known = _settle(lambda: facts.gather_facts(person, quiz, locale, at=at), at)
    rules = _rules_for(quiz, known)
    found = judge_eligibility(known, rules, at=at)
    if found.open_attempt:
        return Attempt.objects.get(uuid=found.open_attempt.uuid)
    if not found.may_start:
        raise NotEligibleError(found)
    if rules.honour and not agreed:
        raise NotAgreedError
    if quiz.course and known.enrolled_since is None:
        enrolments.start_enrolment(person, quiz.course, actor=person.actor, at=at, source="quiz")
    attempt = _open(person, quiz, rules, at=at, locale=locale, number=found.next_number)
    _deal(attempt, rules)
    if rules.judged:
        _require_unexamined(attempt)
    entries.append_entry(
        kind="attempt.started",
        subject=f"attempt:{attempt.uuid}",
        actor=person.actor,
        at=at,
        data={"quiz": quiz.code, "number": attempt.number, "deadline_at": attempt.deadline_at}
        | _agreement(rules),
        facts=[attempt],
    )
    return attempt


def _require_unexamined(attempt: Attempt) -> None:
    """A verdict is always told, and that of a short quiz tells which answers of the other try are right."""
    exam = open_items.find_examining_attempt(attempt)
    if exam is not None:
        raise ExaminedElsewhereError(exam)


def _agreement(rules: QuizRules) -> dict[str, str]:
    """The statement agreed to, as its SHA-256; the words themselves are in the rules of the attempt."""
    honour = rules.honour
    return {"honour_sha256": hashlib.sha256(honour.encode()).hexdigest()} if honour else {}


def _open(
    person: User, quiz: Quiz, rules: QuizRules, *, at: datetime, locale: str, number: int
) -> Attempt:
    release = CourseRelease.objects.filter(course=quiz.course_id).order_by("-number").first()
    attempt = Attempt(
        person=person,
        quiz=quiz,
        release=release,
        number=number,
        locale=locale,
        seed=secrets.token_hex(16),
        snapshot=snapshots.snapshot_rules(
            settings.write_rules(rules) if rules.only else quiz.rules
        ),
        started_at=at,
    )
    attempt.deadline_at = deadlines.deadline_for(attempt, person)
    attempt.save(force_insert=True)
    return attempt


def _deal(attempt: Attempt, rules: QuizRules) -> list[Response]:
    """Draw the questions and store, for each, the order in which its options are shown."""
    drawn = _draw(attempt, rules)
    versions = ItemVersion.objects.in_bulk([one.item_id for one in drawn])
    responses = []
    for one in drawn:
        spec = parse_content(versions[one.item_id].content)
        # The seed never leaves the server, so neither order nor tokens can be foreseen.
        order = kind_of(spec).deal(spec, Random(f"{attempt.seed}:{one.slot}"))  # noqa: S311
        responses.append(
            Response(
                attempt=attempt,
                slot=one.slot,
                version_id=one.item_id,
                order=order,
                max_mark=spec.points,
            )
        )
    return Response.objects.bulk_create(responses)


def _draw(attempt: Attempt, rules: QuizRules) -> Sequence[DrawnItem]:
    pool = _pool(attempt, rules)
    chosen = [
        item
        for bank in rules.banks
        for item in _from_bank(pool[bank], rules.plan(bank), attempt.seed)
    ]
    # A second draw of all chosen items only shuffles them across banks and sections.
    return draw_items(chosen, DrawPlan((DrawSection(None, len(chosen)),)), attempt.seed)


def _from_bank(pool: list[PoolItem], plan: DrawPlan, seed: str) -> list[PoolItem]:
    wanted = {one.item_id for one in draw_items(pool, plan, seed)}
    return [item for item in pool if item.id in wanted]


def _pool(attempt: Attempt, rules: QuizRules) -> dict[str, list[PoolItem]]:
    """What may be drawn, by bank, with how often this person has met each item (in any version)."""
    seen = _seen(attempt)
    return {
        bank: [_met(item, *seen.get(item.item, (0, None))) for item in items]
        for bank, items in written_rules.load_pool(rules).items()
    }


def _met(item: PoolItem, count: int, last: datetime | None) -> PoolItem:
    return replace(item, seen_count=count, last_seen=last)


def _seen(attempt: Attempt) -> dict[int, tuple[int, datetime]]:
    asked = Response.objects.filter(attempt__person=attempt.person_id)
    counted = asked.values("version__item").annotate(
        count=Count("pk"), last=Max("attempt__started_at")
    )
    return {row["version__item"]: (row["count"], row["last"]) for row in counted}
