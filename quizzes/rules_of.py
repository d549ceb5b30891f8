"""What a quiz asks of people: the JSON in `Quiz.rules` and `Attempt.rules`, as a typed value.

Pure: no database, no clock. `Quiz.rules` is written when the source page is published; an attempt copies
it at its start, so that a later change never reaches it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from quizzes.drawing import Plan, Section
from quizzes.grading import PassRules

ALWAYS, AFTER_PASS, NEVER = "always", "after_pass", "never"


@dataclass(frozen=True)
class Draw:
    """Take `count` items of the bank with this code, of one principle (code) or of any."""

    bank: str
    count: int
    principle: str | None = None
    critical_only: bool = False


@dataclass(frozen=True)
class Rules:
    """Percentages are 0–100; 0 attempts, hours or principle percent means no such rule.

    `titles` gives principles (by code) their names. `time_limit_minutes` None means no limit;
    `time_is_tested` says that people cannot add time themselves.
    """

    sections: tuple[Draw, ...] = ()
    pass_percent: int = 80
    principle_percent: int = 0
    attempts_allowed: int = 0
    attempts_window_hours: int = 0
    time_limit_minutes: int | None = None
    time_is_tested: bool = False
    show_answers: str = AFTER_PASS
    lessons_first: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """How many questions an attempt has."""
        return sum(section.count for section in self.sections)

    @property
    def banks(self) -> tuple[str, ...]:
        """The codes of the banks drawn from, each once, in order."""
        return tuple(dict.fromkeys(section.bank for section in self.sections))

    @property
    def window(self) -> timedelta | None:
        """How far back attempts count against the limit; None means for ever."""
        hours = self.attempts_window_hours
        return timedelta(hours=hours) if hours else None

    def plan(self, bank: str) -> Plan:
        """What to draw from one bank, in the order of the sections."""
        return Plan(
            tuple(
                Section(section.principle, section.count, section.critical_only)
                for section in self.sections
                if section.bank == bank
            ),
            shuffle=False,
        )

    def limit(self, time_factor: Decimal, extensions: int, minutes_each: int) -> timedelta | None:
        """The time one person has: the limit times their factor, plus what they added; None without a limit."""
        if self.time_limit_minutes is None:
            return None
        seconds = self.time_limit_minutes * 60 * time_factor
        return timedelta(seconds=int(seconds) + extensions * minutes_each * 60)

    def to_pass(self) -> PassRules:
        """What `quizzes.grading.score` needs to know."""
        return PassRules(
            pass_percent=Decimal(self.pass_percent),
            principle_percent=Decimal(self.principle_percent),
            titles=self.titles,
        )


def read(stored: Mapping[str, Any]) -> Rules:
    """The rules in stored JSON. An empty object (a quiz never published) draws nothing."""
    known = {name: stored[name] for name in Rules.__dataclass_fields__ if name in stored}
    known["sections"] = tuple(Draw(**section) for section in known.get("sections", ()))
    return Rules(**known)


def write(rules: Rules) -> dict[str, Any]:
    """The JSON that `read` reads."""
    stored = asdict(rules)
    stored["sections"] = list(stored["sections"])
    return stored
