"""Moodle XML: https://docs.moodle.org/en/Moodle_XML_format.

Question types multichoice, truefalse, numerical, shortanswer, matching, ordering (in Moodle since 4.4),
cloze and description. The code is the ``idnumber``; what Moodle has no field for is a tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from items.exchange import cloze, moodle_writing
from items.exchange.arrivals import collect_items, parse_exact
from items.exchange.markup import clean_html, html_to_text, looks_like_html, text_to_html
from items.exchange.records import (
    ExchangeItem,
    FileProblem,
    FileReading,
    FileWriting,
    LeftOutError,
    UnreadableFileError,
)
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeAnswer,
    ExchangeOption,
    ExchangePair,
    ExchangeQuestion,
    MatchShape,
    NothingShape,
    NumericShape,
    SequenceShape,
    Shape,
    TruthShape,
    WordsShape,
)
from items.exchange.texts import remove_unstorable
from items.exchange.trees import XmlNode, parse_xml
from items.kinds.spec import ContentError

HUNDRED = Decimal(100)
Notes = list[str]


def read_moodle_xml(data: bytes, name: str) -> FileReading:
    """Return the questions of a Moodle XML file. Never raises: faults are problems with their line."""
    try:
        root = parse_xml(data)
        if root.tag != "quiz":
            raise UnreadableFileError(
                f"The file begins with <{root.tag[:40]}>, not with <quiz>.", root.line
            )
    except UnreadableFileError as fault:
        return fault.reading()
    return collect_items(_questions(root), name)


def write_moodle_xml(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a Moodle XML file, and what it could not hold."""
    return moodle_writing.write_moodle_file(items)


def _questions(root: XmlNode) -> Iterator[ExchangeQuestion | FileProblem]:
    for node in root.nodes():
        kind = node.get("type")
        if node.tag != "question" or kind == "category":
            what = "categories have no place here" if kind == "category" else f"<{node.tag[:40]}>"
            yield FileProblem("", node.line, f"left out: {what}", fatal=False)
            continue
        name = node.words("idnumber") or node.words("name", "text") or node.words("name")
        try:
            yield _question(node, kind, name)
        except LeftOutError as fault:
            yield FileProblem(name[:60], node.line, f"left out: {fault}", fatal=False)
        except ContentError as fault:
            yield FileProblem(name[:60], node.line, str(fault))


def _question(node: XmlNode, kind: str, name: str) -> ExchangeQuestion:
    notes: Notes = []
    shape: Shape
    if kind == "cloze":
        stem, shape = cloze.read_cloze(_raw(node.child("questiontext")), notes)
    elif kind in _SHAPES:
        stem, shape = _stem(node, notes), _SHAPES[kind](node, notes)
    else:
        raise LeftOutError(f"the question type {kind[:40]}")
    hints = [_plain(hint, notes) for hint in node.nodes("hint")]
    if len(hints) > 1:
        notes.append("only the first hint is kept")
    grade = node.words("defaultgrade")
    return ExchangeQuestion(
        name=name,
        stem=stem,
        shape=shape,
        feedback=_plain(node.child("generalfeedback"), notes),
        hint=hints[0] if hints else "",
        points=parse_exact(grade, "points") if grade else None,
        tags=tuple(tag.words("text") or remove_unstorable(tag.text()) for tag in node.all("tag")),
        line=node.line,
        notes=tuple(notes),
    )


def _raw(node: XmlNode | None) -> str:
    text = node.child("text") if node else None
    return text.text() if text else node.text() if node and not node.nodes() else ""


def _stem(node: XmlNode, notes: Notes) -> str:
    holder = node.child("questiontext")
    raw = _raw(holder)
    form = holder.get("format", "html") if holder else "html"
    if form != "html" and not (form == "moodle_auto_format" and looks_like_html(raw)):
        return text_to_html(remove_unstorable(raw))
    cleaned, dropped = clean_html(raw)
    notes += [f"{name} is not kept in the question" for name in dropped]
    return cleaned


def _plain(node: XmlNode | None, notes: Notes) -> str:
    """Return plain words, whatever the format the file gives them in."""
    if node is None:
        return ""
    raw = _raw(node)
    form = node.get("format", "html")
    if form == "html" or (form == "moodle_auto_format" and looks_like_html(raw)):
        notes += [f"{name} is not kept in an answer" for name in clean_html(raw)[1]]
        return html_to_text(raw)
    return remove_unstorable(raw)


def _fraction(node: XmlNode) -> Decimal:
    return parse_exact(node.get("fraction", "0"), "fraction") / HUNDRED


def _yes(node: XmlNode, name: str, *, otherwise: bool) -> bool:
    words = node.words(name)
    return words in ("1", "true") if words else otherwise


