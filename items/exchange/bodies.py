"""Turns the shape of a question into the content of one of our kinds; row ids come from their position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from items.exchange.labels import LIMITS
from items.exchange.records import LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeCriterion,
    ExchangeGap,
    ExchangeOption,
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
from items.kinds.gap import WORDS

Body = dict[str, Any]
Settings = Mapping[str, str]
Notes = list[str]
NEAR = Decimal("0.001")
# Fractions in files are rounded: three thirds of 33.33 % are everything.
WHOLE = Decimal("0.02")
# The rubric of a free-text question for which the file has none.
PLAIN_RUBRIC = (
    ExchangeCriterion(
        "The whole answer",
        (("Right", Decimal(1)), ("In part", Decimal("0.5")), ("Not yet", Decimal(0))),
    ),
)


def content_from_shape(
    shape: Shape, kind: str, settings: Settings, notes: Notes
) -> tuple[str, Body]:
    """Return the kind a shape stands for and its content; `kind` is what a tag asks for, or ''.

    What had to be changed is added to `notes`."""
    match shape:
        case ChoicesShape():
            return _choices(shape, kind, settings, notes)
        case TruthShape():
            return _truth(shape, kind, settings)
        case NumericShape():
            return "number", _number(shape, settings)
        case WordsShape():
            return "short_text", _words(shape, settings)
        case MatchShape():
            return _match(shape, kind, settings)
        case SequenceShape():
            return kind or "ordering", _steps(shape, settings, notes)
        case GapsShape():
            return "gap", _gaps(shape, settings)
        case _:
            return _prose(shape, settings, notes)


def _choices(shape: ChoicesShape, kind: str, settings: Settings, notes: Notes) -> tuple[str, Body]:
    many = shape.many or kind == "spot"
    if kind == "survey":
        return kind, {
            "options": _options(shape.options),
            "several": "several" in settings,
            "shuffle": _shuffle(shape, settings),
        }
    if kind == "spot":
        rows = [_renamed(row) for row in _options(shape.options)]
        return kind, {"segments": rows, **_credit(shape, settings, notes)}
    body: Body = {"options": _options(shape.options), "shuffle": _shuffle(shape, settings)}
    if many:
        return "multiple", body | _credit(shape, settings, notes)
    _check_one_right(shape)
    for row, option in zip(body["options"], shape.options, strict=True):
        row["correct"] = option.weight == 1
    notes += [
        f"answer {place} earns {percent(option.weight)} in the file, and nothing here"
        for place, option in enumerate(shape.options, start=1)
        if option.weight not in (0, 1)
    ]
    return "single", body


def percent(part: Decimal) -> str:
    """Return a part of the points in words: 50 %."""
    number = (part * 100).quantize(Decimal("0.1"))
    return f"{number.normalize():f} %"


def _check_one_right(shape: ChoicesShape) -> None:
    """Raise LeftOutError unless exactly one answer earns everything."""
    right = [place for place, option in enumerate(shape.options, 1) if option.weight == 1]
    if len(right) > 1:
        raise LeftOutError(f"answers {_listed(right)} fully right, and only one can be chosen")
    best = max((option.weight for option in shape.options), default=Decimal(0))
    if not right and best > 0:
        raise LeftOutError(f"its best answer earns {percent(best)}, not everything")
    if not right:
        raise LeftOutError("none of its answers is right")


def _listed(places: list[int]) -> str:
    *most, last = map(str, places)
    return f"{', '.join(most)} and {last} are {'both' if len(places) == 2 else 'all'}"


def _shuffle(shape: ChoicesShape, settings: Settings) -> bool:
    said = settings.get("shuffle")
    return said != "no" if said else shape.shuffle


def _renamed(row: Body) -> Body:
    return {"id": row["id"], "text": row["text"], "fault": row["correct"], "reason": row["reason"]}


def _options(options: Iterable[ExchangeOption]) -> list[Body]:
    return [
        {
            "id": f"o{number}",
            "text": remove_unstorable(option.text),
            "correct": option.right,
            "reason": remove_unstorable(option.reason),
        }
        for number, option in enumerate(options, start=1)
    ]


def _credit(shape: ChoicesShape, settings: Settings, notes: Notes) -> Body:
    """Return credit and penalty: as a tag says, else the nearest equivalent to the weights of the file."""
    if "credit" in settings:
        return {"credit": settings["credit"], "penalty": settings.get("penalty", "0")}
    if shape.exact:
        return {"credit": "exact", "penalty": "0"}
    right = [option.weight for option in shape.options if option.right]
    wrong = [-option.weight for option in shape.options if not option.right]
    if right and abs(sum(right, Decimal(0)) - 1) > WHOLE:
        raise LeftOutError(f"its right answers earn {percent(sum(right, Decimal(0)))} together")
    if right and max(right) - min(right) > NEAR:
        notes.append("every right answer counts the same; the file weighs them differently")
    if not any(wrong):
        if wrong:
            notes.append(
                "wrong answers take nothing in the file; here leaving them out counts as well"
            )
        return {"credit": "proportional", "penalty": "0"}
    if max(wrong) - min(wrong) > NEAR:
        notes.append("every wrong answer takes the same; the file weighs them differently")
    penalty = max(wrong)
    return {"credit": "proportional_correct", "penalty": "0" if penalty >= 1 else f"{penalty:f}"}


def _truth(shape: TruthShape, kind: str, settings: Settings) -> tuple[str, Body]:
    body: Body = {
        "answer": shape.answer,
        "reason_true": remove_unstorable(shape.reason_true),
        "reason_false": remove_unstorable(shape.reason_false),
    }
    if kind == "confidence":
        return kind, body | {"credit": settings.get("credit", "answer")}
    return "true_false", body


def _number(shape: NumericShape, settings: Settings) -> Body:
    return {
        "answer": f"{shape.answer:f}",
        "tolerance": f"{shape.tolerance:f}",
        "unit": shape.unit or settings.get("unit", ""),
        "reason_right": remove_unstorable(shape.reason_right),
        "reason_wrong": remove_unstorable(shape.reason_wrong),
    }


def _words(shape: WordsShape, settings: Settings) -> Body:
    rows = [
        {
            "id": f"a{number}",
            "text": remove_unstorable(row.text),
            "credit": f"{row.credit:f}",
            "reason": remove_unstorable(row.reason),
            **({"pattern": True} if row.pattern else {}),
        }
        for number, row in enumerate(shape.accept, start=1)
    ]
    return {
        "accept": rows,
        "reason_wrong": remove_unstorable(shape.reason_wrong),
        "case_sensitive": shape.case_sensitive or settings.get("case") == "yes",
    }


def _match(shape: MatchShape, kind: str, settings: Settings) -> tuple[str, Body]:
    rows = [
        {"id": f"l{number}", "text": remove_unstorable(pair.text), "target": f"r{pair.target + 1}"}
        | {"reason": remove_unstorable(pair.reason)}
        for number, pair in enumerate(shape.pairs, start=1)
    ]
    targets = _labels("r", shape.targets)
    reason = {"reason": remove_unstorable(shape.reason)}
    if kind == "categorise":
        items = [_moved(row, "text", "category_id") for row in rows]
        return kind, {"items": items, "categories": targets, **reason}
    if kind == "rate_post":
        aspects = [_moved(row, "text", "expert_id") for row in rows]
        body = {"aspects": aspects, "scale": targets, "post": remove_unstorable(shape.passage)}
        return kind, {**body, "credit": settings.get("credit", "exact"), **reason}
    pairs = [_moved(row, "left", "right_id") for row in rows]
    return "matching", {"pairs": pairs, "rights": targets, **reason}


def _moved(row: Body, text: str, target: str) -> Body:
    moved = {"id": row["id"], text: row["text"], target: row["target"]}
    return moved | ({"reason": row["reason"]} if row["reason"] else {})


def _steps(shape: SequenceShape, settings: Settings, notes: Notes) -> Body:
    if shape.rule and not shape.exact and "credit" not in settings:
        notes.append(
            f"the file marks the order by {shape.rule}; here each step loses by its distance"
        )
    credit = settings.get("credit") or ("exact" if shape.exact else "distance")
    rows = _labels("s", shape.steps)
    return {"steps": rows, "credit": credit, "reason": remove_unstorable(shape.reason)}


def _gaps(shape: GapsShape, settings: Settings) -> Body:
    text = shape.segments[0]
    for number, segment in enumerate(shape.segments[1:], start=1):
        text += f"[[g{number}]]{segment}"
    rows = [_gap(gap, f"g{number}") for number, gap in enumerate(shape.gaps, start=1)]
    weights = settings.get("weights", "").split("/")
    if "weights" in settings and len(weights) == len(rows):
        for row, weight in zip(rows, weights, strict=True):
            row.pop("weight", None)
            row |= {"weight": weight} if weight != "1" else {}
    return {"text": remove_unstorable(text), "gaps": rows}


def _gap(gap: ExchangeGap, ident: str) -> Body:
    row: Body = {"id": ident, "reason": remove_unstorable(gap.reason)}
    names = {text: f"o{place}" for place, text in enumerate(gap.options, start=1)}
    if gap.options:
        row |= {"options": _labels("o", gap.options), "answer": f"o{gap.answer + 1}"}
    else:
        row |= {"accept": [remove_unstorable(text) for text in gap.accept]}
    if gap.partly:
        row["partly"] = [
            {"id": names.get(text, f"p{place}"), "text": remove_unstorable(text)}
            | {"credit": f"{credit:f}"}
            for place, (text, credit) in enumerate(gap.partly, start=1)
        ]
    if gap.compare != WORDS:
        row["compare"] = gap.compare
    if gap.tolerance:
        row["tolerance"] = f"{gap.tolerance:f}"
    return row | ({"weight": f"{gap.weight:f}"} if gap.weight != 1 else {})


def _labels(letter: str, texts: Iterable[str]) -> list[Body]:
    return [
        {"id": f"{letter}{n}", "text": remove_unstorable(text)}
        for n, text in enumerate(texts, start=1)
    ]


def _prose(shape: EssayShape | NothingShape, settings: Settings, notes: Notes) -> tuple[str, Body]:
    if isinstance(shape, NothingShape):
        return "description", {}
    return "free_text", _essay(shape, settings, notes)


def _essay(shape: EssayShape, settings: Settings, notes: Notes) -> Body:
    if not shape.criteria and shape.guide:
        notes.append(
            "the words for the reviewer are kept; levels for the mark were made, look at them"
        )
    elif not shape.criteria:
        notes.append("the file has no rubric: a plain one was made, write your own")
    limits = LIMITS.fullmatch(settings.get("words", ""))
    least, most = (int(limits[1]), int(limits[2])) if limits else (shape.least, shape.most)
    return {
        "min_words": least,
        "max_words": most,
        "criteria": [
            {"id": f"c{number}", "title": remove_unstorable(row.title), "levels": _levels(row)}
            for number, row in enumerate(shape.criteria or PLAIN_RUBRIC, start=1)
        ],
        "model": remove_unstorable(shape.model),
        **({"guide": remove_unstorable(shape.guide)} if shape.guide else {}),
    }


def _levels(row: ExchangeCriterion) -> list[Body]:
    return [
        {"id": f"v{number}", "text": remove_unstorable(text), "points": f"{points:f}"}
        for number, (text, points) in enumerate(row.levels, start=1)
    ]
