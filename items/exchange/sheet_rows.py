"""The answers of a question as rows of a spreadsheet: part, text, value, reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from items.exchange.arrivals import parse_exact
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeAnswer,
    ExchangeCriterion,
    ExchangeGap,
    ExchangeOption,
    ExchangePair,
    GapsShape,
    MatchShape,
    NothingShape,
    NumericShape,
    SequenceShape,
    Shape,
    TruthShape,
    WordsShape,
)
from items.exchange.text_held import CSV_RULES
from items.kinds.gap import WORDS
from items.kinds.spec import MOST_ROWS, ContentError

RIGHT, WRONG = "right", "wrong"
COMPARE, TOLERANCE = "compare", "tolerance"
PLACE = re.compile(r"\[\[([0-9]{1,3})\]\]")


class SheetRow(NamedTuple):
    """One row of a spreadsheet."""

    name: str
    text: str
    value: str = ""
    reason: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """Return the cells in the sequence of the columns."""
        return (self.name, self.text, self.value, self.reason)


def rows_from_shape(shape: Shape, settings: Iterable[str]) -> list[SheetRow]:
    """Return the rows of a question; `settings` are tags such as ``credit:exact``."""
    rows = list(_rows(shape))
    for setting in settings:
        name, _colon, value = setting.partition(":")
        rows.append(SheetRow("setting", name, value))
    return rows


def shape_from_rows(kind: str, rows: Sequence[SheetRow], settings: Iterable[str]) -> Shape:
    """Return the shape that the rows of one of our kinds describe. Raises ContentError."""
    allowed = PARTS[kind]
    for place, row in enumerate(rows, start=1):
        if row.name not in allowed:
            raise ContentError(
                f"part {place}",
                "Choose one of: %(allowed)s.",
                allowed=", ".join(sorted(allowed)) or "-",
            )
    if kind in ("ordering", "ranking"):
        return _steps(kind, rows, settings)
    if kind in ("single", "multiple", "spot", "survey"):
        return _choices(kind, rows)
    read = _READ.get(kind)
    return read(rows) if read else NothingShape()


def _rows(shape: Shape) -> Iterator[SheetRow]:
    match shape:
        case ChoicesShape():
            scored = any(option.right for option in shape.options)
            for option in shape.options:
                value = (RIGHT if option.right else WRONG) if scored else ""
                yield SheetRow("answer", option.text, value, option.reason)
        case TruthShape():
            yield SheetRow("true", "", RIGHT if shape.answer else WRONG, shape.reason_true)
            yield SheetRow("false", "", WRONG if shape.answer else RIGHT, shape.reason_false)
        case NumericShape() | WordsShape():
            yield from _typed_rows(shape)
        case MatchShape():
            yield from _match_rows(shape)
        case SequenceShape():
            yield from [*(SheetRow("step", step) for step in shape.steps), *_reason(shape.reason)]
        case GapsShape() | EssayShape():
            yield from _gap_rows(shape) if isinstance(shape, GapsShape) else _essay_rows(shape)


def _essay_rows(shape: EssayShape) -> Iterator[SheetRow]:
    for row in shape.criteria:
        yield SheetRow("criterion", row.title)
        yield from (SheetRow("level", text, f"{points:f}") for text, points in row.levels)
    if shape.model:
        yield SheetRow("model", shape.model)
    if shape.guide:
        yield SheetRow("guide", shape.guide)


def _typed_rows(shape: NumericShape | WordsShape) -> Iterator[SheetRow]:
    if isinstance(shape, NumericShape):
        yield SheetRow("number", f"{shape.answer:f}", f"{shape.tolerance:f}", shape.reason_right)
        if shape.unit:
            yield SheetRow("unit", shape.unit)
    else:
        yield from (
            SheetRow("accept", row.text, f"{row.credit:f}", row.reason) for row in shape.accept
        )
        if shape.case_sensitive:
            yield SheetRow("capitals", "yes")
    yield from _wrong(shape.reason_wrong)


def _wrong(reason: str) -> Iterator[SheetRow]:
    if reason:
        yield SheetRow("otherwise", "", "", reason)


def _reason(reason: str) -> Iterator[SheetRow]:
    if reason:
        yield SheetRow("reason", reason)


def _match_rows(shape: MatchShape) -> Iterator[SheetRow]:
    if shape.passage:
        yield SheetRow("passage", shape.passage)
    yield from (SheetRow("group", target) for target in shape.targets)
    for pair in shape.pairs:
        yield SheetRow("pair", pair.text, shape.targets[pair.target], pair.reason)
    yield from _reason(shape.reason)


def _gap_rows(shape: GapsShape) -> Iterator[SheetRow]:
    text = shape.segments[0]
    for number, segment in enumerate(shape.segments[1:], start=1):
        text += f"[[{number}]]{segment}"
    yield SheetRow("passage", text)
    for number, gap in enumerate(shape.gaps, start=1):
        reason = gap.reason
        for words in gap.accept:
            yield SheetRow(f"gap {number}", words, "accept", reason)
            reason = ""
        for place, words in enumerate(gap.options):
            right = place == gap.answer
            worth = f"{dict(gap.partly)[words]:f}" if words in dict(gap.partly) else WRONG
            yield SheetRow(
                f"gap {number}", words, RIGHT if right else worth, gap.reason if right else ""
            )
        yield from _gap_more(gap, f"gap {number}")


def _gap_more(gap: ExchangeGap, name: str) -> Iterator[SheetRow]:
    """Yield what a gap says beside its answers."""
    if not gap.options:
        yield from (SheetRow(name, words, f"{credit:f}") for words, credit in gap.partly)
    if gap.compare != WORDS:
        yield SheetRow(name, gap.compare, COMPARE)
    if gap.tolerance:
        yield SheetRow(name, f"{gap.tolerance:f}", TOLERANCE)


def _one(rows: Sequence[SheetRow], name: str) -> str:
    return "\n".join(row.text for row in rows if row.name == name)


def _is_right(row: SheetRow, place: int) -> bool:
    if row.value.casefold() in (RIGHT, WRONG):
        return row.value.casefold() == RIGHT
    raise ContentError(f"part {place}", CSV_RULES["another value"].words)


def _choices(kind: str, rows: Sequence[SheetRow]) -> ChoicesShape:
    options = tuple(
        ExchangeOption(row.text, Decimal(kind != "survey" and _is_right(row, place)), row.reason)
        for place, row in enumerate(rows, start=1)
    )
    return ChoicesShape(options, kind in ("multiple", "spot"), shuffle=kind != "survey")


def _steps(kind: str, rows: Sequence[SheetRow], settings: Iterable[str]) -> SequenceShape:
    steps = tuple(row.text for row in rows if row.name == "step")
    exact_order = kind == "ordering" and "credit:distance" not in settings
    return SequenceShape(steps, exact_order, _one(rows, "reason"))


def _truth(rows: Sequence[SheetRow]) -> TruthShape:
    found = {
        row.name: (_is_right(row, place), row.reason) for place, row in enumerate(rows, start=1)
    }
    if len(rows) != 2 or set(found) != {"true", "false"} or found["true"][0] == found["false"][0]:
        raise ContentError(
            "part", "Give one row true and one row false, and mark one of them right."
        )
    return TruthShape(found["true"][0], found["true"][1], found["false"][1])


def _number(rows: Sequence[SheetRow]) -> NumericShape:
    numbers = [row for row in rows if row.name == "number"]
    if len(numbers) != 1:
        raise ContentError("part", "Give one row number.")
    row = numbers[0]
    wrong = "\n".join(each.reason for each in rows if each.name == "otherwise")
    tolerance = parse_exact(row.value, "tolerance") if row.value else Decimal(0)
    return NumericShape(
        parse_exact(row.text, "answer"), tolerance, _one(rows, "unit"), row.reason, wrong
    )


def _words(rows: Sequence[SheetRow]) -> WordsShape:
    accept = tuple(
        ExchangeAnswer(
            row.text, parse_exact(row.value, "credit") if row.value else Decimal(1), row.reason
        )
        for row in rows
        if row.name == "accept"
    )
    wrong = "\n".join(row.reason for row in rows if row.name == "otherwise")
    capitals = _one(rows, "capitals").casefold()
    if capitals not in ("", "no", "yes"):
        raise ContentError("case_sensitive", CSV_RULES["another word for capitals"].words)
    return WordsShape(accept, wrong, capitals == "yes")


def _match(rows: Sequence[SheetRow]) -> MatchShape:
    pairs = [row for row in rows if row.name == "pair"]
    groups = [row.text for row in rows if row.name == "group"]
    names = dict.fromkeys([*groups, *(row.value for row in pairs)])
    places = {target: place for place, target in enumerate(names)}
    return MatchShape(
        pairs=tuple(ExchangePair(row.text, places[row.value], row.reason) for row in pairs),
        targets=tuple(places),
        reason=_one(rows, "reason"),
        passage=_one(rows, "passage"),
    )


def _gaps(rows: Sequence[SheetRow]) -> GapsShape:
    pieces = PLACE.split(_one(rows, "passage"))
    if len(pieces) > 2 * MOST_ROWS + 1:
        raise ContentError("passage", "Keep at most %(most)s gaps.", most=MOST_ROWS)
    known = {"passage", *(f"gap {number}" for number in pieces[1::2])}
    if spare := [row.name for row in rows if row.name not in known]:
        raise ContentError(spare[0], CSV_RULES["a gap that the passage has not"].words)
    gaps = [
        _gap(number, [row for row in rows if row.name == f"gap {number}"])
        for number in pieces[1::2]
    ]
    return GapsShape(tuple(pieces[0::2]), tuple(gaps))


def _gap(number: str, rows: Sequence[SheetRow]) -> ExchangeGap:
    own = [row for row in rows if row.value not in (COMPARE, TOLERANCE)]
    said = {row.value: row.text for row in rows if row.value in (COMPARE, TOLERANCE)}
    reason = "\n".join(row.reason for row in own if row.reason)
    accept = tuple(row.text for row in own if row.value == "accept")
    right = [place for place, row in enumerate(own) if row.value == RIGHT]
    if accept and any(row.value in (RIGHT, WRONG) for row in own):
        raise ContentError(f"gap {number}", CSV_RULES["right or wrong beside accept"].words)
    if not accept and len(right) != 1:
        raise ContentError(
            f"gap {number}", "Mark exactly one answer as right, or give answers to accept."
        )
    partly = tuple(
        (row.text, parse_exact(row.value, f"gap {number}"))
        for row in own
        if row.value not in ("accept", RIGHT, WRONG)
    )
    tolerance = said.get(TOLERANCE)
    return ExchangeGap(
        options=() if accept else tuple(row.text for row in own),
        answer=right[0] if right else 0,
        accept=accept,
        reason=reason,
        partly=partly,
        compare=said.get(COMPARE, WORDS),
        tolerance=parse_exact(tolerance, f"gap {number}") if tolerance else Decimal(0),
    )


def _essay(rows: Sequence[SheetRow]) -> EssayShape:
    criteria: list[ExchangeCriterion] = []
    for place, row in enumerate(rows, start=1):
        if row.name == "criterion":
            criteria.append(ExchangeCriterion(row.text, ()))
        elif row.name == "level" and criteria:
            level = (row.text, parse_exact(row.value, f"part {place}"))
            criteria[-1] = ExchangeCriterion(criteria[-1].title, (*criteria[-1].levels, level))
        elif row.name == "level":
            raise ContentError(f"part {place}", "Name the criterion before its levels.")
    return EssayShape(tuple(criteria), _one(rows, "model"), guide=_one(rows, "guide"))


_GAP_ROWS = frozenset({"passage", *(f"gap {number}" for number in range(1, 51))})
_MATCH_ROWS = frozenset({"pair", "group", "reason", "passage"})
PARTS: dict[str, frozenset[str]] = {
    "single": frozenset({"answer"}),
    "multiple": frozenset({"answer"}),
    "spot": frozenset({"answer"}),
    "survey": frozenset({"answer"}),
    "true_false": frozenset({"true", "false"}),
    "confidence": frozenset({"true", "false"}),
    "number": frozenset({"number", "unit", "otherwise"}),
    "short_text": frozenset({"accept", "otherwise", "capitals"}),
    "matching": _MATCH_ROWS,
    "categorise": _MATCH_ROWS,
    "rate_post": _MATCH_ROWS,
    "ordering": frozenset({"step", "reason"}),
    "ranking": frozenset({"step", "reason"}),
    "gap": _GAP_ROWS,
    "free_text": frozenset({"criterion", "level", "model", "guide"}),
    "description": frozenset(),
}
_READ: dict[str, Callable[[Sequence[SheetRow]], Shape]] = {
    "true_false": _truth,
    "confidence": _truth,
    "number": _number,
    "short_text": _words,
    "matching": _match,
    "categorise": _match,
    "rate_post": _match,
    "gap": _gaps,
    "free_text": _essay,
}
# The kinds that a spreadsheet can hold.
HELD = tuple(PARTS)
