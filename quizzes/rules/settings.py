"""What a quiz asks of people: the JSON in `Quiz.rules` and `Attempt.rules`, as a typed value.

Pure: no database, no clock. `Quiz.rules` is written when the source page is published; an attempt keeps a
snapshot of it from its start, so that a later change never reaches it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from quizzes.rules.drawing import DrawPlan, DrawSection, PoolItem
from quizzes.rules.grading import PassRules

DURING, AFTER_SUBMIT, AFTER_LAST, AFTER_CLOSE = (
    "during",
    "after_submit",
    "after_last",
    "after_close",
)
PHASES = (DURING, AFTER_SUBMIT, AFTER_LAST, AFTER_CLOSE)
SCORE, CORRECTNESS, KEY, REASONS = "score", "correctness", "key", "reasons"
ASPECTS = (SCORE, CORRECTNESS, KEY, REASONS)
FeedbackMatrix = Mapping[str, tuple[str, ...]]
EVERYTHING: FeedbackMatrix = dict.fromkeys(PHASES, ASPECTS)


@dataclass(frozen=True)
class DrawRule:
    """Take `count` items of the bank with this code, of one principle (code) or of any.

    A `mandatory` one is a pool of which every item is always asked, whatever its count.
    """

    bank: str
    count: int
    principle: str | None = None
    critical_only: bool = False
    mandatory: bool = False


@dataclass(frozen=True)
class QuizRules:
    """Percentages are 0–100; 0 attempts, hours or percent means no such rule.

    `preset` is the name these rules go by; `certifies` says that a pass completes the course.
    `cool_down_hours` is the wait after the 1st, 2nd… failed try, the last one repeating; with
    `recap_gate` a failed person reads the recaps of their weak principles before the next try.
    `time_limit_minutes` None means no limit; `time_is_tested` says that people cannot add time
    themselves. `opens_at` and `closes_at` are instants in ISO 8601 with a zone, '' for none.
    `feedback` says for each phase what may be told. `one_page` shows all questions at once (see `at_once`);
    `honour` is a statement to agree to at the start. `titles` gives principles (by code) their
    names, `extra_questions` is how many mandatory items do not fit the other sections. `only` names the principles
    (codes) that somebody is asked about who catches up with a change; usually nobody is, and all are asked.
    """

    sections: tuple[DrawRule, ...] = ()
    preset: str = "exam"
    certifies: bool = True
    pass_percent: int = 80
    principle_percent: int = 0
    attempts_allowed: int = 0
    attempts_window_hours: int = 0
    cool_down_hours: tuple[int, ...] = ()
    recap_gate: bool = False
    time_limit_minutes: int | None = None
    time_is_tested: bool = False
    opens_at: str = ""
    closes_at: str = ""
    feedback: FeedbackMatrix = field(default_factory=lambda: dict.fromkeys(PHASES, ()))
    one_page: bool = False
    honour: str = ""
    lessons_first: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)
    extra_questions: int = 0
    only: tuple[str, ...] = ()

    @property
    def questions(self) -> int:
        """How many questions an attempt has."""
        drawn = sum(section.count for section in self.sections if not section.mandatory)
        return drawn + self.extra_questions

    @property
    def judged(self) -> bool:
        """Whether one can fail: practice and surveys have no pass mark."""
        return self.pass_percent > 0

    @property
    def at_once(self) -> bool:
        """Whether all questions stand on one page: never where a certificate follows from them."""
        return self.one_page and not self.certifies

    @property
    def banks(self) -> tuple[str, ...]:
        """The codes of the banks drawn from, each once, in order."""
        return tuple(dict.fromkeys(section.bank for section in self.sections))

    @property
    def window(self) -> timedelta | None:
        """How far back attempts count against the limit; None means for ever."""
        hours = self.attempts_window_hours
        return timedelta(hours=hours) if hours else None

    @property
    def opens(self) -> datetime | None:
        """From when attempts may start; None for always."""
        return datetime.fromisoformat(self.opens_at) if self.opens_at else None

    @property
    def closes(self) -> datetime | None:
        """From when no attempt may start; None for never."""
        return datetime.fromisoformat(self.closes_at) if self.closes_at else None

    @property
    def has_last_try(self) -> bool:
        """Whether there is a last attempt: with a limit per time window attempts become available again."""
        return bool(self.attempts_allowed) and self.window is None

    def plan(self, bank: str) -> DrawPlan:
        """What to draw from one bank, in the order of the sections."""
        return DrawPlan(
            tuple(
                DrawSection(section.principle, section.count, section.critical_only)
                for section in self.sections
                if section.bank == bank and not section.mandatory
            ),
            shuffle=False,
        )

    def always_asks(self, bank: str, item: PoolItem) -> bool:
        """Whether a mandatory pool of this bank holds the item."""
        return any(
            DrawSection(section.principle, 1, section.critical_only).takes(item)
            for section in self.sections
            if section.mandatory and section.bank == bank
        )

    def limit(self, time_factor: Decimal, extensions: int, minutes_each: int) -> timedelta | None:
        """The time one person has: the limit times their factor, plus what they added; None without a limit."""
        if self.time_limit_minutes is None:
            return None
        seconds = self.time_limit_minutes * 60 * time_factor
        return timedelta(seconds=int(seconds) + extensions * minutes_each * 60)

    def to_pass(self) -> PassRules:
        """What `quizzes.rules.grading.score_attempt` needs to know."""
        return PassRules(
            pass_percent=Decimal(self.pass_percent),
            principle_percent=Decimal(self.principle_percent),
            titles=self.titles,
        )


def read_rules(stored: Mapping[str, Any]) -> QuizRules:
    """The rules in stored JSON. An empty object (a quiz never published) draws nothing."""
    known = {name: stored[name] for name in QuizRules.__dataclass_fields__ if name in stored}
    known["sections"] = tuple(DrawRule(**section) for section in known.get("sections", ()))
    known["only"] = tuple(known.get("only", ()))
    known["cool_down_hours"] = tuple(known.get("cool_down_hours", ()))
    feedback = known.get("feedback", {})
    known["feedback"] = {phase: tuple(feedback.get(phase, ())) for phase in PHASES}
    return QuizRules(**known)


def write_rules(rules: QuizRules) -> dict[str, Any]:
    """The JSON that `read_rules` reads."""
    stored = asdict(rules)
    stored["sections"] = list(stored["sections"])
    if not rules.only:
        del stored["only"]  # a quiz has none: it belongs to tries
    return stored
