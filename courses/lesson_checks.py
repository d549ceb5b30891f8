"""Checks inside lessons: questions answered in place, judged at once and never recorded.

The browser is not sent the right answer before the reader has answered: a wrong answer reveals only the
reason of the chosen options, a right one reveals every reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from courses.verdict_words import drop_verdict

MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class CheckOption:
    """One answer as the reader sees it; `right` and `reason` are empty until they may be seen.

    A wrong answer that was not chosen is nobody's mistake: it has no tone.
    """

    id: str
    text: str
    chosen: bool = False
    right: bool | None = None
    reason: str = ""

    @property
    def tone(self) -> str:
        if self.right:
            return "go"
        return "stop" if self.right is False and self.chosen else ""


@dataclass(frozen=True, slots=True)
class LessonCheck:
    """A check as the reader sees it. `verdict`: "" before an answer, "none", "right" or "wrong"."""

    id: str
    question: str
    multiple: bool
    options: tuple[CheckOption, ...]
    verdict: str = ""
    summary: str = ""


def read_answers(request: HttpRequest) -> dict[str, list[str]]:
    """What the request answers: the check's id → the options it names, known or not."""
    if request.method != "POST" or not request.POST.get("check"):
        return {}
    return {request.POST["check"]: request.POST.getlist("answer")[:MOST_ANSWERS]}


def list_option_ids(value: Mapping[str, Any]) -> list[str]:
    """The ids of the options: those the editor stored, or their places in the list."""
    children = value["options"].bound_blocks
    return [child.original_id or f"option-{place}" for place, child in enumerate(children, start=1)]


def right_option_ids(value: Mapping[str, Any]) -> list[str]:
    """The ids of the right options. For judging, and for authors' previews."""
    ids = list_option_ids(value)
    return [name for name, option in zip(ids, value["options"], strict=True) if option["correct"]]


def judge_check(
    value: Mapping[str, Any], check_id: str, answer: list[str] | None = None
) -> LessonCheck:
    """The check with a verdict on `answer`; None means that nobody has answered yet.

    Unknown ids are ignored; an answer without any known id has the verdict "none".
    """
    ids = list_option_ids(value)
    chosen = {name for name in answer or [] if name in ids}
    verdict = _verdict(chosen, set(right_option_ids(value)), answered=answer is not None)
    options = tuple(
        _option(name, option, chosen=name in chosen, verdict=verdict)
        for name, option in zip(ids, value["options"], strict=True)
    )
    return LessonCheck(
        check_id,
        value["question"],
        value["kind"] == "multiple",
        options,
        verdict,
        drop_verdict(value["summary"]) if verdict == "right" else "",
    )


def _verdict(chosen: set[str], right: set[str], *, answered: bool) -> str:
    if not answered:
        return ""
    if not chosen:
        return "none"
    return "right" if chosen == right else "wrong"


def _option(name: str, option: Mapping[str, Any], *, chosen: bool, verdict: str) -> CheckOption:
    shown = verdict == "right" or (verdict == "wrong" and chosen)
    if not shown:
        return CheckOption(name, option["text"], chosen)
    return CheckOption(
        name, option["text"], chosen, bool(option["correct"]), drop_verdict(option["reason"])
    )
