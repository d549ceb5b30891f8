"""What may be told of an attempt now, and what later: the feedback matrix, read at one moment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from items.phrases import Phrase, gettext_noop
from quizzes.rules.settings import (
    AFTER_CLOSE,
    AFTER_LAST,
    AFTER_SUBMIT,
    CORRECTNESS,
    DURING,
    KEY,
    REASONS,
    SCORE,
    QuizRules,
)

# No phase of the matrix: another attempt is open, and this one tells no more until that is handed in.
OTHER_OPEN = "other_open"


@dataclass(frozen=True)
class FeedbackSentence:
    """One sentence about what feedback is given when; `when` fills its `%(when)s`."""

    phrase: Phrase
    when: datetime | None = None


def phase_at(
    rules: QuizRules, *, submitted: bool, finished: bool, other_open: bool, at: datetime
) -> str:
    """The phase of an attempt at `at`.

    `finished`: the person has passed, or no further try opens by itself. `other_open`: they have another attempt
    open, and the key of this one would help them in it.
    """
    if not submitted:
        return DURING
    if other_open:
        return AFTER_SUBMIT
    closes = rules.closes
    if closes and at >= closes:
        return AFTER_CLOSE
    return AFTER_LAST if finished else AFTER_SUBMIT


def allowed_aspects(
    rules: QuizRules, *, submitted: bool, finished: bool, other_open: bool, at: datetime
) -> frozenset[str]:
    """Which of score, correctness, key and reasons may be told of the attempt at `at` (see `withhold_item`)."""
    now = phase_at(rules, submitted=submitted, finished=finished, other_open=other_open, at=at)
    told = frozenset(rules.feedback.get(now, ()))
    # While another attempt is open the key of this one is not told, whatever the matrix says.
    return told & {"score"} if submitted and other_open else told


def withhold_score(told: frozenset[str], *, examined: bool) -> frozenset[str]:
    """What may be told of a whole attempt; `examined`: one of its items is also asked in an open judged attempt.

    The score of a single question is its verdict, and the scores of two tries that differ in one answer tell it as
    well, whether or not one can fail: so the score waits until that attempt is handed in.
    """
    return told - {SCORE} if examined else told


def withhold_item(told: frozenset[str], *, examined: bool) -> frozenset[str]:
    """What may be told of one item: nothing, points included, while it is also asked in an open judged attempt.

    No quiz tells it then: whoever practises could look up the key of the exam.
    """
    return frozenset() if examined else told


def tells_answers(rules: QuizRules) -> bool:
    """Whether the quiz tells more than a score before the person is done with it, so that its bank is no secret."""
    told = {*rules.feedback[DURING], *rules.feedback[AFTER_SUBMIT]}
    return bool(told - {SCORE})


def find_next_disclosure(
    rules: QuizRules, *, finished: bool, other_open: bool, at: datetime
) -> FeedbackSentence | None:
    """The next moment at which more is told of a handed-in attempt than at `at`, if there is one."""
    told = allowed_aspects(rules, submitted=True, finished=finished, other_open=other_open, at=at)
    alone = allowed_aspects(rules, submitted=True, finished=finished, other_open=False, at=at)
    closes = rules.closes
    ahead = closes is not None and at < closes
    steps = {OTHER_OPEN: alone}
    if not finished and (closes is None or ahead):
        steps[AFTER_LAST] = frozenset(rules.feedback[AFTER_LAST])
    if ahead:
        steps[AFTER_CLOSE] = frozenset(rules.feedback[AFTER_CLOSE])
    more = ((step, aspects - told) for step, aspects in steps.items() if aspects - told)
    return next((_telling(rules, step, aspects) for step, aspects in more), None)


def feedback_promises(rules: QuizRules) -> tuple[FeedbackSentence, ...]:
    """What a person is told before starting: one sentence for each phase that adds something."""
    found = tuple(_promises(rules))
    return found or (FeedbackSentence(Phrase(_NOTHING if rules.judged else _NO_KEY)),)


def _promises(rules: QuizRules) -> Iterator[FeedbackSentence]:
    phases = [AFTER_SUBMIT, AFTER_LAST] if rules.at_once else [DURING, AFTER_SUBMIT, AFTER_LAST]
    if rules.closes_at:
        phases.append(AFTER_CLOSE)
    told: frozenset[str] = frozenset()
    for step in phases:
        aspects = frozenset(rules.feedback[step])
        if aspects - told:
            yield _telling(rules, step, aspects - told)
        told |= aspects


def _telling(rules: QuizRules, step: str, aspects: frozenset[str]) -> FeedbackSentence:
    """The sentence for the most detailed of these aspects."""
    most = next(aspect for aspect in (REASONS, KEY, CORRECTNESS, SCORE) if aspect in aspects)
    words = _PASSED if step == AFTER_LAST and not rules.has_last_try else _WORDS[step]
    return FeedbackSentence(Phrase(words[most]), rules.closes if step == AFTER_CLOSE else None)


_NOTHING = gettext_noop("You are told whether you passed. The answers are not told.")
_NO_KEY = gettext_noop("Your answers are not marked for you.")
# With a limit per time window attempts become available again, so there is no last attempt.
_PASSED = {
    REASONS: gettext_noop("You see each question and why when you have passed."),
    KEY: gettext_noop("You see the right answers when you have passed."),
    CORRECTNESS: gettext_noop("You see which of your answers are right when you have passed."),
    SCORE: gettext_noop("You see your score when you have passed."),
}
_WORDS = {
    DURING: {
        REASONS: gettext_noop("You see why as soon as you check an answer."),
        KEY: gettext_noop("You see the right answer as soon as you check yours."),
        CORRECTNESS: gettext_noop("You see whether an answer is right as soon as you check it."),
        SCORE: gettext_noop("You see your points as soon as you check an answer."),
    },
    AFTER_SUBMIT: {
        REASONS: gettext_noop("You see each question and why when you hand in."),
        KEY: gettext_noop("You see the right answers when you hand in."),
        CORRECTNESS: gettext_noop("You see which of your answers are right when you hand in."),
        SCORE: gettext_noop("You see your score when you hand in."),
    },
    AFTER_LAST: {
        REASONS: gettext_noop(
            "You see each question and why when you have passed, or after your last try."
        ),
        KEY: gettext_noop(
            "You see the right answers when you have passed, or after your last try."
        ),
        CORRECTNESS: gettext_noop(
            "You see which of your answers are right when you have passed, or after your last try."
        ),
        SCORE: gettext_noop("You see your score when you have passed, or after your last try."),
    },
    AFTER_CLOSE: {
        REASONS: gettext_noop("You see each question and why when the quiz closes on %(when)s."),
        KEY: gettext_noop("You see the right answers when the quiz closes on %(when)s."),
        CORRECTNESS: gettext_noop(
            "You see which of your answers are right when the quiz closes on %(when)s."
        ),
        SCORE: gettext_noop("You see your score when the quiz closes on %(when)s."),
    },
    OTHER_OPEN: {
        REASONS: gettext_noop(
            "You see each question and why when you have handed in the try that is open."
        ),
        KEY: gettext_noop(
            "You see the right answers when you have handed in the try that is open."
        ),
        CORRECTNESS: gettext_noop(
            "You see which of your answers are right when you have handed in the try that is open."
        ),
        SCORE: gettext_noop("You see your score when you have handed in the try that is open."),
    },
}