def _choices(node: XmlNode, notes: Notes) -> Shape:
    options = tuple(
        ExchangeOption(_plain(row, notes), _fraction(row), _plain(row.child("feedback"), notes))
        for row in node.nodes("answer")
    )
    shuffle = _yes(node, "shuffleanswers", otherwise=True)
    return ChoicesShape(options, not _yes(node, "single", otherwise=True), shuffle)


def _truth(node: XmlNode, notes: Notes) -> Shape:
    found: dict[str, tuple[Decimal, str]] = {}
    for row in node.nodes("answer"):
        reason = _plain(row.child("feedback"), notes)
        found[_plain(row, notes).casefold()] = _fraction(row), reason
    if set(found) != {"true", "false"}:
        raise ContentError("answer", "Give an answer true and an answer false.")
    return TruthShape(found["true"][0] > 0, found["true"][1], found["false"][1])


def _numeric(node: XmlNode, notes: Notes) -> Shape:
    rows = node.nodes("answer")
    wrong = [row for row in rows if remove_unstorable(_raw(row)) == "*"]
    full = [row for row in rows if remove_unstorable(_raw(row)) != "*" and _fraction(row) == 1]
    if not full:
        raise ContentError("answer", "Give one number the fraction 100.")
    if len(full) + len(wrong) < len(rows) or len(full) > 1:
        notes.append("only the first right number is kept")
    units = [unit.words("unit_name") for unit in node.all("unit")]
    if len(units) > 1:
        notes.append("only the first unit is kept")
    tolerance = full[0].words("tolerance")
    return NumericShape(
        answer=parse_exact(_raw(full[0]), "answer"),
        tolerance=parse_exact(tolerance, "tolerance") if tolerance else Decimal(0),
        unit=units[0] if units else "",
        reason_right=_plain(full[0].child("feedback"), notes),
        reason_wrong=_plain(wrong[0].child("feedback"), notes) if wrong else "",
    )


def _words(node: XmlNode, notes: Notes) -> Shape:
    accept: list[ExchangeAnswer] = []
    wrong = ""
    for row in node.nodes("answer"):
        raw, credit = remove_unstorable(_raw(row)), _fraction(row)
        reason = _plain(row.child("feedback"), notes)
        if raw == "*" and credit == 0:
            wrong = reason
            continue
        if "*" in raw.replace("\\*", ""):
            notes.append("* stands for itself, not for any words")
        accept.append(ExchangeAnswer(raw.replace("\\*", "*"), max(credit, Decimal(0)), reason))
    return WordsShape(tuple(accept), wrong, _yes(node, "usecase", otherwise=False))


def _match(node: XmlNode, notes: Notes) -> Shape:
    pairs = [
        (_plain(row, notes), remove_unstorable(_raw(row.child("answer"))))
        for row in node.nodes("subquestion")
    ]
    places = {
        right: place for place, right in enumerate(dict.fromkeys(right for _left, right in pairs))
    }
    rows = tuple(ExchangePair(left, places[right]) for left, right in pairs if left)
    return MatchShape(rows, tuple(places), _reason(node, notes))


def _steps(node: XmlNode, notes: Notes) -> Shape:
    steps = tuple(_plain(row, notes) for row in node.nodes("answer"))
    if node.words("selecttype") not in ("", "0", "ALL"):
        notes.append("all steps are asked, not a part of them")
    whole = node.words("gradingtype") in ("ALL_OR_NOTHING", "-1")
    return SequenceShape(steps, whole, _reason(node, notes))


def _essay(node: XmlNode, notes: Notes) -> Shape:
    least, most = (_count(node.words(name)) for name in ("minwordlimit", "maxwordlimit"))
    if remove_unstorable(_raw(node.child("responsetemplate"))):
        notes.append("the words to begin with are not kept")
    if node.words("attachments") not in ("", "0"):
        notes.append("files cannot be handed in")
    return EssayShape(model=_plain(node.child("graderinfo"), notes), least=least, most=most)


def _count(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 7 else 0


def _nothing(node: XmlNode, notes: Notes) -> Shape:
    return NothingShape()


def _reason(node: XmlNode, notes: Notes) -> str:
    """Return the one reason that the three feedbacks of Moodle say, one below the other where they differ."""
    names = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
    found = dict.fromkeys(_plain(node.child(name), notes) for name in names)
    return "\n".join(words for words in found if words)


_SHAPES: Mapping[str, Callable[[Any, Notes], Shape]] = {
    "multichoice": _choices,
    "truefalse": _truth,
    "numerical": _numeric,
    "shortanswer": _words,
    "matching": _match,
    "ordering": _steps,
    "essay": _essay,
    "description": _nothing,
}
