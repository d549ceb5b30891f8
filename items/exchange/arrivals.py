"""Turns the questions that a codec has read into items, each checked by its kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from items.exchange import labels
from items.exchange.bodies import content_from_shape
from items.exchange.records import CODE, ExchangeItem, FileProblem, FileReading, LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    ExchangeQuestion,
    MatchShape,
    NothingShape,
    SequenceShape,
    TruthShape,
)
from items.exchange.texts import remove_unstorable
from items.kinds.content import parse_content
from items.kinds.spec import ContentError

UNSCORED = frozenset({"survey", "description"})
RELATIVES: Mapping[str, type] = {
    "ranking": SequenceShape,
    "categorise": MatchShape,
    "rate_post": MatchShape,
    "confidence": TruthShape,
    "spot": ChoicesShape,
    "survey": ChoicesShape,
}
MOST_ITEMS = 10_000
NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?", re.ASCII
)


def collect_items(found: Iterable[ExchangeQuestion | FileProblem], name: str) -> FileReading:
    """Return the items of a file, with a problem for each question that cannot become an item.

    `name` is the file's; it names questions that have no name of their own. A code that
    comes twice is a fatal problem.
    """
    items: list[ExchangeItem] = []
    problems: list[FileProblem] = []
    lines: dict[str, int] = {}
    for place, each in enumerate(found, start=1):
        if place > MOST_ITEMS:
            problems.append(
                FileProblem("", 0, f"A file may hold {MOST_ITEMS} questions. Split it.")
            )
            break
        if isinstance(each, FileProblem):
            problems.append(each)
            continue
        result = _item_of(each, name, place)
        if isinstance(result, FileProblem):
            problems.append(result)
        elif result.code in lines:
            message = f"The code {result.code} is already that of line {lines[result.code]}."
            problems.append(FileProblem(result.code, result.line, message))
        else:
            lines[result.code] = result.line
            items.append(result)
    if not items and not problems:
        problems.append(FileProblem("", 0, "There is no question in this file."))
    return FileReading(tuple(items), tuple(problems))


def make_code(name: str, fallback: str) -> str:
    """Return a name as a code: capital letters, digits and hyphens, at most 50."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    code = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:50].strip("-")
    return name if CODE.fullmatch(name) else code or fallback


def _item_of(question: ExchangeQuestion, name: str, place: int) -> ExchangeItem | FileProblem:
    stem = re.split(r"[\\/]", name)[-1].rpartition(".")[0] or "ITEM"
    code = make_code(question.name, f"{make_code(stem, 'ITEM')[:40]}-{place}")
    notes = list(question.notes)
    if question.name and code != question.name:
        notes.append(f"named {question.name[:60]} in the file")
    try:
        return replace(_made(question, code, notes), notes=tuple(notes))
    except LeftOutError as fault:
        return FileProblem(code, question.line, f"left out: {fault}", fatal=False)
    except ContentError as fault:
        return FileProblem(code, question.line, str(fault))


def _made(question: ExchangeQuestion, code: str, notes: list[str]) -> ExchangeItem:
    settings, strange = labels.read_tags(question.tags)
    notes += [f"the tag {tag} is not kept" for tag in strange]
    kind, body = content_from_shape(
        question.shape, _kind(question, settings, notes), settings, notes
    )
    content: dict[str, Any] = {"kind": kind, "stem": question.stem, **body}
    content["feedback"] = remove_unstorable(question.feedback)
    if question.hint:
        content["hint"] = remove_unstorable(question.hint)
    if kind not in UNSCORED:
        content["points"] = _points(question, settings)
    parse_content(content)
    return ExchangeItem(
        code=code,
        kind=kind,
        content=content,
        principle=settings.get("principle"),
        difficulty=_difficulty(settings, notes),
        critical=labels.CRITICAL in settings,
        line=question.line,
    )


def _kind(question: ExchangeQuestion, settings: Mapping[str, str], notes: list[str]) -> str:
    """Return the kind a tag asks for, '' where the shape alone says it."""
    kind = settings.get("kind", "")
    if not kind:
        return ""
    if isinstance(question.shape, RELATIVES.get(kind, NothingShape)):
        return kind
    notes.append(f"the tag kind:{kind} does not fit this question")
    return ""


def _points(question: ExchangeQuestion, settings: Mapping[str, str]) -> str:
    if "points" in settings:
        return settings["points"]
    points = question.points
    return (
        "1"
        if points is None
        else f"{points:f}"
        if points != points.to_integral()
        else str(int(points))
    )


def _difficulty(settings: Mapping[str, str], notes: list[str]) -> int:
    value = settings.get("difficulty", "2")
    if value in ("1", "2", "3"):
        return int(value)
    notes.append(f"difficulty {value[:20]} is not 1, 2 or 3")
    return 2


def parse_exact(text: str, path: str) -> Decimal:
    """Return an exact number as a file writes it. Raises ContentError at `path`."""
    text = text.strip()
    if NUMBER.fullmatch(text):
        return Decimal(text)
    raise ContentError(path, f"“{text[:40].replace('%', '%%')}” is not a number.")
