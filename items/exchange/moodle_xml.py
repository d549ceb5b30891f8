"""Moodle XML: https://docs.moodle.org/en/Moodle_XML_format.

Question types multichoice, truefalse, numerical, shortanswer, matching, ordering (in Moodle since 4.4),
cloze and description. The code is the ``idnumber``; what Moodle has no field for is a tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from items.exchange import cloze, moodle_writing
from items.exchange.arrivals import collect_items, left_out, parse_exact
from items.exchange.bodies import percent
from items.exchange.held import check_held, find_repeated
from items.exchange.markup import looks_like_html
from items.exchange.moodle_held import MOODLE_REPEATED, MOODLE_RULES
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
    GapsShape,
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
from items.exchange.wildcards import read_wildcards
from items.exchange.wording import (
    answer_words,
    markdown_words,
    plain_question,
    question_html,
    reason_words,
    shown_words,
)
from items.kinds.spec import ContentError

HUNDRED = Decimal(100)
# What Moodle writes where nobody has written anything.
USUAL_FEEDBACK = frozenset(
    ["Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect."]
)
FEEDBACK_NAMES = {
    "correctfeedback": "what is said to who is right",
    "partiallycorrectfeedback": "what is said to who is partly right",
    "incorrectfeedback": "what is said to who is wrong",
}
TAKES = "takes points in the file, and none here"
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
        except (LeftOutError, ContentError) as fault:
            yield FileProblem(name[:60], node.line, left_out(fault), fatal=False)


def _question(node: XmlNode, kind: str, name: str) -> ExchangeQuestion:
    notes: Notes = []
    shape: Shape
    if kind in (*_SHAPES, "cloze", "multianswer"):
        check_held(node, MOODLE_RULES, notes)
        once = frozenset(MOODLE_RULES) - MOODLE_REPEATED
        repeated = find_repeated(node, once)
        if "questiontext" in repeated:
            raise LeftOutError("<questiontext> stands twice in it")
        notes += [f"only the first <{tag}> is kept" for tag in repeated]
    if kind in ("cloze", "multianswer"):
        stem, shape = cloze.read_cloze(_raw(node.child("questiontext")), notes)
    elif kind in _SHAPES:
        stem, shape = _stem(node, notes), _SHAPES[kind](node, notes)
    else:
        raise LeftOutError(_unknown(kind))
    hints = [_reason_of(hint, notes) for hint in node.nodes("hint")]
    if len(hints) > 1:
        notes.append("only the first hint is kept")
    hidden = node.words("hidden") == "1"
    if hidden:
        notes.append("it is hidden in the file: it arrives as retired")
    return ExchangeQuestion(
        name=name,
        stem=stem,
        shape=shape,
        feedback=_reason_of(node.child("generalfeedback"), notes),
        hint=hints[0] if hints else "",
        points=_points(node, shape),
        tags=tuple(tag.words("text") or remove_unstorable(tag.text()) for tag in node.all("tag")),
        line=node.line,
        notes=tuple(notes),
        retired=hidden,
    )


def _unknown(kind: str) -> str:
    """Return why a question of a type that has no equivalent is left out."""
    if not kind.strip():
        return "the file does not say of which type the question is"
    return f"questions of the type {kind[:40]} have no equivalent here"


def _points(node: XmlNode, shape: Shape) -> Decimal | None:
    """Return the points; gaps without any are worth what they count together."""
    grade = node.words("defaultgrade")
    if grade:
        return parse_exact(grade, "points")
    return (
        sum((gap.weight for gap in shape.gaps), Decimal(0))
        if isinstance(shape, GapsShape)
        else None
    )


def _raw(node: XmlNode | None) -> str:
    text = node.child("text") if node else None
    return text.text() if text else node.text() if node and not node.nodes() else ""


def _stem(node: XmlNode, notes: Notes) -> str:
    holder = node.child("questiontext")
    raw = _raw(holder)
    if not _is_html(holder, raw):
        if holder is not None and holder.get("format") == "markdown":
            notes.append("Markdown is kept as typed")
        return plain_question(_typed(holder, raw, notes), notes)
    return question_html(raw, notes)


def _is_html(node: XmlNode | None, raw: str) -> bool:
    form = node.get("format", "html") if node else "html"
    return form == "html" or (form == "moodle_auto_format" and looks_like_html(raw))


def _typed(node: XmlNode | None, raw: str, notes: Notes) -> str:
    """Return words that are no HTML as they are typed, without what Markdown hides."""
    is_markdown = node is not None and node.get("format") == "markdown"
    return remove_unstorable(markdown_words(raw, notes) if is_markdown else raw)


def _plain(node: XmlNode | None, notes: Notes) -> str:
    """Return the plain words of an answer, whatever the format the file gives them in. Raises LeftOutError."""
    raw = _raw(node)
    return answer_words(raw, notes) if _is_html(node, raw) else _typed(node, raw, notes)


def _reason_of(node: XmlNode | None, notes: Notes) -> str:
    """Return the plain words of a reason, whatever the format the file gives them in."""
    raw = _raw(node)
    return reason_words(raw, notes) if _is_html(node, raw) else _typed(node, raw, notes)


def _fraction(node: XmlNode) -> Decimal:
    return parse_exact(node.get("fraction", "0"), "fraction") / HUNDRED


def _yes(node: XmlNode, name: str, *, otherwise: bool) -> bool:
    words = node.words(name)
    return words in ("1", "true") if words else otherwise


def _choices(node: XmlNode, notes: Notes) -> Shape:
    many = not _yes(node, "single", otherwise=True)
    options = tuple(
        ExchangeOption(_plain(row, notes), _fraction(row), _reason_of(row.child("feedback"), notes))
        for row in node.nodes("answer")
    )
    combined = _combined(node, notes)
    if many:
        notes += [
            f"{FEEDBACK_NAMES[name]} is not kept: {words}" for name, words in combined.items()
        ]
    else:
        options = tuple(_with_combined(option, combined) for option in options)
        if "partiallycorrectfeedback" in combined:
            words = combined["partiallycorrectfeedback"]
            notes.append(f"{FEEDBACK_NAMES['partiallycorrectfeedback']} is not kept: {words}")
    return ChoicesShape(options, many, _yes(node, "shuffleanswers", otherwise=True))


def _combined(node: XmlNode, notes: Notes) -> dict[str, str]:
    """Return the feedback that says more than right or wrong."""
    found = {name: _reason_of(node.child(name), notes) for name in FEEDBACK_NAMES}
    return {name: words for name, words in found.items() if words and words not in USUAL_FEEDBACK}


def _with_combined(option: ExchangeOption, combined: Mapping[str, str]) -> ExchangeOption:
    """Return an answer whose reason ends with what the file says to everybody who is right, or wrong."""
    more = combined.get("correctfeedback" if option.weight == 1 else "incorrectfeedback", "")
    return replace(option, reason="\n".join(filter(None, [option.reason, more])))


def _truth(node: XmlNode, notes: Notes) -> Shape:
    found: dict[str, tuple[Decimal, str]] = {}
    for row in node.nodes("answer"):
        reason = _reason_of(row.child("feedback"), notes)
        found[_plain(row, notes).casefold()] = _fraction(row), reason
    if set(found) != {"true", "false"}:
        raise ContentError("answer", "Give an answer true and an answer false.")
    if {worth for worth, _reason in found.values()} != {Decimal(0), Decimal(1)}:
        raise LeftOutError("not exactly one of true and false earns everything")
    return TruthShape(found["true"][0] > 0, found["true"][1], found["false"][1])


def _numeric(node: XmlNode, notes: Notes) -> Shape:
    rows = node.nodes("answer")
    wrong = [row for row in rows if remove_unstorable(_raw(row)) == "*"]
    full = [row for row in rows if remove_unstorable(_raw(row)) != "*" and _fraction(row) == 1]
    if any(_fraction(row) == 1 for row in wrong):
        raise LeftOutError("any number is right in the file")
    if not full:
        raise LeftOutError("no number in it earns everything")
    if len(full) > 1:
        raise LeftOutError("several numbers are right")
    others = [row for row in rows if row not in full and row not in wrong]
    for row in (*others, *(row for row in wrong if _fraction(row))):
        _note_number(row, notes)
    unit = _unit(node, notes)
    tolerance = full[0].words("tolerance")
    return NumericShape(
        answer=parse_exact(_raw(full[0]), "answer"),
        tolerance=parse_exact(tolerance, "tolerance") if tolerance else Decimal(0),
        unit=unit,
        reason_right=_reason_of(full[0].child("feedback"), notes),
        reason_wrong=_reason_of(wrong[0].child("feedback"), notes) if wrong else "",
    )


def _note_number(row: XmlNode, notes: Notes) -> None:
    """Name what a number earns, and what is said to who writes it, where nothing here stands for it."""
    number, earned = remove_unstorable(_raw(row))[:40], _fraction(row)
    reason = _reason_of(row.child("feedback"), notes)
    if earned:
        notes.append(f"the number {number} earns {percent(earned)} in the file, and nothing here")
    if reason and number != "*":
        notes.append(f"the reason of the number {number} is not kept: {reason[:60]}")


def _unit(node: XmlNode, notes: Notes) -> str:
    """Return the unit in which the number is given. Raises LeftOutError where that is not the first one."""
    rows = list(node.all("unit"))
    factors = [parse_exact(row.words("multiplier") or "1", "multiplier") for row in rows]
    if factors and factors[0] != 1:
        raise LeftOutError(f"its first unit is worth {factors[0]} of what the number is given in")
    if len(rows) > 1:
        notes.append("only the first unit is kept")
    return rows[0].words("unit_name") if rows else ""


def _words(node: XmlNode, notes: Notes) -> Shape:
    accept: list[ExchangeAnswer] = []
    wrong = ""
    for row in node.nodes("answer"):
        raw, credit = remove_unstorable(_raw(row)), _fraction(row)
        reason = _reason_of(row.child("feedback"), notes)
        if raw == "*" and credit == 0:
            wrong = reason
            continue
        if credit < 0:
            notes.append(f"“{raw[:40]}” {TAKES}")
        accept.append(read_wildcards(raw, max(credit, Decimal(0)), reason, notes))
    return WordsShape(tuple(accept), wrong, _yes(node, "usecase", otherwise=False))


def _match(node: XmlNode, notes: Notes) -> Shape:
    pairs = [
        (_plain(row, notes), shown_words(remove_unstorable(_raw(row.child("answer"))), notes))
        for row in node.nodes("subquestion")
    ]
    places = {
        right: place for place, right in enumerate(dict.fromkeys(right for _left, right in pairs))
    }
    rows = tuple(ExchangePair(left, places[right]) for left, right in pairs if left)
    if not _yes(node, "shuffleanswers", otherwise=True):
        notes.append("the rows of a pair are always mixed here")
    return MatchShape(rows, tuple(places), _reason(node, notes))


def _steps(node: XmlNode, notes: Notes) -> Shape:
    steps = tuple(_plain(row, notes) for row in node.nodes("answer"))
    if node.words("selecttype") not in ("", "0", "ALL"):
        notes.append("all steps are asked, not a part of them")
    rule = node.words("gradingtype")
    whole = rule in ("ALL_OR_NOTHING", "-1")
    return SequenceShape(steps, whole, _reason(node, notes), "" if whole else rule or "ABSOLUTE")


def _essay(node: XmlNode, notes: Notes) -> Shape:
    least, most = (_count(node.words(name)) for name in ("minwordlimit", "maxwordlimit"))
    if remove_unstorable(_raw(node.child("responsetemplate"))):
        notes.append("the words to begin with are not kept")
    if node.words("attachments") not in ("", "0"):
        notes.append("files cannot be handed in")
    return EssayShape(guide=_reason_of(node.child("graderinfo"), notes), least=least, most=most)


def _count(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 7 else 0


def _nothing(node: XmlNode, notes: Notes) -> Shape:
    return NothingShape()


def _reason(node: XmlNode, notes: Notes) -> str:
    """Return the one reason that the three feedbacks of Moodle say, one below the other where they differ."""
    found = _combined(node, notes)
    said = dict.fromkeys(found.values())
    if len(said) > 1:
        notes.append("the three combined feedbacks are joined to one reason")
    return "\n".join(said)


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
