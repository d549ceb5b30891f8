"""What a QTI item declares and how it is marked: the part of an item that no learner sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import escape

from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeGap,
    GapsShape,
    MatchShape,
    NothingShape,
    NumericShape,
    SequenceShape,
    Shape,
    TruthShape,
    WordsShape,
)
from items.kinds.gap import CAPITALS, NUMBER

FEEDBACK = "FEEDBACK"
Lines = Iterator[str]
Mapped = list[tuple[str, Decimal]]


def modal_feedback(shape: Shape) -> list[tuple[str, str]]:
    """Return the feedback that stands outside of the answers, by identifier."""
    match shape:
        case NumericShape():
            return [("right", shape.reason_right), ("wrong", shape.reason_wrong)]
        case WordsShape():
            rows = [(f"a{n}", row.reason) for n, row in enumerate(shape.accept, start=1)]
            return [*rows, ("wrong", shape.reason_wrong)]
        case MatchShape():
            rows = [(f"l{n}", pair.reason) for n, pair in enumerate(shape.pairs, start=1)]
            return [*rows, ("reason", shape.reason)]
        case SequenceShape():
            return [("reason", shape.reason)]
        case GapsShape():
            return [(f"g{n}", gap.reason) for n, gap in enumerate(shape.gaps, start=1)]
        case _:
            return []


def write_declarations(shape: Shape, points: Decimal) -> Lines:
    """Return the response and outcome declarations of an item worth `points`."""
    yield from _responses(shape)
    for name, value in (("SCORE", "0"), ("MAXSCORE", f"{points:f}")):
        yield f'  <outcomeDeclaration identifier="{name}" cardinality="single" baseType="float">'
        yield f"    <defaultValue><value>{value}</value></defaultValue>"
        yield "  </outcomeDeclaration>"
    yield f'  <outcomeDeclaration identifier="{FEEDBACK}" cardinality="multiple" baseType="identifier"/>'


def write_processing(shape: Shape, points: Decimal) -> Lines:
    """Return the response processing: the score, then which feedback is shown."""
    if isinstance(shape, NothingShape | EssayShape):
        return
    yield "  <responseProcessing>"
    if isinstance(shape, GapsShape):
        yield from _gap_scores(shape, points)
    else:
        yield from _score(shape, f'<baseValue baseType="float">{points:f}</baseValue>')
    always = [
        "feedback",
        *(name for name, words in modal_feedback(shape) if words and _is_always(shape)),
    ]
    rows = "".join(_identifier(name) for name in always)
    chosen = (
        '<variable identifier="RESPONSE"/>' if isinstance(shape, ChoicesShape | TruthShape) else ""
    )
    yield f'    <setOutcomeValue identifier="{FEEDBACK}"><multiple>'
    yield f'      {rows}<variable identifier="{FEEDBACK}"/>{chosen}'
    yield "    </multiple></setOutcomeValue>"
    yield "  </responseProcessing>"


def _is_always(shape: Shape) -> bool:
    return not isinstance(shape, NumericShape | WordsShape)


def _responses(shape: Shape) -> Lines:
    if isinstance(shape, GapsShape):
        yield from _gap_responses(shape)
    elif isinstance(shape, WordsShape):
        rows = [(row.text, row.credit) for row in shape.accept]
        case = "true" if shape.case_sensitive else "false"
        yield from _response("RESPONSE", ("single", "string"), [rows[0][0]], rows, case)
    elif isinstance(shape, EssayShape):
        yield from _response("RESPONSE", ("single", "string"), [], [])
    elif not isinstance(shape, NothingShape):
        form, right, worth = _key(shape)
        yield from _response("RESPONSE", form, right, worth)


def _key(
    shape: ChoicesShape | TruthShape | NumericShape | MatchShape | SequenceShape,
) -> tuple[tuple[str, str], list[str], Mapped]:
    """Return cardinality and base type, the correct response, and what each part is worth."""
    match shape:
        case ChoicesShape():
            rows = [(f"o{n}", option) for n, option in enumerate(shape.options, start=1)]
            right = [name for name, option in rows if option.right]
            worth = [(name, option.weight) for name, option in rows]
            form = ("multiple" if shape.many else "single", "identifier")
            return form, right, worth if shape.many else []
        case TruthShape():
            return ("single", "identifier"), ["true" if shape.answer else "false"], []
        case NumericShape():
            return ("single", "float"), [f"{shape.answer:f}"], []
        case MatchShape():
            pairs = [f"l{n} r{pair.target + 1}" for n, pair in enumerate(shape.pairs, start=1)]
            share = Decimal(1) / len(pairs)
            return ("multiple", "directedPair"), pairs, [(pair, share) for pair in pairs]
        case SequenceShape():
            return ("ordered", "identifier"), [f"s{n}" for n in range(1, len(shape.steps) + 1)], []


def _gap_responses(shape: GapsShape) -> Lines:
    for number, (gap, share) in enumerate(zip(shape.gaps, _shares(shape), strict=True), start=1):
        name = f"RESPONSE_{number}"
        partly = [(text, share * credit) for text, credit in gap.partly]
        if gap.options:
            right = f"o{gap.answer + 1}"
            names = {text: f"o{place}" for place, text in enumerate(gap.options, start=1)}
            worth = [(right, share), *((names[text], value) for text, value in partly)]
            yield from _response(name, ("single", "identifier"), [right], worth)
        elif gap.compare == NUMBER:
            yield from _response(name, ("single", "float"), [gap.accept[0]], [])
        else:
            words = [*((text, share) for text in gap.accept), *partly]
            case = "true" if gap.compare == CAPITALS else "false"
            yield from _response(name, ("single", "string"), [gap.accept[0]], words, case)


def _shares(shape: GapsShape) -> list[Decimal]:
    """Return the part of the points that each gap earns."""
    whole = sum((gap.weight for gap in shape.gaps), Decimal(0))
    return [gap.weight / whole for gap in shape.gaps]


def _is_number(gap: ExchangeGap) -> bool:
    return gap.compare == NUMBER and not gap.options


def _gap_scores(shape: GapsShape, points: Decimal) -> Lines:
    """Return the score of gaps: mapped words, and numbers within their tolerance."""
    names = [f"RESPONSE_{n}" for n, gap in enumerate(shape.gaps, start=1) if not _is_number(gap)]
    if names:
        yield _mapped(names, f'<baseValue baseType="float">{points:f}</baseValue>')
    for number, (gap, share) in enumerate(zip(shape.gaps, _shares(shape), strict=True), start=1):
        if not _is_number(gap):
            continue
        size, name = f"{gap.tolerance:f}", f"RESPONSE_{number}"
        both = f'<variable identifier="{name}"/><correct identifier="{name}"/>'
        test = f'<equal toleranceMode="absolute" tolerance="{size} {size}">{both}</equal>'
        more = f'<baseValue baseType="float">{share * points:f}</baseValue>'
        yield _if(
            test, _scored(f'<sum><variable identifier="SCORE"/>{more}</sum>'), True, last=True
        )


def _response(
    name: str, form: tuple[str, str], right: Iterable[str], worth: Mapped, case: str = ""
) -> Lines:
    about = f'identifier="{name}" cardinality="{form[0]}" baseType="{form[1]}"'
    yield f"  <responseDeclaration {about}>"
    values = "".join(f"<value>{escape(value, quote=False)}</value>" for value in right)
    if values:
        yield f"    <correctResponse>{values}</correctResponse>"
    if worth:
        yield '    <mapping lowerBound="0" upperBound="1" defaultValue="0">'
        sensitive = f' caseSensitive="{case}"' if case else ""
        for key, value in worth:
            yield f'      <mapEntry mapKey="{_attribute(key)}" mappedValue="{value:f}"{sensitive}/>'
        yield "    </mapping>"
    yield "  </responseDeclaration>"


def _score(shape: Shape, points: str) -> Lines:
    match shape:
        case MatchShape() | ChoicesShape(many=True):
            yield _mapped(["RESPONSE"], points)
        case WordsShape():
            yield _mapped(["RESPONSE"], points)
            for number, row in enumerate(shape.accept, start=1):
                value = f'<baseValue baseType="string">{escape(row.text, quote=False)}</baseValue>'
                case = "true" if shape.case_sensitive else "false"
                test = f'<stringMatch caseSensitive="{case}"><variable identifier="RESPONSE"/>{value}</stringMatch>'
                yield _if(test, _heard(f"a{number}"), number == 1, last=False)
            yield f"    <responseElse>{_heard('wrong')}</responseElse></responseCondition>"
        case NumericShape():
            size = f"{shape.tolerance:f}"
            test = f'<equal toleranceMode="absolute" tolerance="{size} {size}">{_BOTH}</equal>'
            yield _if(test, f"{_scored(points)}{_heard('right')}", True, last=False)
            yield f"    <responseElse>{_heard('wrong')}</responseElse></responseCondition>"
        case _:
            yield _if(f"<match>{_BOTH}</match>", _scored(points), True, last=True)


_BOTH = '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'


def _if(test: str, then: str, first: bool, *, last: bool) -> str:
    tag = "responseIf" if first else "responseElseIf"
    begin, end = ("<responseCondition>" if first else ""), ("</responseCondition>" if last else "")
    return f"    {begin}<{tag}>{test}{then}</{tag}>{end}"


def _scored(points: str) -> str:
    return f'<setOutcomeValue identifier="SCORE">{points}</setOutcomeValue>'


def _mapped(names: Iterable[str], points: str) -> str:
    whole = "".join(f'<mapResponse identifier="{name}"/>' for name in names)
    return f"    {_scored(f'<product><sum>{whole}</sum>{points}</product>')}"


def _heard(name: str) -> str:
    value = f"<multiple>{_identifier(name)}</multiple>"
    return f'<setOutcomeValue identifier="{FEEDBACK}">{value}</setOutcomeValue>'


def _identifier(name: str) -> str:
    return f'<baseValue baseType="identifier">{name}</baseValue>'


def _attribute(value: str) -> str:
    return escape(value).replace("\n", "&#10;").replace("\t", "&#9;")
