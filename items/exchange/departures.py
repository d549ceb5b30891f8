"""Turns an item into the question that a codec writes, with a loss for everything no format can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from items.exchange import labels
from items.exchange.markup import clean_html
from items.exchange.records import ExchangeItem, ExportLoss, LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeAnswer,
    ExchangeCriterion,
    ExchangeGap,
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
from items.exchange.texts import remove_controls, remove_unstorable
from items.kinds.content import parse_written
from items.kinds.free_text import FreeTextSpec
from items.kinds.gap import NUMBER, GapSpec
from items.kinds.multiple import EXACT, PROPORTIONAL, MultipleSpec
from items.kinds.number import NumberSpec
from items.kinds.options import OptionsSpec
from items.kinds.ordering import OrderingSpec
from items.kinds.pairing import PairingSpec
from items.kinds.short_text import ShortTextSpec
from items.kinds.spec import ContentError, Spec
from items.kinds.survey import SurveySpec
from items.kinds.true_false import TrueFalseSpec
from items.phrases import gettext_noop

ONE, ZERO = Decimal(1), Decimal(0)
HUNDRED, MOST_DIGITS = Decimal(100), 20
Tags = list[str]


def question_from_item(
    item: ExchangeItem,
) -> tuple[ExchangeQuestion | None, tuple[ExportLoss, ...]]:
    """Return the question that a codec writes for an item (None if there is none), and what is lost."""
    tags = list(labels.item_tags(item))
    try:
        content, losses = _tidied(item)
        spec = parse_written(content)
        stem, dropped = clean_html(spec.stem)
        make = _SHAPES.get(spec.kind)
        if make is None:
            return None, (ExportLoss(item.code, f"left out: no format has the kind {spec.kind}"),)
        shape = make(spec, tags)
    except (ContentError, LeftOutError) as fault:
        return None, (ExportLoss(item.code, f"left out: {fault}"),)
    losses += [ExportLoss(item.code, f"question: {name}") for name in dropped]
    losses += [ExportLoss(item.code, what) for what in _unsaid(spec)]
    if spec.points not in (ONE, ZERO):
        tags.append(f"points:{spec.points:f}")
    losses += [
        ExportLoss(item.code, f"{tag}: others treat it as a {_RELATIVES[tag]}")
        for tag in tags
        if tag in _RELATIVES
    ]
    question = ExchangeQuestion(
        name=item.code,
        stem=stem,
        shape=shape,
        feedback=spec.feedback,
        hint=spec.hint,
        points=spec.points,
        tags=tuple(tags),
        retired=item.retired,
    )
    return question, tuple(losses)


def write_percent(part: Decimal, digits: int | None = None) -> str:
    """Return a part of one in percent with at most `digits` decimals; 7 of a number too long for a file."""
    text = f"{part * HUNDRED:f}"
    if digits is None and len(text) > MOST_DIGITS:
        digits = 7
    if digits is not None:
        text = f"{part * HUNDRED:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def match_losses(shape: MatchShape) -> list[str]:
    """Return what a list of pairs of words cannot say: reasons of rows, and targets in a sequence of their own."""
    lost = [
        f"reason of row {place}" for place, pair in enumerate(shape.pairs, start=1) if pair.reason
    ]
    used = dict.fromkeys(pair.target for pair in shape.pairs)
    rest = (place for place in range(len(shape.targets)) if place not in used)
    if [*used, *rest] != [*range(len(shape.targets))]:
        lost.append("groups: their sequence")
    return lost


def _unsaid(spec: Spec) -> list[str]:
    """Return what no format can hold: answers accepted by pattern, and reasons of single steps."""
    if isinstance(spec, ShortTextSpec):
        return [f"accepted pattern: {row.text}" for row in spec.accept if row.pattern]
    if isinstance(spec, OrderingSpec):
        rows = enumerate(spec.steps, start=1)
        return [f"reason of step {place}" for place, step in rows if step.reason]
    return []


def essay_losses(shape: EssayShape, *, model: bool, guide: bool = False) -> list[str]:
    """Return what a format cannot hold of free text; `model` and `guide` tell whether it can hold these."""
    lost = ["rubric: left out, an import makes a plain one"]
    if shape.model and not model:
        lost.append("model answer")
    return lost if guide or not shape.guide else [*lost, "words for the reviewer"]


def _tidied(item: ExchangeItem) -> tuple[Any, list[ExportLoss]]:
    """Return the content without characters that files cannot hold, and a loss for each field that had any."""
    losses: list[ExportLoss] = []

    def tidy(value: Any, path: str) -> Any:
        if isinstance(value, Mapping):
            return {
                name: tidy(each, f"{path}.{name}" if path else name) for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [tidy(each, f"{path}.{place}") for place, each in enumerate(value)]
        if not isinstance(value, str):
            return value
        kept = remove_unstorable(remove_controls(value))
        if path == "unit":
            kept = " ".join(kept.split())
        if kept != value.strip().replace("\r\n", "\n").replace("\r", "\n"):
            losses.append(ExportLoss(item.code, f"{path}: characters that a file cannot hold"))
        return kept

    return tidy(item.content, ""), losses


def _single(spec: OptionsSpec, tags: Tags) -> Shape:
    return ChoicesShape(_options(spec, ZERO), many=False, shuffle=_shuffled(spec, tags))


def _multiple(spec: MultipleSpec, tags: Tags) -> Shape:
    tags.append(f"credit:{spec.credit}")
    if spec.penalty:
        tags.append(f"penalty:{spec.penalty:f}")
    if spec.kind == "spot":
        tags.append("kind:spot")
        return ChoicesShape(_options(spec, _wrong(spec)), many=True, shuffle=False)
    return ChoicesShape(_options(spec, _wrong(spec)), many=True, shuffle=_shuffled(spec, tags))


def _wrong(spec: MultipleSpec) -> Decimal:
    """Return the weight of a wrong tick in formats that add weights: the nearest equivalent to our credit."""
    if spec.credit == PROPORTIONAL:
        return -min(ONE, ONE / len(spec.options) + spec.penalty)
    return -ONE if spec.credit == EXACT else -(spec.penalty or ONE)


def _survey(spec: SurveySpec, tags: Tags) -> Shape:
    tags.append("kind:survey")
    if spec.several:
        tags.append("several:yes")
    if spec.shuffle:
        tags.append("shuffle:yes")
    options = tuple(ExchangeOption(option.text, ZERO, option.reason) for option in spec.options)
    return ChoicesShape(options, many=spec.several, shuffle=spec.shuffle)


def _shuffled(spec: OptionsSpec, tags: Tags) -> bool:
    if not spec.shuffle:
        tags.append("shuffle:no")
    return spec.shuffle


def _options(spec: OptionsSpec, wrong: Decimal) -> tuple[ExchangeOption, ...]:
    right = ONE / len(spec.key)
    return tuple(
        ExchangeOption(option.text, right if option.correct else wrong, option.reason)
        for option in spec.options
    )


def _truth(spec: TrueFalseSpec, tags: Tags) -> Shape:
    if spec.kind == "confidence":
        tags += ["kind:confidence", f"credit:{spec.credit}"]
    return TruthShape(spec.answer, spec.reason_true, spec.reason_false)


def _numeric(spec: NumberSpec, tags: Tags) -> Shape:
    if spec.unit:
        tags.append(f"unit:{spec.unit}")
    return NumericShape(
        spec.answer, spec.tolerance, spec.unit, spec.reason_right, spec.reason_wrong
    )


def _words(spec: ShortTextSpec, tags: Tags) -> Shape:
    if spec.case_sensitive:
        tags.append("case:yes")
    accept = tuple(
        ExchangeAnswer(row.text, row.credit, row.reason) for row in spec.accept if not row.pattern
    )
    return WordsShape(accept, spec.reason_wrong, spec.case_sensitive)


def _match(spec: PairingSpec, tags: Tags) -> Shape:
    if spec.kind != "matching":
        tags.append(f"kind:{spec.kind}")
    if spec.kind == "rate_post":
        tags.append(f"credit:{spec.credit}")
    names = {target.id: target.text for target in spec.targets}
    used = [names[row.target] for row in spec.rows]
    # Targets of a matching item are shuffled, so they can be listed in the sequence of their use.
    listed = [*used, *names.values()] if spec.kind == "matching" else [*names.values()]
    targets = tuple(dict.fromkeys(listed))
    if len(targets) < len(names):
        raise ContentError("targets", gettext_noop("Two of them have the same words."))
    return MatchShape(
        pairs=tuple(
            ExchangePair(row.text, targets.index(text), row.reason)
            for row, text in zip(spec.rows, used, strict=True)
        ),
        targets=targets,
        reason=spec.reason,
        passage=spec.passage,
    )


def _sequence(spec: OrderingSpec, tags: Tags) -> Shape:
    if spec.kind != "ordering":
        tags.append(f"kind:{spec.kind}")
    tags.append(f"credit:{spec.credit}")
    return SequenceShape(tuple(step.text for step in spec.steps), spec.credit == EXACT, spec.reason)


def _gaps(spec: GapSpec, tags: Tags) -> Shape:
    gaps = (
        ExchangeGap(
            options=tuple(option.text for option in gap.options),
            answer=next((n for n, o in enumerate(gap.options) if o.id == gap.answer), 0),
            accept=gap.accept,
            reason=gap.reason,
            partly=tuple((gap.words(text), credit) for text, credit in gap.partly),
            compare=gap.compare,
            tolerance=gap.tolerance,
            weight=gap.weight,
        )
        for gap in spec.gaps
    )
    if any(gap.weight != 1 or gap.compare == NUMBER for gap in spec.gaps):
        tags.append(f"weights:{'/'.join(f'{gap.weight:f}' for gap in spec.gaps)}")
    return GapsShape(spec.segments, tuple(gaps))


def _essay(spec: FreeTextSpec, tags: Tags) -> Shape:
    if spec.least or spec.most:
        tags.append(f"words:{spec.least}-{spec.most}")
    criteria = (
        ExchangeCriterion(row.title, tuple((level.text, level.points) for level in row.levels))
        for row in spec.criteria
    )
    return EssayShape(tuple(criteria), spec.model, spec.least, spec.most, spec.guide)


def _nothing(spec: Spec, tags: Tags) -> Shape:
    return NothingShape()


_SHAPES: Mapping[str, Callable[[Any, Tags], Shape]] = {
    "single": _single,
    "multiple": _multiple,
    "spot": _multiple,
    "survey": _survey,
    "true_false": _truth,
    "confidence": _truth,
    "number": _numeric,
    "short_text": _words,
    "matching": _match,
    "categorise": _match,
    "rate_post": _match,
    "ordering": _sequence,
    "ranking": _sequence,
    "gap": _gaps,
    "free_text": _essay,
    "description": _nothing,
}

_RELATIVES = {
    "kind:confidence": "true or false question",
    "kind:ranking": "question about an order",
    "kind:categorise": "matching question",
    "kind:spot": "question with several right answers",
}
