"""Whether awards rest on what they say they rest on, for many awards in a fixed number of statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Cast

from certificates.models import Award, AwardEvent
from certificates.rules.dates import end_of_day
from courses.models import CourseCompletion
from items.kinds.content import parse_content
from items.kinds.spec import Spec
from items.models import ItemVersion
from ledger.reading import read_chunks
from quizzes.attempts import regrade_decisions, submitting
from quizzes.models import Attempt, Response
from quizzes.models.attempts import CORRECTIONS
from quizzes.rules import settings
from quizzes.rules.grading import MarkedItem, PassRules, score_attempt
from quizzes.rules.regrading import WITHDRAWN, RegradeDecision

MOST_REMEMBERED = 50_000
# One question of one attempt: its slot, version and answer as text.
StoredAnswer = tuple[int, int, str | None]


class UnreadableVersionError(Exception):
    """A stored question that cannot be marked any more."""


class MarkingMemory:
    """Marks and rules that were worked out before: most people meet the same questions and give the same answers."""

    def __init__(self) -> None:
        self._versions: dict[int, tuple[ItemVersion, Spec | Exception]] = {}
        self._decisions: dict[int, RegradeDecision] = {}
        self._items: dict[StoredAnswer, MarkedItem] = {}
        self._rules: dict[str, PassRules] = {}

    def learn_versions(self, ids: set[int]) -> None:
        """Read the versions that were not met before."""
        if len(self._versions) > MOST_REMEMBERED:
            self._versions.clear()
        missing = sorted(ids - self._versions.keys())
        if not missing:
            return
        rows = ItemVersion.objects.filter(pk__in=missing).select_related("principle")
        for chunk in read_chunks(rows):
            for version in chunk.rows:
                self._versions[version.pk] = (version, _parse(version))
        self._decisions |= regrade_decisions.newest_decisions(missing)

    def marked_item(self, stored: StoredAnswer) -> MarkedItem:
        """The answer marked as on the day. Raises UnreadableVersionError."""
        if (item := self._items.get(stored)) is not None:
            return item
        slot, version_id, answer = stored
        version, spec = self._versions.get(version_id, (None, None))
        if version is None:
            raise UnreadableVersionError(f"version {version_id} of a question cannot be read")
        if spec is None or isinstance(spec, Exception):
            raise UnreadableVersionError(f"version {version_id} of a question: {spec}")
        response = Response(slot=slot, version=version)
        response.answer = json.loads(answer) if answer is not None else None
        if len(self._items) > MOST_REMEMBERED:
            self._items.clear()
        item = self._items[stored] = self._mark(response, spec)
        return item

    def _mark(self, response: Response, spec: Spec) -> MarkedItem:
        if response.version.withdrawn_at is None:
            return submitting.marked_item(response, spec)
        decision = self._decisions.get(response.version_id, WITHDRAWN)
        return regrade_decisions.mark_by_decision(response, spec, decision)

    def pass_rules(self, attempt: Attempt) -> PassRules:
        sha256 = attempt.snapshot_id
        if sha256 not in self._rules:
            if len(self._rules) > MOST_REMEMBERED:
                self._rules.clear()
            self._rules[sha256] = settings.read_rules(attempt.rules).to_pass()
        return self._rules[sha256]


def _parse(version: ItemVersion) -> Spec | Exception:
    try:
        return parse_content(version.content)
    except Exception as error:  # noqa: BLE001 - whatever was done to it, the awards that rest on it are named
        return error


def find_faults(awards: Sequence[Award], memory: MarkingMemory) -> Iterator[tuple[Award, str]]:
    """Each award with each of its faults. The number of statements does not depend on how many awards there are."""
    attempts = [award.attempt for award in awards if award.attempt]
    lost = [attempt for attempt in attempts if not attempt.passed]
    ended = set(
        AwardEvent.objects.filter(award__attempt__in=lost)
        .exclude(kind=AwardEvent.Kind.REINSTATED)
        .values_list("award_id", flat=True)
    )
    completed = completed_courses(lost)
    answers = _stored_answers(attempts)
    memory.learn_versions({stored[1] for rows in answers.values() for stored in rows})
    for award in awards:
        try:
            for fault in _faults(award, answers, memory, ended, completed):
                yield award, fault
        except Exception as error:  # noqa: BLE001 - whatever was done to a record, it is named and the rest is checked
            yield award, f"its evidence cannot be read ({error})"


def completed_courses(attempts: Sequence[Attempt]) -> set[tuple[int, int]]:
    """Which of the people of these attempts have completed which course. One query."""
    people = {attempt.person_id for attempt in attempts}
    return set(
        CourseCompletion.objects.filter(person__in=people).values_list("person_id", "course_id")
    )


def _stored_answers(attempts: Sequence[Attempt]) -> dict[int, list[StoredAnswer]]:
    found: dict[int, list[StoredAnswer]] = defaultdict(list)
    rows = (
        Response.objects.filter(attempt__in=[attempt.pk for attempt in attempts])
        .annotate(given=Cast("answer", TextField()))
        .order_by()
        .values_list("attempt_id", "slot", "version_id", "given")
    )
    for attempt, *stored in rows.iterator(chunk_size=5_000):
        found[attempt].append((stored[0], stored[1], stored[2]))
    return found


def _faults(
    award: Award,
    answers: dict[int, list[StoredAnswer]],
    memory: MarkingMemory,
    ended: set[int],
    completed: set[tuple[int, int]],
) -> Iterator[str]:
    if award.expires_at != end_of_day(award.valid_through, award.policy_tz):
        yield "it does not expire at the end of its last day"
    done, attempt = award.completion, award.attempt
    if done and (done.person_id, done.completed_at) != (award.recipient_id, award.issued_at):
        yield "the completion behind it is of another person or another moment"
    if attempt is None:
        return
    kept = attempt.passed or _was_lost(award, attempt, ended, completed)
    if attempt.person_id != award.recipient_id or not kept:
        yield "the attempt behind it is of another person or not passed"
    if attempt.passed and not _passes_again(attempt, answers[attempt.pk], memory):
        yield "the stored answers of its attempt do not pass by the rules of that attempt"


def _was_lost(
    award: Award, attempt: Attempt, ended: set[int], completed: set[tuple[int, int]]
) -> bool:
    """Whether a regrade took the pass and the award is withdrawn, expired or backed by another pass."""
    if CORRECTIONS not in attempt.result:
        return False
    moment = datetime.fromisoformat(attempt.result[CORRECTIONS][-1]["at"])
    backed = (attempt.person_id, attempt.quiz.course_id) in completed
    return award.pk in ended or award.expires_at <= moment or backed


def _passes_again(attempt: Attempt, answers: list[StoredAnswer], memory: MarkingMemory) -> bool:
    """Whether the stored answers, marked again, pass by the rules of the attempt.

    True without marking when no stored answer counts (retention removed them) or a regrade kept the pass.
    """
    if any(row["kept"] for row in attempt.result.get(CORRECTIONS, ())):
        return True
    items = [memory.marked_item(stored) for stored in answers]
    counts = any(item.points for item in items)
    return not counts or score_attempt(items, memory.pass_rules(attempt)).passed
