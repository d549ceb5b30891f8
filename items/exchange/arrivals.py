"""Turns the questions that a codec has read into items, each checked by its kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import count, islice
from typing import Any

from courses.writing.unseen import CONTROL, name_control
from items.exchange import labels
from items.exchange.bodies import content_from_shape
from items.exchange.places import place_in_words
from items.exchange.records import CODE, ExchangeItem, FileProblem, FileReading, LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    ExchangeQuestion,
    MatchShape,
    NothingShape,
    SequenceShape,
    Shape,
    TruthShape,
)
from items.exchange.texts import remove_controls, remove_unstorable
from items.kinds.content import parse_written
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
FEWEST_DIGITS = 3
NOTHING = "There is no question in it that can be imported."
NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?", re.ASCII
)


def collect_items(found: Iterable[ExchangeQuestion | FileProblem], name: str) -> FileReading:
    """Return the items of a file, with a problem for each question that cannot become an item.

    `name` is the file's; it names questions that have no name of their own. A code that comes twice is
    made unique. A file that brings no item is at fault as a whole.
    """
    items: list[ExchangeItem] = []
    problems: list[FileProblem] = []
    rows = list(islice(found, MOST_ITEMS + 1))
    if len(rows) > MOST_ITEMS:
        problems.append(FileProblem("", 0, f"A file may hold {MOST_ITEMS} questions. Split it."))
    # Sorted by their codes, questions without a name stand as they do in the file.
    digits = max(FEWEST_DIGITS, len(str(len(rows))))
    for place, each in enumerate(rows[:MOST_ITEMS], start=1):
        number = f"{place:0{digits}d}"
        result = each if isinstance(each, FileProblem) else _item_of(each, name, number)
        if isinstance(result, FileProblem):
            problems.append(result)
        else:
            items.append(result)
    if not items:
        problems = [replace(problem, fatal=True) for problem in problems]
        problems.append(FileProblem("", 0, NOTHING))
    return FileReading(tuple(_named_apart(items)), tuple(problems))


def _named_apart(items: list[ExchangeItem]) -> Iterator[ExchangeItem]:
    """Yield the items, each under a code of its own; the first of a name keeps it."""
    taken = {item.code for item in items}
    lines: dict[str, int] = {}
    for item in items:
        if item.code not in lines:
            lines[item.code] = item.line
            yield item
            continue
        free = next(code for code in _codes_after(item.code) if code not in taken)
        taken.add(free)
        where = f" of line {lines[item.code]}" if lines[item.code] else ""
        note = f"the name {item.code} is that of the question{where}: named {free} here"
        yield replace(item, code=free, notes=(*item.notes, note))


def _codes_after(code: str) -> Iterator[str]:
    for number in count(2):
        end = f"-{number}"
        yield f"{code[: 50 - len(end)].rstrip('-')}{end}"


def make_code(name: str, fallback: str) -> str:
    """Return a name as a code: capital letters, digits and hyphens, at most 50."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    code = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:50].strip("-")
    return name if CODE.fullmatch(name) else code or fallback


def _item_of(question: ExchangeQuestion, name: str, number: str) -> ExchangeItem | FileProblem:
    stem = re.split(r"[\\/]", name)[-1].rpartition(".")[0] or "ITEM"
    code = make_code(question.name, f"{make_code(stem, 'ITEM')[:40]}-{number}")
    notes = list(question.notes)
    if question.name and code != question.name:
        notes.append(f"named {question.name[:60]} in the file")
    inside = f"{question.file[:80]}: " if question.file else ""
    try:
        made = _made(question, code, notes)
        told = dict.fromkeys(f"{inside}{note}" for note in notes)
        return replace(made, notes=tuple(told))
    except (LeftOutError, ContentError) as fault:
        return FileProblem(code, question.line, f"{inside}{left_out(fault)}", fatal=False)


def left_out(fault: LeftOutError | ContentError) -> str:
    """Return why one question is left out, with the place in words."""
    if isinstance(fault, LeftOutError):
        return f"left out: {fault}"
    where = f"{place_in_words(fault.path)}: " if fault.path else ""
    return f"left out: {where}{fault.message}"


def _made(question: ExchangeQuestion, code: str, notes: list[str]) -> ExchangeItem:
    settings, strange = labels.read_tags(question.tags)
    notes += [f"the tag {tag} is not kept" for tag in strange]
    wanted = _kind(question, settings, notes)
    kind, body = content_from_shape(question.shape, wanted, settings, notes)
    known = {name: value for name, value in settings.items() if name not in _heard(kind, wanted)}
    unheld = labels.list_unheld(known, kind, len(body.get("gaps", ())))
    notes += [f"the tag {tag} is not kept" for tag in unheld]
    content: dict[str, Any] = {"kind": kind, "stem": question.stem, **body}
    content["feedback"] = remove_unstorable(question.feedback)
    if question.hint:
        content["hint"] = remove_unstorable(question.hint)
    if kind not in UNSCORED:
        content["points"] = _points(question, settings)
    content = _without_controls(content, "", notes)
    parse_written(content)
    return ExchangeItem(
        code=code,
        kind=kind,
        content=content,
        principle=settings.get("principle"),
        difficulty=_difficulty(settings, notes),
        critical=labels.CRITICAL in settings,
        retired=question.retired,
        line=question.line,
    )


def _without_controls(content: Any, path: str, notes: list[str]) -> Any:
    """Return the content with a space for each control character, and a note that names it and its place."""
    if isinstance(content, Mapping):
        names = {name: f"{path}.{name}" if path else name for name in content}
        return {n: _without_controls(each, names[n], notes) for n, each in content.items()}
    if isinstance(content, list):
        return [_without_controls(each, f"{path}.{n}", notes) for n, each in enumerate(content)]
    if not isinstance(content, str) or not (found := CONTROL.search(content)):
        return content
    where = place_in_words(path)
    notes.append(f"{where}: the control character {name_control(found[0])} is taken away")
    return remove_controls(content).strip()


def _heard(kind: str, wanted: str) -> set[str]:
    """Name the settings of which is known what becomes of them: a kind that does not fit is named already."""
    return ({"kind"} if not wanted else set()) | (set() if kind in UNSCORED else {"points"})


def _kind(question: ExchangeQuestion, settings: Mapping[str, str], notes: list[str]) -> str:
    """Return the kind a tag asks for, '' where the shape alone says it."""
    kind = settings.get("kind", "")
    if not kind:
        return ""
    if isinstance(question.shape, RELATIVES.get(kind, NothingShape)) and not (
        kind == "survey" and _has_key(question.shape)
    ):
        return kind
    notes.append(f"the tag kind:{kind} does not fit this question")
    return ""


def _has_key(shape: Shape) -> bool:
    """Tell whether some of the answers to choose from are right: people are asked for no opinion."""
    return isinstance(shape, ChoicesShape) and any(option.right for option in shape.options)


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
