"""Whether awards rest on what they say they rest on, for many awards in a fixed number of statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from certificates.models import AwardEvent
from certificates.rules.dates import end_of_day
from courses.models import CourseCompletion
from items.kinds.content import parse_content
from items.kinds.spec import Spec
from items.models import ItemVersion
from ledger.reading import read_chunks
from quizzes.attempts import regrade_decisions, submitting
from quizzes.models import Response, RulesSnapshot
from quizzes.models.attempts import CORRECTIONS
from quizzes.rules import settings
from quizzes.rules.grading import MarkedItem, PassRules, score_attempt
from quizzes.rules.regrading import WITHDRAWN, RegradeDecision

MOST_REMEMBERED = 50_000
# What is read of an award and its evidence, as plain rows: models would take more time than all the rest.
COLUMNS = (
    *("pk", "number", "recipient_id", "issued_at", "valid_from", "valid_through", "expires_at"),
    *("policy_tz", "recorded_at", "attempt_id", "attempt__person_id", "attempt__passed"),
    *("attempt__result", "attempt__snapshot_id", "attempt__quiz__course_id"),
    *("completion_id", "completion__person_id", "completion__completed_at"),
)
AwardRow = Any
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

    def pass_rules(self, sha256: str) -> PassRules:
        if sha256 not in self._rules:
            if len(self._rules) > MOST_REMEMBERED:
                self._rules.clear()
            self._rules[sha256] = settings.read_rules(
                RulesSnapshot.objects.get(pk=sha256).rules
            ).to_pass()
        return self._rules[sha256]


def _parse(version: ItemVersion) -> Spec | Exception:
    try:
        return parse_content(version.content)
    except Exception as error:  # noqa: BLE001 - whatever was done to it, the awards that rest on it are named
        return error


def find_faults(
    awards: Sequence[AwardRow], memory: MarkingMemory
) -> Iterator[tuple[AwardRow, str]]:
    """Each award (with the COLUMNS) with each of its faults. As many statements for any number of awards."""
    attempts = [award.attempt_id for award in awards if award.attempt_id]
    lost = [award for award in awards if award.attempt_id and not award.attempt__passed]
    ended = set(
        AwardEvent.objects.filter(award__in=[award.pk for award in lost])
        .exclude(kind=AwardEvent.Kind.REINSTATED)
        .values_list("award_id", flat=True)
    )
    completed = completed_courses({award.attempt__person_id for award in lost})
    answers = _stored_answers(attempts)
    memory.learn_versions({stored[1] for rows in answers.values() for stored in rows})
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
    found: dict[int, list[StoredAnswer]] = defaultdict(list)
    rows = (
        Response.objects.filter(attempt__in=attempts)
        .annotate(given=Cast("answer", TextField()))
        .order_by()
        .values_list("attempt_id", "slot", "version_id", "given")
    )
    for attempt, *stored in rows.iterator(chunk_size=5_000):
        found[attempt].append((stored[0], stored[1], stored[2]))
    return found


def _faults(
    award: AwardRow,
    answers: Mapping[int, list[StoredAnswer]],
    memory: MarkingMemory,
    ended: set[int],
    completed: set[tuple[int, int]],
) -> Iterator[str]:
    if award.expires_at != end_of_day(award.valid_through, award.policy_tz):
        yield "it does not expire at the end of its last day"
    done = (award.completion__person_id, award.completion__completed_at)
    if award.completion_id and done != (award.recipient_id, award.issued_at):
        yield "the completion behind it is of another person or another moment"
    if award.attempt_id is None:
        return
    kept = award.attempt__passed or _was_lost(award, ended, completed)
    if award.attempt__person_id != award.recipient_id or not kept:
        yield "the attempt behind it is of another person or not passed"
    if award.attempt__passed and not _passes_again(
        award, answers.get(award.attempt_id, []), memory
    ):
        yield "the stored answers of its attempt do not pass by the rules of that attempt"


def _was_lost(award: AwardRow, ended: set[int], completed: set[tuple[int, int]]) -> bool:
    """Whether a regrade took the pass and the award is withdrawn, expired or backed by another pass."""
    if CORRECTIONS not in award.attempt__result:
        return False
    moment = datetime.fromisoformat(award.attempt__result[CORRECTIONS][-1]["at"])
    backed = (award.attempt__person_id, award.attempt__quiz__course_id) in completed
    return bool(award.pk in ended or award.expires_at <= moment or backed)


def _passes_again(award: AwardRow, answers: list[StoredAnswer], memory: MarkingMemory) -> bool:
    """Whether the stored answers, marked again, pass by the rules of the attempt.

    True without marking when no stored answer counts (retention removed them) or a regrade kept the pass.
    """
    if any(row["kept"] for row in award.attempt__result.get(CORRECTIONS, ())):
        return True
    items = [memory.marked_item(stored) for stored in answers]
    counts = any(item.points for item in items)
    sha256 = award.attempt__snapshot_id
    return not counts or score_attempt(items, memory.pass_rules(sha256)).passed
