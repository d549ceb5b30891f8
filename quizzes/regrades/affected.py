"""Judge anew, under a decision, every attempt that was asked a faulty item version. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from items.kinds.content import parse_content
from items.kinds.spec import Spec
from items.models import ItemVersion
from quizzes.attempts.regrade_decisions import settled_item
from quizzes.models import Attempt, MarkEvent, Response
from quizzes.rules import settings
from quizzes.rules.grading import MarkedItem, grade_response
from quizzes.rules.percentages import tell_percent
from quizzes.rules.regrading import (
    RegradeDecision,
    RejudgedAttempt,
    RemarkedAnswer,
    rejudge_attempt,
    remark_answer,
)
from quizzes.rules.settings import QuizRules

CHUNK = 500
PLACES = Decimal("1e-6")
HANDED_IN = (Attempt.State.SUBMITTED, Attempt.State.MARKING)


class SpecCache(dict[int, Spec]):
    """Item versions as `quizzes.content` reads them, each fetched when it is first needed."""

    def __missing__(self, version: int) -> Spec:
        self[version] = parse_content(
            ItemVersion.objects.values_list("content", flat=True).get(pk=version)
        )
        return self[version]


@dataclass(frozen=True)
class AttemptScore:
    """The score of an attempt; `passed` is None while a reviewer has still to mark. `told` is whole percent."""

    score: Decimal | None
    max_score: Decimal | None
    percent: Decimal | None
    passed: bool | None
    told: str = ""

    @property
    def points(self) -> tuple[Decimal, Decimal]:
        """Score and maximum, rounded: sums of thirds differ in their last places by the order of adding."""
        score, of = self.score or Decimal(0), self.max_score or Decimal(0)
        return score.quantize(PLACES), of.quantize(PLACES)


@dataclass(frozen=True)
class AffectedAttempt:
    """One attempt with its faulty question. `rejudged` is None where there is no new verdict:

    the attempt waits for a reviewer, or nothing that counts would be left in it (`emptied`).
    """

    attempt: Attempt
    responses: Sequence[Response]
    faulty: Response
    rules: QuizRules
    before: AttemptScore
    remark: RemarkedAnswer
    rejudged: RejudgedAttempt | None

    @property
    def waits(self) -> bool:
        return self.before.passed is None

    @property
    def emptied(self) -> bool:
        return self.rejudged is None and not self.waits

    @property
    def after(self) -> AttemptScore:
        if self.rejudged is None:
            return self.before
        result = self.rejudged.result
        return AttemptScore(
            result.score,
            result.max_score,
            result.percent,
            self.rejudged.passed,
            tell_percent(result.percent),
        )

    @property
    def recorded_anew(self) -> bool:
        """Whether any number of the verdict changes, even if the share of the points stays the same."""
        before, after = self.before, self.after
        return (before.points, before.passed) != (after.points, after.passed)

    @property
    def scored_anew(self) -> bool:
        """Whether the score that people see changes: their share of the points."""
        return self.before.percent != self.after.percent

    @property
    def won(self) -> bool:
        return self.before.passed is False and self.after.passed is True

    @property
    def lost(self) -> bool:
        return self.before.passed is True and self.after.passed is False

    @property
    def kept(self) -> bool:
        return self.rejudged is not None and self.rejudged.kept

    @property
    def completes(self) -> bool:
        """Whether a pass of this attempt completes a course."""
        return bool(self.rules.certifies and self.attempt.quiz.course and self.attempt.release)

    @property
    def changed(self) -> bool:
        """Whether there is anything to tell the person."""
        return self.scored_anew or self.won or self.lost


def lock_attempts(version: ItemVersion) -> None:
    """Lock the row of every attempt that was asked this version, open ones too, until the transaction ends.

    Rows are locked in the order of their keys, so that two corrections never wait for each other. Handing in
    locks one attempt only, so this waits until running submissions are done.
    """
    asked = Response.objects.filter(version=version).values("attempt")
    rows = Attempt.objects.filter(pk__in=asked).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def missed_responses(version: ItemVersion, regrade: int | None) -> QuerySet[Response]:
    """The handed-in responses to this version that `regrade` has not marked; all of them for None."""
    asked = Response.objects.filter(version=version, attempt__state__in=HANDED_IN)
    reached = MarkEvent.objects.filter(regrade=regrade, response=OuterRef("pk"))
    return asked if regrade is None else asked.exclude(Exists(reached))


def judge_attempts_anew(
    version: ItemVersion, decision: RegradeDecision, *, keep_passes: bool
) -> Iterator[AffectedAttempt]:
    """Judge every attempt handed in with this version that the decision, if recorded, has not reached.

    The attempts come in the order of their keys.
    """
    asked = missed_responses(version, decision.regrade)
    ids = list(asked.order_by("attempt").values_list("attempt", flat=True))
    specs = SpecCache()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        responses = _responses(chunk)
        for attempt in _attempts(chunk):
            rows = responses[attempt.pk]
            yield _judge_anew(attempt, rows, version, decision, specs, keep_passes=keep_passes)


def _attempts(ids: list[int]) -> list[Attempt]:
    found = Attempt.objects.filter(pk__in=ids).order_by("pk")
    return list(found.select_related("person", "quiz__course", "release", "snapshot"))


def _responses(ids: list[int]) -> dict[int, list[Response]]:
    """The questions of these attempts by attempt, without the contents of their versions. One query."""
    rows = (
        Response.objects.filter(attempt__in=ids)
        .select_related("version__principle")
        .only(
            *("attempt", "slot", "answer", "mark", "max_mark", "version__critical"),
            "version__principle__code",
        )
        .order_by("slot")
    )
    found: dict[int, list[Response]] = {ident: [] for ident in ids}
    for row in rows:
        found[row.attempt_id].append(row)
    return found


def _judge_anew(
    attempt: Attempt,
    responses: Sequence[Response],
    version: ItemVersion,
    decision: RegradeDecision,
    specs: SpecCache,
    *,
    keep_passes: bool,
) -> AffectedAttempt:
    faulty = next(row for row in responses if row.version_id == version.pk)
    marked = remark_answer(specs[version.pk], faulty.answer, decision)
    rules = settings.read_rules(attempt.rules)
    rejudged = None
    if attempt.state == Attempt.State.SUBMITTED:
        missed = frozenset(attempt.result.get("critical_missed", ()))
        items = [
            _anew(row, marked) if row is faulty else _as_marked(row, missed, specs)
            for row in responses
        ]
        passed = bool(attempt.passed)
        rejudged = rejudge_attempt(items, rules, passed=passed, keep_passes=keep_passes)
    return AffectedAttempt(attempt, responses, faulty, rules, _standing(attempt), marked, rejudged)


def _standing(attempt: Attempt) -> AttemptScore:
    told = attempt.result.get("told", "")
    return AttemptScore(attempt.score, attempt.max_score, attempt.percent, attempt.passed, told)


def _anew(response: Response, marked: RemarkedAnswer) -> MarkedItem:
    return settled_item(response, marked.mark, marked.max_mark, right=marked.right)


def _as_marked(response: Response, missed: frozenset[int], specs: SpecCache) -> MarkedItem:
    """A sound question with its stored mark, even if its kind would mark the answer differently today."""
    mark, of = response.mark or Decimal(0), response.max_mark
    right = mark == of
    if response.version.critical:
        right = response.slot not in missed
    elif 0 < mark < of:
        # Some kinds call an answer right that did not earn every point.
        right = grade_response(specs[response.version_id], response.answer).correct
    return settled_item(response, mark, of, right=right)


def find_round_start(attempt: Attempt, starts: Sequence[datetime]) -> datetime | None:
    """When the enrolment began that the attempt belongs to."""
    return max((start for start in starts if start <= attempt.started_at), default=None)
