"""From responses to marks, and from marks to a result that can be defended.

Pure: no database, no clock. `grade_response` marks one response; `score_attempt` judges one attempt.

The score is a whole percentage, rounded down once (`quizzes.rules.percentages`). Whether
somebody passed is decided on the exact share of the points, so 79.999 % does not pass at
80 %. Thirds have no exact decimal; a shortfall below one part in a thousand million is
therefore a rounding error, and passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from items.kinds.kind import ZERO, Grade, GradedPart
from items.kinds.registry import KINDS
from items.kinds.spec import Spec
from items.phrases import Phrase, gettext_noop
from quizzes.rules.percentages import reaches_percent, share_in_percent

__all__ = [
    "AttemptResult",
    "FailReason",
    "Grade",
    "GradedPart",
    "MarkedItem",
    "PassRules",
    "PrincipleResult",
    "grade_response",
    "score_attempt",
]


@dataclass(frozen=True)
class PassRules:
    """What passing takes. Percentages are 0–100; `principle_percent` 0 switches it off.

    `titles` gives principles their names for the reasons; a principle without one is
    called by its key.
    """

    pass_percent: Decimal
    principle_percent: Decimal = ZERO
    critical_must_be_right: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MarkedItem:
    """One question of an attempt with its mark.

    `grade` is None when nothing was ever stored for it: that earns nothing. A withdrawn
    item counts as right for everybody who was asked it.
    """

    slot: int
    principle: str
    points: Decimal
    grade: Grade | None
    critical: bool = False
    withdrawn: bool = False

    @property
    def mark(self) -> Decimal:
        """The points earned."""
        if self.withdrawn:
            return self.points
        return self.grade.fraction * self.points if self.grade else ZERO

    @property
    def right(self) -> bool:
        """Whether this counts as right."""
        return self.withdrawn or (self.grade is not None and self.grade.correct)


@dataclass(frozen=True)
class FailReason:
    """Why an attempt did not pass, and the next step. `about` is a principle's key or ''."""

    code: str
    phrase: Phrase
    remedy: Phrase
    about: str = ""


@dataclass(frozen=True)
class PrincipleResult:
    """One principle's share: `items` questions worth `max_mark` points together."""

    principle: str
    mark: Decimal
    max_mark: Decimal
    percent: Decimal
    passed: bool
    items: int


@dataclass(frozen=True)
class AttemptResult:
    """The verdict on one attempt. `critical_missed` lists slots, `percent` is whole.

    `questions` is how many counted, `right` how many of them were answered rightly, which in some kinds
    does not take every point: who was not sure may still be right.
    """

    score: Decimal
    max_score: Decimal
    percent: Decimal
    passed: bool
    reasons: tuple[FailReason, ...]
    by_principle: tuple[PrincipleResult, ...]
    critical_missed: tuple[int, ...]
    questions: int
    right: int


def grade_response(spec: Spec, response: object) -> Grade:
    """Return the grade of a stored response; None, {} or nonsense earns nothing."""
    found: Grade = KINDS[spec.kind].grade(spec, response)
    return found


def score_attempt(items: Sequence[MarkedItem], rules: PassRules) -> AttemptResult:
    """Judge one attempt: overall, per principle, and critical items.

    Items worth 0 points (surveys, descriptions) are left out. An attempt in which
    nothing counts does not pass.
    """
    counted = [item for item in items if item.points > 0]
    total = sum((item.points for item in counted), ZERO)
    earned = sum((item.mark for item in counted), ZERO)
    principles = _by_principle(counted, rules)
    missed = tuple(item.slot for item in counted if item.critical and not item.right)
    reasons = (
        *_overall(earned, total, rules),
        *_critical(missed, rules),
        *_weak(principles, rules),
    )
    return AttemptResult(
        score=earned,
        max_score=total,
        percent=share_in_percent(earned, total),
        passed=not reasons,
        reasons=reasons,
        by_principle=principles,
        critical_missed=missed,
        questions=len(counted),
        right=sum(item.right for item in counted),
    )


def _by_principle(items: Sequence[MarkedItem], rules: PassRules) -> tuple[PrincipleResult, ...]:
    groups: dict[str, list[MarkedItem]] = {}
    for item in items:
        groups.setdefault(item.principle, []).append(item)
    return tuple(_principle(name, group, rules) for name, group in groups.items() if name)


def _principle(name: str, items: Sequence[MarkedItem], rules: PassRules) -> PrincipleResult:
    total = sum((item.points for item in items), ZERO)
    earned = sum((item.mark for item in items), ZERO)
    return PrincipleResult(
        principle=name,
        mark=earned,
        max_mark=total,
        percent=share_in_percent(earned, total),
        passed=reaches_percent(earned, total, rules.principle_percent),
        items=len(items),
    )


def _overall(earned: Decimal, total: Decimal, rules: PassRules) -> tuple[FailReason, ...]:
    if not total:
        return (
            FailReason(
                "nothing_to_mark",
                Phrase(gettext_noop("No question in this try counts.")),
                Phrase(gettext_noop("Ask the author of the quiz to add questions.")),
            ),
        )
    if reaches_percent(earned, total, rules.pass_percent):
        return ()
    told = {"percent": f"{share_in_percent(earned, total)}", "needed": _short(rules.pass_percent)}
    return (
        FailReason(
            "below_pass_mark",
            Phrase(gettext_noop("You have %(percent)s%%. The pass mark is %(needed)s%%."), told),
            Phrase(gettext_noop("Read the recaps of your weakest principles, then try again.")),
        ),
    )


def _critical(missed: Sequence[int], rules: PassRules) -> tuple[FailReason, ...]:
    if not missed or not rules.critical_must_be_right:
        return ()
    return (
        FailReason(
            "critical_missed",
            Phrase(
                gettext_noop("Questions that must be right and are not: %(missed)s."),
                {"missed": len(missed)},
            ),
            Phrase(gettext_noop("Read the lessons again, then try again.")),
        ),
    )


def _weak(principles: Sequence[PrincipleResult], rules: PassRules) -> tuple[FailReason, ...]:
    return tuple(
        FailReason(
            "principle_below",
            Phrase(
                gettext_noop("%(principle)s: %(percent)s%%. Each principle needs %(needed)s%%."),
                {
                    "principle": rules.titles.get(part.principle, part.principle),
                    "percent": f"{part.percent}",
                    "needed": _short(rules.principle_percent),
                },
            ),
            Phrase(
                gettext_noop("Read the recap of %(principle)s."),
                {"principle": rules.titles.get(part.principle, part.principle)},
            ),
            about=part.principle,
        )
        for part in principles
        if not part.passed
    )


def _short(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
