"""Reading and writing of the answers of a GIFT question, which stand between braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import escape

from items.exchange.arrivals import exact
from items.exchange.departures import essay_losses, match_losses
from items.exchange.gift_words import escaped, said, shown, worded
from items.exchange.markup import text_of
from items.exchange.records import LeftOut, Unreadable
from items.exchange.shapes import (
    Accepted,
    Choices,
    Essay,
    Match,
    Nothing,
    Numeric,
    Option,
    Pair,
    Question,
    Sequence,
    Shape,
    Truth,
    Words,
)

HUNDRED = Decimal(100)
WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
ORDER_WORDS = frozenset(
    [
        "ALL",
        "RANDOM",
        "CONTIGUOUS",
        "VERTICAL",
        "HORIZONTAL",
        "SHOW",
        "HIDE",
        "none",
        "abc",
        "ABCD",
        "123",
        "iii",
        "IIII",
        "ALL_OR_NOTHING",
        "ABSOLUTE_POSITION",
        "RELATIVE_NEXT_EXCLUDE_LAST",
        "RELATIVE_NEXT_INCLUDE_LAST",
        "RELATIVE_ONE_PREVIOUS_AND_NEXT",
        "RELATIVE_ALL_PREVIOUS_AND_NEXT",
        "RELATIVE_TO_CORRECT",
        "LONGEST_ORDERED_SUBSET",
        "LONGEST_CONTIGUOUS_SUBSET",
    ]
)
TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
Notes = list[str]


def read(text: str, form: str, line: int, notes: Notes) -> Shape:
    """Return the shape of marked answers that begin on `line`; `form` is the text format of the question.

    Raises UnreadableFileError and ContentError for answers that make no sense.
    """
    bare = text.strip()
    if not bare:
        return Essay()
    if bare.startswith(">"):
        return _sequence(text, form, notes)
    if bare.startswith("#"):
        return _numeric(bare[1:], form, notes)
    if "~" in text:
        return _choices(text, form, line, notes)
    if "=" in text and "->" in text:
        return _match(text, form, line, notes)
    first = bare.partition("#")[0].strip()
    if first in TRUTHS:
        return _truth(bare, TRUTHS[first], form, notes)
    return _words(text, form, line, notes)


def written(question: Question, *, plain: bool) -> tuple[str, list[str]]:
    """Return the answers as GIFT, and what is lost. Raises LeftOutError for a shape that GIFT does not have."""
    lost: list[str] = []
    shape, feedback = question.shape, question.feedback
    if isinstance(shape, Nothing):
        return "", ["explanation"] if feedback else []
    if isinstance(shape, Match | Sequence) and shape.reason:
        lost.append("reason: joined to the explanation")
        feedback = f"{feedback}\n\n{shape.reason}".strip()
    general = f"####{worded(feedback, plain=plain)}" if feedback else ""
    if isinstance(shape, Essay):
        return f"{{{general}}}", lost + essay_losses(shape, model=False)
    if isinstance(shape, Truth):
        return f"{{{_truth_written(shape, plain=plain)}{general}}}", lost
    sign, rows = _rows(shape, lost, plain=plain)
    lines = [f"\t{row}\n" for row in [*rows, *([general] if general else [])]]
    return f"{{{sign}\n{''.join(lines)}}}", lost


def _rows(shape: Shape, lost: Notes, *, plain: bool) -> tuple[str, list[str]]:
    match shape:
        case Choices():
            if not any(option.right for option in shape.options):
                raise LeftOut("GIFT has no question without a right answer")
            return "", [_option(option, many=shape.many, plain=plain) for option in shape.options]
        case Numeric():
            return "#", list(_number_rows(shape, plain=plain))
        case Words():
            rows = [_accepted(row, lost, plain=plain) for row in shape.accept]
            wrong = f"=%0%*#{_arrowed(shape.reason_wrong, lost, plain=plain)}"
            return "", [*rows, wrong] if shape.reason_wrong else rows
        case Match():
            return "", list(_match_rows(shape, lost, plain=plain))
        case Sequence():
            grading = "ALL_OR_NOTHING" if shape.exact else "RELATIVE_TO_CORRECT"
            if not shape.exact:
                lost.append("credit: Moodle counts distance by another formula")
            steps = [worded(step, plain=plain) for step in shape.steps]
            return f">{len(steps)} ALL VERTICAL {grading} SHOW none", steps
        case _:
            raise LeftOut("GIFT has no question with gaps")


def _signed(text: str, line: int, signs: str) -> Iterator[tuple[str, str]]:
    """Return each sign of `signs` with the words up to the next one."""
    pieces = re.split(f"([{signs}])", text)
    if pieces[0].strip():
        raise Unreadable(
            "Words stand before the first answer. Begin each answer with = or ~.", line
        )
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _weighed(text: str, otherwise: int) -> tuple[Decimal, str]:
    found = WEIGHT.match(text)
    if not found:
        return Decimal(otherwise), text
    return Decimal(found[1]) / HUNDRED, text[found.end() :]


def _split(text: str, form: str, notes: Notes) -> tuple[str, str]:
    words, _mark, reason = text.partition("#")
    return said(words, form, notes), said(reason, form, notes)


def _choices(text: str, form: str, line: int, notes: Notes) -> Shape:
    options = []
    for sign, row in _signed(text, line, "~="):
        weight, words = (Decimal(1), row) if sign == "=" else _weighed(row, 0)
        shown_text, reason = _split(words, form, notes)
        options.append(Option(shown_text, weight, reason))
    return Choices(tuple(options), many="=" not in text)


def _option(option: Option, *, many: bool, plain: bool) -> str:
    percent = f"%{_percent(option.weight)}%"
    sign = "=" if option.right else "~"
    if many:
        sign = f"~{percent}" if option.weight else "~"
    words = worded(option.text, plain=plain)
    if sign == "~" and WEIGHT.match(words):
        sign = "~%0%"
    reason = f"#{worded(option.reason, plain=plain)}" if option.reason else ""
    return f"{sign}{words}{reason}"


def _percent(weight: Decimal) -> str:
    number = (weight * HUNDRED).quantize(Decimal("0.00001"))
    return _trimmed(number)


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _truth(text: str, answer: bool, form: str, notes: Notes) -> Truth:
    _word, *reasons = text.split("#", 2)
    wrong, right = (said(reason, form, notes) for reason in [*reasons, "", ""][:2])
    return Truth(answer, right, wrong) if answer else Truth(answer, wrong, right)


def _truth_written(shape: Truth, *, plain: bool) -> str:
    wrong, right = shape.reason_false, shape.reason_true
    if not shape.answer:
        wrong, right = right, wrong
    text = "TRUE" if shape.answer else "FALSE"
    if wrong or right:
        text += f"#{worded(wrong, plain=plain)}"
    return f"{text}#{worded(right, plain=plain)}" if right else text


def _numeric(text: str, form: str, notes: Notes) -> Numeric:
    body, _sign, wrong = text.partition("~")
    rows = [row for row in body.split("=") if row.strip()]
    found = [_weighed(row, 1) for row in rows]
    full = [row for weight, row in found if weight == 1]
    if not full:
        raise LeftOut("a number without a right answer")
    if len(found) > 1:
        notes.append("only the first right number is kept")
    number, _mark, reason = full[0].partition("#")
    answer, tolerance = _range(shown(number).strip())
    wrong_reason = said(wrong.partition("#")[2], form, notes)
    return Numeric(answer, tolerance, "", said(reason, form, notes), wrong_reason)


def _range(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        least, most = (exact(part, "answer") for part in text.split("..", 1))
        return (most + least) / 2, (most - least) / 2
    number, _colon, tolerance = text.partition(":")
    return exact(number, "answer"), exact(tolerance, "tolerance") if tolerance else Decimal(0)


def _number_rows(shape: Numeric, *, plain: bool) -> Iterator[str]:
    right = f"#{worded(shape.reason_right, plain=plain)}" if shape.reason_right else ""
    yield f"=%100%{shape.answer:f}:{shape.tolerance:f}{right}"
    if shape.reason_wrong:
        yield f"~#{worded(shape.reason_wrong, plain=plain)}"


def _words(text: str, form: str, line: int, notes: Notes) -> Words:
    accept: list[Accepted] = []
    wrong = ""
    for _sign, row in _signed(text if "=" in text else f"={text}", line, "="):
        credit, words = _weighed(row, 1)
        raw, _mark, reason = words.partition("#")
        if raw.strip() == "*" and credit == 0:
            wrong = said(reason, form, notes)
            continue
        if "*" in raw.replace("\\*", ""):
            notes.append("* stands for itself, not for any words")
        answer = said(raw, form, notes).replace("\\*", "*")
        accept.append(Accepted(answer, max(credit, Decimal(0)), said(reason, form, notes)))
    return Words(tuple(accept), wrong)


def _accepted(row: Accepted, lost: Notes, *, plain: bool) -> str:
    if "->" in row.text:
        raise LeftOut("GIFT would read -> in an accepted answer as a pair")
    words = worded(row.text, plain=plain).replace("*", "\\*")
    reason = f"#{_arrowed(row.reason, lost, plain=plain)}" if row.reason else ""
    return f"=%{_trimmed(row.credit * HUNDRED)}%{words}{reason}"


def _match(text: str, form: str, line: int, notes: Notes) -> Match:
    pairs: list[tuple[str, str]] = []
    for _sign, row in _signed(text, line, "="):
        left, arrow, right = row.partition("->")
        if not arrow:
            raise Unreadable("Write -> between the two halves of each pair.", line)
        # As in Moodle, the right half is plain words.
        pairs.append((said(left, form, notes), said(f"[plain]{right}", form, notes)))
    places = {
        right: place for place, right in enumerate(dict.fromkeys(right for _left, right in pairs))
    }
    rows = tuple(Pair(left, places[right]) for left, right in pairs if left)
    return Match(rows, tuple(places))


def _match_rows(shape: Match, lost: Notes, *, plain: bool) -> Iterator[str]:
    if shape.passage:
        raise LeftOut("GIFT has no place for a text to rate")
    lost += match_losses(shape)
    for pair in shape.pairs:
        yield f"={_arrowed(pair.text, lost, plain=plain)} -> {escaped(shape.targets[pair.target])}"
    used = {pair.target for pair in shape.pairs}
    for place, target in enumerate(shape.targets):
        if place not in used:
            yield f"= -> {escaped(target)}"


def _arrowed(text: str, lost: Notes, *, plain: bool) -> str:
    """Return text in which -> does not separate a pair: as HTML, because GIFT has no escape for it."""
    if "->" not in text:
        return worded(text, plain=plain)
    kept = text_of(_inline(text))
    if kept != text:
        lost.append("double spaces beside ->")
    return f"[html]{escaped(_inline(kept))}"


def _inline(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in text.split("\n"))


def _sequence(text: str, form: str, notes: Notes) -> Sequence:
    head, *rows = text.strip()[1:].split("\n")
    words = head.split()
    if not all(word in ORDER_WORDS or word.isdigit() for word in words):
        raise LeftOut("an ordering question of an unknown form")
    steps = [said(row, form, notes) for row in rows if row.strip()]
    if words and words[0].isdigit() and words[0] not in ("0", str(len(steps))):
        notes.append("all steps are asked, not a part of them")
    return Sequence(tuple(steps), exact="ALL_OR_NOTHING" in words)
