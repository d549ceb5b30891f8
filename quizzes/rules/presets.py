"""Four ways a quiz may behave, so that an author decides one thing instead of sixty. Pure.

A quiz names its preset and lists what differs from it, nothing else (`QuizPage.differences`).

=========  ==========================  =========================  ========================
preset     what it is for              tries                      what people are told
=========  ==========================  =========================  ========================
practice   trying out while reading    no limit, no pass mark     everything, at once
check      closing a module            no limit, 80 %             everything, after handing in
exam       earning the certificate     3 in 24 hours, 80 %        the score; the rest when it is over
survey     asking for opinions         one                        nothing
=========  ==========================  =========================  ========================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from quizzes.rules.settings import (
    AFTER_CLOSE,
    AFTER_LAST,
    AFTER_SUBMIT,
    ASPECTS,
    DURING,
    EVERYTHING,
    SCORE,
    QuizRules,
)

PRACTICE, CHECK, EXAM, SURVEY = "practice", "check", "exam", "survey"
AFTERWARDS = {DURING: (), AFTER_SUBMIT: ASPECTS, AFTER_LAST: ASPECTS, AFTER_CLOSE: ASPECTS}
GUARDED = {DURING: (), AFTER_SUBMIT: (SCORE,), AFTER_LAST: ASPECTS, AFTER_CLOSE: ASPECTS}
SILENT: dict[str, tuple[str, ...]] = {
    DURING: (),
    AFTER_SUBMIT: (),
    AFTER_LAST: (),
    AFTER_CLOSE: (),
}

PRESETS: Mapping[str, QuizRules] = {
    PRACTICE: QuizRules(
        preset=PRACTICE,
        certifies=False,
        pass_percent=0,
        feedback=EVERYTHING,
        one_page=True,
        lessons_first=False,
    ),
    CHECK: QuizRules(preset=CHECK, certifies=False, feedback=AFTERWARDS, lessons_first=False),
    EXAM: QuizRules(
        preset=EXAM,
        principle_percent=60,
        attempts_allowed=3,
        attempts_window_hours=24,
        recap_gate=True,
        feedback=GUARDED,
    ),
    SURVEY: QuizRules(
        preset=SURVEY,
        certifies=False,
        pass_percent=0,
        attempts_allowed=1,
        feedback=SILENT,
        one_page=True,
        lessons_first=False,
    ),
}
# Fields that are not settings of a preset: what a quiz draws, and its names.
OWN = frozenset({"sections", "preset", "titles", "extra_questions", "only"})
SETTINGS = tuple(each.name for each in fields(QuizRules) if each.name not in OWN)


def preset_rules(preset: str, differences: Mapping[str, Any]) -> QuizRules:
    """The preset's rules with what differs. Raises KeyError for an unknown preset or setting."""
    if unknown := set(differences) - set(SETTINGS):
        raise KeyError(min(unknown))
    return replace(PRESETS[preset], **differences)


def differing_settings(found: QuizRules) -> dict[str, Any]:
    """The settings in which rules differ from their preset, in the order of `SETTINGS`."""
    usual = PRESETS[found.preset]
    return {
        name: getattr(found, name)
        for name in SETTINGS
        if getattr(found, name) != getattr(usual, name)
    }
