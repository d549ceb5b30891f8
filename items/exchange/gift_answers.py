"""Reading and writing of the answers of a GIFT question, which stand between braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from items.exchange.arrivals import parse_exact
from items.exchange.departures import essay_losses, match_losses, write_percent
from items.exchange.gift_words import (
    escape_gift,
    plain_answer,
    plain_reason,
    unmark_escapes,
    write_words,
)
from items.exchange.records import LeftOutError
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
from items.exchange.text_held import GIFT_RULES
from items.exchange.wildcards import read_wildcards
from items.exchange.wording import shown_words, write_as_html, write_shown

HUNDRED = Decimal(100)
STRANGE_WEIGHT = re.compile(r"\s*(%[^%\n]{1,20}%)")
WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
GRADINGS = (
    "ALL_OR_NOTHING",
    "ABSOLUTE_POSITION",
    "RELATIVE_NEXT_EXCLUDE_LAST",
    "RELATIVE_NEXT_INCLUDE_LAST",
    "RELATIVE_ONE_PREVIOUS_AND_NEXT",
    "RELATIVE_ALL_PREVIOUS_AND_NEXT",
    "RELATIVE_TO_CORRECT",
    "LONGEST_ORDERED_SUBSET",
    "LONGEST_CONTIGUOUS_SUBSET",
)
ORDER_WORDS = frozenset(
    ["ALL", "RANDOM", "CONTIGUOUS", "VERTICAL", "HORIZONTAL", "SHOW", "HIDE"]
    + ["none", "abc", "ABCD", "123", "iii", "IIII", *GRADINGS]
)
TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
Notes = list[str]


def read_gift_answers(text: str, form: str, line: int, notes: Notes) -> Shape:
    """Return the shape of marked answers that begin on `line`; `form` is the text format of the question.

    Raises LeftOutError and ContentError for answers that make no sense.
    """
    bare = text.strip()
    if not bare:
        return EssayShape()
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


def write_gift_answers(question: ExchangeQuestion, *, plain: bool) -> tuple[str, list[str]]:
    """Return the answers as GIFT, and what is lost. Raises LeftOutError for a shape that GIFT does not have."""
    lost: list[str] = []
    shape, feedback = question.shape, question.feedback
    if isinstance(shape, NothingShape):
        return "", ["explanation"] if feedback else []
    if isinstance(shape, MatchShape | SequenceShape) and shape.reason:
        lost.append("reason: joined to the explanation")
        feedback = f"{feedback}\n\n{shape.reason}".strip()
    general = f"####{write_words(feedback, plain=plain)}" if feedback else ""
    if isinstance(shape, EssayShape):
        return f"{{{general}}}", lost + essay_losses(shape, model=False)
    if isinstance(shape, TruthShape):
        return f"{{{_truth_written(shape, plain=plain)}{general}}}", lost
    sign, rows = _rows(shape, lost, plain=plain)
    lines = [f"\t{row}\n" for row in [*rows, *([general] if general else [])]]
    return f"{{{sign}\n{''.join(lines)}}}", lost


def _rows(shape: Shape, lost: Notes, *, plain: bool) -> tuple[str, list[str]]:
    match shape:
        case ChoicesShape():
            if not any(option.right for option in shape.options):
                raise LeftOutError("GIFT has no question without a right answer")
            return "", [_option(option, many=shape.many, plain=plain) for option in shape.options]
        case NumericShape():
            return "#", list(_number_rows(shape, plain=plain))
        case WordsShape():
            rows = [_accepted(row, lost, plain=plain) for row in shape.accept]
            wrong = f"=%0%*#{_arrowed(shape.reason_wrong, lost, plain=plain)}"
            return "", [*rows, wrong] if shape.reason_wrong else rows
        case MatchShape():
            return "", list(_match_rows(shape, lost, plain=plain))
        case SequenceShape():
            grading = "ALL_OR_NOTHING" if shape.exact else "RELATIVE_TO_CORRECT"
            if not shape.exact:
                lost.append("credit: Moodle counts distance by another formula")
            steps = [write_words(step, plain=plain) for step in shape.steps]
            return f">{len(steps)} ALL VERTICAL {grading} SHOW none", steps
        case _:
            raise LeftOutError("GIFT has no question with gaps")


def _signed(text: str, line: int, signs: str) -> Iterator[tuple[str, str]]:
    """Return each sign of `signs` with the words up to the next one."""
    pieces = re.split(f"([{signs}])", text)
    if pieces[0].strip():
        raise LeftOutError(GIFT_RULES["words before the first answer"].words, line)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _weighed(text: str, otherwise: int, notes: Notes) -> tuple[Decimal, str]:
    found = WEIGHT.match(text)
    if not found:
        if strange := STRANGE_WEIGHT.match(text):
            notes.append(f"{strange[1]} {GIFT_RULES['%another%'].words}")
        return Decimal(otherwise), text
    return Decimal(found[1]) / HUNDRED, text[found.end() :]


def _split(text: str, form: str, notes: Notes) -> tuple[str, str]:
    words, _mark, reason = text.partition("#")
    return plain_answer(words, form, notes), plain_reason(reason, form, notes)


def _choices(text: str, form: str, line: int, notes: Notes) -> Shape:
    options = []
    for place, (sign, row) in enumerate(_signed(text, line, "~="), start=1):
        weight, words = _weighed(row, int(sign == "="), notes)
        if not words.strip():
            notes.append(f"answer {place} {GIFT_RULES['an answer without words'].words}")
            continue
        shown_text, reason = _split(words, form, notes)
        options.append(ExchangeOption(shown_text, weight, reason))
    return ChoicesShape(tuple(options), many="=" not in text)


def _option(option: ExchangeOption, *, many: bool, plain: bool) -> str:
    percent = f"%{write_percent(option.weight, 5)}%"
    sign = "=" if option.right else "~"
    if many:
        sign = f"~{percent}" if option.weight else "~"
    words = write_words(option.text, plain=plain)
    if sign in {"=", "~"} and WEIGHT.match(words):
        # Else the words would be read as what the answer earns.
        sign += percent
    reason = f"#{write_words(option.reason, plain=plain)}" if option.reason else ""
    return f"{sign}{words}{reason}"


def _truth(text: str, answer: bool, form: str, notes: Notes) -> TruthShape:
    _word, *reasons = text.split("#", 2)
    wrong, right = (plain_reason(reason, form, notes) for reason in [*reasons, "", ""][:2])
    return TruthShape(answer, right, wrong) if answer else TruthShape(answer, wrong, right)


def _truth_written(shape: TruthShape, *, plain: bool) -> str:
    wrong, right = shape.reason_false, shape.reason_true
    if not shape.answer:
        wrong, right = right, wrong
    text = "TRUE" if shape.answer else "FALSE"
    if wrong or right:
        text += f"#{write_words(wrong, plain=plain)}"
    return f"{text}#{write_words(right, plain=plain)}" if right else text


def _numeric(text: str, form: str, notes: Notes) -> NumericShape:
    body, _sign, wrong = text.partition("~")
    rows = [row for row in body.split("=") if row.strip()]
    found = [_weighed(row, 1, notes) for row in rows]
    full = [row for weight, row in found if weight == 1]
    if not full:
        raise LeftOutError(GIFT_RULES["no number of 100 %"].words)
    if len(full) > 1:
        raise LeftOutError(GIFT_RULES["two numbers"].words)
    notes += [
        f"the number {row.partition('#')[0].strip()[:40]} {GIFT_RULES['=%50% of a number'].words}"
        for weight, row in found
        if weight != 1
    ]
    number, _mark, reason = full[0].partition("#")
    answer, tolerance = _range(unmark_escapes(number).strip())
    wrong_reason = plain_reason(wrong.partition("#")[2], form, notes)
    return NumericShape(answer, tolerance, "", plain_reason(reason, form, notes), wrong_reason)


def _range(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        least, most = (parse_exact(part, "answer") for part in text.split("..", 1))
        return (most + least) / 2, (most - least) / 2
    number, _colon, tolerance = text.partition(":")
    return parse_exact(number, "answer"), parse_exact(
        tolerance, "tolerance"
    ) if tolerance else Decimal(0)


def _number_rows(shape: NumericShape, *, plain: bool) -> Iterator[str]:
    right = f"#{write_words(shape.reason_right, plain=plain)}" if shape.reason_right else ""
    yield f"=%100%{shape.answer:f}:{shape.tolerance:f}{right}"
    if shape.reason_wrong:
        yield f"~#{write_words(shape.reason_wrong, plain=plain)}"


def _words(text: str, form: str, line: int, notes: Notes) -> WordsShape:
    accept: list[ExchangeAnswer] = []
    wrong = ""
    if "=" not in text:
        raise LeftOutError(GIFT_RULES["words without a sign"].words, line)
    for _sign, row in _signed(text, line, "="):
        credit, words = _weighed(row, 1, notes)
        raw, _mark, reason = words.partition("#")
        why = plain_reason(reason, form, notes)
        if raw.strip() == "*" and credit == 0:
            wrong = why
            continue
        told = plain_answer(raw, form, notes)
        if credit < 0:
            notes.append(f"“{told[:40]}” {GIFT_RULES['=%-50%answer'].words}")
        accept.append(read_wildcards(told, max(credit, Decimal(0)), why, notes))
    return WordsShape(tuple(accept), wrong)


def _accepted(row: ExchangeAnswer, lost: Notes, *, plain: bool) -> str:
    if "->" in row.text:
        raise LeftOutError("GIFT would read -> in an accepted answer as a pair")
    words = write_words(row.text, plain=plain).replace("*", "\\*")
    reason = f"#{_arrowed(row.reason, lost, plain=plain)}" if row.reason else ""
    return f"=%{write_percent(row.credit)}%{words}{reason}"


def _match(text: str, form: str, line: int, notes: Notes) -> MatchShape:
    pairs: list[tuple[str, str]] = []
    for _sign, row in _signed(text, line, "="):
        left, arrow, right = row.partition("->")
        if not arrow:
            raise LeftOutError(GIFT_RULES["a pair without ->"].words, line)
        # As in Moodle, the right half has no format of its own.
        target = shown_words(plain_answer(f"[plain]{right}", form, notes), notes)
        pairs.append((plain_answer(left, form, notes), target))
    places = {
        right: place for place, right in enumerate(dict.fromkeys(right for _left, right in pairs))
    }
    rows = tuple(ExchangePair(left, places[right]) for left, right in pairs if left)
    return MatchShape(rows, tuple(places))


def _match_rows(shape: MatchShape, lost: Notes, *, plain: bool) -> Iterator[str]:
    if shape.passage:
        raise LeftOutError("GIFT has no place for a text to rate")
    lost += match_losses(shape)
    targets = [escape_gift(write_shown(target, lost)) for target in shape.targets]
    for pair in shape.pairs:
        yield f"={_arrowed(pair.text, lost, plain=plain)} -> {targets[pair.target]}"
    used = {pair.target for pair in shape.pairs}
    for place, target in enumerate(targets):
        if place not in used:
            yield f"= -> {target}"


def _arrowed(text: str, lost: Notes, *, plain: bool) -> str:
    """Return text in which -> does not separate a pair: as HTML, because GIFT has no escape for it."""
    if "->" not in text:
        return write_words(text, plain=plain)
    return f"[html]{escape_gift(write_as_html(text, lost, '->'))}"


def _sequence(text: str, form: str, notes: Notes) -> SequenceShape:
    head, *rows = text.strip()[1:].split("\n")
    words = head.split()
    if not all(word in ORDER_WORDS or word.isdigit() for word in words):
        raise LeftOutError(GIFT_RULES["another word in {>…}"].words)
    steps = [plain_answer(row, form, notes) for row in rows if row.strip()]
    if words and words[0].isdigit() and words[0] not in ("0", str(len(steps))):
        notes.append(GIFT_RULES["{>2 …} of three steps"].words)
    rule = next((word for word in words if word in GRADINGS), GRADINGS[1])
    return SequenceShape(tuple(steps), exact=rule == GRADINGS[0], rule=rule)
