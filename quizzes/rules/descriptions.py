"""The settings of a quiz in words, and how they differ from the preset's. Pure: phrases, not sentences yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from items.phrases import Phrase, counted_phrase, gettext_noop, ngettext_noop, verbatim
from quizzes.rules import presets
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


@dataclass(frozen=True)
class SettingLine:
    """One setting: what it is called and what it says. `when` fills `%(when)s` in the values."""

    label: str
    values: tuple[Phrase, ...]
    when: datetime | None = None


@dataclass(frozen=True)
class SettingDifference:
    """A setting that is not as the preset has it."""

    here: SettingLine
    usual: SettingLine


def describe_settings(rules: QuizRules) -> list[SettingLine]:
    """Every setting, always the same ones in the same order."""
    return [
        SettingLine(gettext_noop("Pass mark"), (_percent(rules.pass_percent),)),
        SettingLine(gettext_noop("In each principle"), (_percent(rules.principle_percent),)),
        SettingLine(gettext_noop("A pass completes the course"), (_yes(rules.certifies),)),
        SettingLine(gettext_noop("Tries"), (_tries(rules),)),
        SettingLine(gettext_noop("Pause after a failed try"), (_pauses(rules),)),
        SettingLine(gettext_noop("Recaps before the next try"), (_yes(rules.recap_gate),)),
        SettingLine(gettext_noop("Time"), (_time(rules),)),
        SettingLine(gettext_noop("Opens"), (_moment(rules.opens),), rules.opens),
        SettingLine(gettext_noop("Closes"), (_moment(rules.closes),), rules.closes),
        *_told(rules),
        SettingLine(gettext_noop("Questions"), (_page(rules),)),
        SettingLine(gettext_noop("Only after all lessons"), (_yes(rules.lessons_first),)),
        SettingLine(gettext_noop("Statement to agree to"), (_honour(rules),)),
    ]


def describe_differences(rules: QuizRules) -> list[SettingDifference]:
    """The settings in which the rules differ from their preset."""
    pairs = zip(
        describe_settings(rules), describe_settings(presets.PRESETS[rules.preset]), strict=True
    )
    return [SettingDifference(here, usual) for here, usual in pairs if here != usual]


def _percent(number: int) -> Phrase:
    if not number:
        return Phrase(gettext_noop("none"))
    return Phrase(gettext_noop("%(percent)s%%"), {"percent": number})


def _yes(value: bool) -> Phrase:
    return Phrase(gettext_noop("yes") if value else gettext_noop("no"))


def _tries(rules: QuizRules) -> Phrase:
    told = {"tries": rules.attempts_allowed, "hours": rules.attempts_window_hours}
    if not rules.attempts_allowed:
        return Phrase(gettext_noop("as many as people like"))
    if rules.attempts_window_hours:
        hours = ngettext_noop("%(tries)s in %(hours)s hour", "%(tries)s in %(hours)s hours")
        return counted_phrase(hours, rules.attempts_window_hours, told)
    return Phrase(gettext_noop("%(tries)s, for ever"), told)


def _pauses(rules: QuizRules) -> Phrase:
    if not any(rules.cool_down_hours):
        return Phrase(gettext_noop("none"))
    hours = ", ".join(map(str, rules.cool_down_hours))
    forms = ngettext_noop("%(hours)s hour", "%(hours)s hours")
    return counted_phrase(forms, max(rules.cool_down_hours), {"hours": hours})


def _time(rules: QuizRules) -> Phrase:
    told = {"minutes": rules.time_limit_minutes}
    if rules.time_limit_minutes is None:
        return Phrase(gettext_noop("no limit"))
    forms = _TESTED if rules.time_is_tested else _ADDED
    return counted_phrase(forms, rules.time_limit_minutes, told)


_TESTED = ngettext_noop(
    "%(minutes)s minute, none can be added", "%(minutes)s minutes, none can be added"
)
_ADDED = ngettext_noop(
    "%(minutes)s minute, people can add more", "%(minutes)s minutes, people can add more"
)


def _moment(when: datetime | None) -> Phrase:
    return Phrase(gettext_noop("%(when)s") if when else gettext_noop("no date"))


def _page(rules: QuizRules) -> Phrase:
    if rules.at_once:
        return Phrase(gettext_noop("all on one page"))
    return Phrase(gettext_noop("one after the other"))


def _honour(rules: QuizRules) -> Phrase:
    return verbatim(f"“{rules.honour}”") if rules.honour else Phrase(gettext_noop("none"))


_PHASES = {
    DURING: gettext_noop("Told during a try"),
    AFTER_SUBMIT: gettext_noop("Told after handing in"),
    AFTER_LAST: gettext_noop("Told after passing or the last try"),
    AFTER_CLOSE: gettext_noop("Told after the close"),
}
_ASPECTS = {
    SCORE: gettext_noop("score"),
    CORRECTNESS: gettext_noop("which are right"),
    KEY: gettext_noop("right answers"),
    REASONS: gettext_noop("reasons"),
}


def _told(rules: QuizRules) -> Iterator[SettingLine]:
    for phase, label in _PHASES.items():
        told = rules.feedback.get(phase, ())
        aspects = tuple(Phrase(text) for name, text in _ASPECTS.items() if name in told)
        if len(aspects) == len(_ASPECTS):
            aspects = (Phrase(gettext_noop("everything")),)
        yield SettingLine(label, aspects or (Phrase(gettext_noop("nothing")),))
