"""Marking answers anew when a question turned out to be faulty. Pure: no database, no clock.

What an answer earns under each decision, for a question worth 1 point whose old key said A and whose
corrected key says B:

=====================  ======  ======  ======
answered                 A       B       C
=====================  ======  ======  ======
as it was                1       0       0
full_credit              1       1       1
current_and_previous     1       1       0
current_only             0       1       0
drop                    0 of 0  0 of 0  0 of 0
=====================  ======  ======  ======

The corrected key marks the answer that was given: ids of options stay the same from version to version, and
an option that is no longer there earns nothing. The points stay those of the version that was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from items.kinds.content import kind_of
from items.kinds.kind import ZERO, Grade, stored_list, stored_text
from items.kinds.spec import Spec
from items.phrases import Phrase, gettext_noop
from quizzes.rules.grading import AttemptResult, MarkedItem, grade_response, score_attempt
from quizzes.rules.settings import QuizRules

FULL_CREDIT, BEST_OF_BOTH, CORRECTED_KEY = "full_credit", "current_and_previous", "current_only"
DROP, NONE = "drop", "none"
# The options that mark by a corrected version.
BY_A_KEY = frozenset({BEST_OF_BOTH, CORRECTED_KEY})

# Kinds whose answers have the same shape, so that one reads what was answered to the other.
ALIKE = (
    frozenset({"single", "multiple", "image_choice", "hotspot", "spot"}),
    frozenset({"true_false", "confidence"}),
    frozenset({"number", "short_text"}),
    frozenset({"ordering", "ranking"}),
    frozenset({"matching", "categorise", "rate_post"}),
)


@dataclass(frozen=True)
class RegradeDecision:
    """What was decided about a faulty version. `key` is the corrected one, for what marks by it.

    `regrade` is the record it comes from, None for a version withdrawn without one; `version` is the
    version whose key it is.
    """

    option: str
    key: Spec | None = None
    regrade: int | None = None
    version: int | None = None

    def told(self, *, ahead: bool) -> Phrase:
        """What a person is told beside the question; `ahead`: they have still to hand it in."""
        return Phrase((_AHEAD if ahead else _DECIDED)[self.option])


_AHEAD = {
    FULL_CREDIT: gettext_noop(
        "The authors found a mistake in this question. Whatever you answer, it counts as right."
    ),
    BEST_OF_BOTH: gettext_noop(
        "The authors found a mistake in this question. Answer it as well as you can: what was right "
        "before and what is right now both count."
    ),
    CORRECTED_KEY: gettext_noop(
        "The authors found a mistake in this question. Answer it as well as you can: the corrected "
        "question decides what is right."
    ),
    DROP: gettext_noop(
        "The authors found a mistake in this question. Whatever you answer, it does not count."
    ),
}
_DECIDED = {
    FULL_CREDIT: gettext_noop(
        "The authors found a mistake in this question. It counts as right for everybody."
    ),
    BEST_OF_BOTH: gettext_noop(
        "The authors found a mistake in this question. What was right before and what is right now "
        "both count."
    ),
    CORRECTED_KEY: gettext_noop(
        "The authors found a mistake in this question. It is marked by the corrected answer."
    ),
    DROP: gettext_noop(
        "The authors found a mistake in this question. It does not count for anybody."
    ),
}

# A version withdrawn without a decision counts as right for everybody.
WITHDRAWN = RegradeDecision(FULL_CREDIT)


@dataclass(frozen=True)
class RemarkedAnswer:
    """What one answer earns now. `waiting`: a person has still to mark it.

    `readable` is False when the corrected version cannot read what was answered to the old one.
    """

    mark: Decimal
    max_mark: Decimal
    right: bool
    waiting: bool = False
    readable: bool = True


@dataclass(frozen=True, kw_only=True)
class SettledItem(MarkedItem):
    """A question whose mark is known already: stored before, or given by the decision `by`.

    `waiting`: a person has still to mark it, so `given` is no mark yet.
    """

    grade: Grade | None = None
    given: Decimal = ZERO
    counts_as_right: bool = False
    waiting: bool = False
    by: RegradeDecision | None = None

    @property
    def mark(self) -> Decimal:
        return self.given

    @property
    def right(self) -> bool:
        return self.counts_as_right


@dataclass(frozen=True)
class RejudgedAttempt:
    """The new verdict on an attempt. `kept`: it does not reach the pass mark any more, but stays passed."""

    result: AttemptResult
    passed: bool
    kept: bool


def remark_answer(asked: Spec, response: object, decision: RegradeDecision) -> RemarkedAnswer:
    """Mark a stored answer to the faulty version `asked` anew.

    Raises ValueError when the decision marks by a key and has none.
    """
    if decision.option == FULL_CREDIT:
        return RemarkedAnswer(asked.points, asked.points, right=True)
    if decision.option == DROP:
        return RemarkedAnswer(ZERO, ZERO, right=True)
    old = _by(asked, asked, response)
    if decision.option == NONE:
        return old
    if decision.key is None:
        raise ValueError(f"{decision.option} needs a corrected version.")
    new = _by_key(asked, decision.key, response)
    if new.waiting and not old.waiting:
        # A mark that a reviewer gave by the old rubric stays.
        return replace(old, readable=False)
    if decision.option == BEST_OF_BOTH and (old.mark, old.right) > (new.mark, new.right):
        return old
    return new


def rejudge_attempt(
    items: Sequence[MarkedItem], rules: QuizRules, *, passed: bool, keep_passes: bool
) -> RejudgedAttempt | None:
    """Judge an attempt by its new marks; None when nothing is left in it that counts.

    `passed` is the verdict until now: with `keep_passes` it is not taken away.
    """
    if not any(item.points for item in items):
        return None
    result = score_attempt(items, rules.to_pass())
    passes = result.passed or not rules.judged
    kept = passed and not passes and keep_passes
    return RejudgedAttempt(result, passes or kept, kept)


def translate_answer(response: object, asked: str, now: str) -> object | None:
    """An answer to a question of kind `asked`, as kind `now` stores it; None when kind `now` cannot hold it."""
    if asked == now:
        return response
    if not any({asked, now} <= family for family in ALIKE):
        return None
    if asked == "single":
        return {"choices": [stored_text(response, "choice")]}
    if now == "single":
        picked = stored_list(response, "choices")
        return {"choice": picked[0]} if len(picked) == 1 else None
    return response


def _by_key(asked: Spec, key: Spec, response: object) -> RemarkedAnswer:
    if not response:
        return _by(asked, key, {})
    read = translate_answer(response, asked.kind, key.kind)
    if read is None:
        return RemarkedAnswer(ZERO, asked.points, right=False, readable=False)
    return _by(asked, key, read)


def _by(asked: Spec, key: Spec, response: object) -> RemarkedAnswer:
    """Mark by `key`, for the points of `asked`."""
    found = grade_response(key, response)
    return RemarkedAnswer(
        mark=found.fraction * asked.points,
        max_mark=asked.points,
        right=found.correct,
        waiting=bool(isinstance(response, Mapping) and kind_of(key).waiting(key, response)),
    )
