"""Questions as Moodle XML. Our words are plain text and are written as such; questions are HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from items.exchange import cloze
from items.exchange.departures import essay_losses, match_losses, question_from_item, write_percent
from items.exchange.records import ExchangeItem, ExportLoss, FileWriting, LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeOption,
    ExchangeQuestion,
    GapsShape,
    MatchShape,
    NumericShape,
    SequenceShape,
    Shape,
    TruthShape,
    WordsShape,
)
from items.exchange.wording import write_shown

HUNDRED = Decimal(100)
PLAIN = ' format="plain_text"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>'
Lines = Iterator[str]
Lost = list[str]


def write_moodle_file(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a Moodle XML file, and what it could not hold."""
    blocks: list[str] = []
    losses: list[ExportLoss] = []
    for item in items:
        question, gone = question_from_item(item)
        losses += gone
        if question is None:
            continue
        lost: Lost = []
        try:
            blocks.append("\n".join(_lines(question, lost)))
        except LeftOutError as fault:
            lost = [f"left out: {fault}"]
        losses += [ExportLoss(question.name, what) for what in lost]
    text = "\n".join([HEAD, *blocks, "</quiz>\n"])
    return FileWriting(text.encode(), tuple(losses))


def _lines(question: ExchangeQuestion, lost: Lost) -> Lines:
    stem = question.stem
    if isinstance(question.shape, GapsShape):
        stem += cloze.write_cloze(question.shape, lost)
    kind, body = _body(question.shape, lost)
    yield f'  <question type="{kind}">'
    yield f"    <name>{_text(question.name)}</name>"
    yield f'    <questiontext format="html">{_text(stem)}</questiontext>'
    yield f"    <generalfeedback{PLAIN}>{_text(question.feedback)}</generalfeedback>"
    yield f"    <defaultgrade>{question.points or 0:f}</defaultgrade>"
    yield f"    <idnumber>{escape(question.name)}</idnumber>"
    if question.retired:
        yield "    <hidden>1</hidden>"
    yield from (f"    {line}" for line in body)
    if question.hint:
        yield f"    <hint{PLAIN}>{_text(question.hint)}</hint>"
    if question.tags:
        tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in question.tags)
        yield f"    <tags>{tags}</tags>"
    yield "  </question>"


def _body(shape: Shape, lost: Lost) -> tuple[str, list[str]]:
    match shape:
        case ChoicesShape():
            return "multichoice", list(_choices(shape, lost))
        case TruthShape():
            return "truefalse", list(_truth(shape))
        case NumericShape():
            return "numerical", list(_numeric(shape))
        case WordsShape():
            return "shortanswer", list(_words(shape))
        case MatchShape():
            return "matching", list(_match(shape, lost))
        case SequenceShape():
            return "ordering", list(_steps(shape, lost))
        case EssayShape():
            return "essay", list(_essay(shape, lost))
        case _:
            return ("cloze" if isinstance(shape, GapsShape) else "description"), []


def _text(words: str) -> str:
    return f"<text>{escape(words, quote=False)}</text>"


def _said(tag: str, words: str, more: str = "", attributes: str = "") -> str:
    return f"<{tag}{attributes}{PLAIN}>{_text(words)}{more}</{tag}>"


def _answer(words: str, fraction: Decimal, reason: str, more: str = "") -> str:
    feedback = _said("feedback", reason) if reason else ""
    return _said("answer", words, f"{feedback}{more}", f' fraction="{write_percent(fraction)}"')


def _choices(shape: ChoicesShape, lost: Lost) -> Lines:
    if not any(option.right for option in shape.options):
        raise LeftOutError("Moodle has no question without a right answer")
    yield f"<single>{'false' if shape.many else 'true'}</single>"
    yield f"<shuffleanswers>{'true' if shape.shuffle else 'false'}</shuffleanswers>"
    yield from (_option(option) for option in shape.options)


def _option(option: ExchangeOption) -> str:
    return _answer(option.text, option.weight, option.reason)


def _truth(shape: TruthShape) -> Lines:
    yield _answer("true", Decimal(shape.answer), shape.reason_true)
    yield _answer("false", Decimal(not shape.answer), shape.reason_false)


def _numeric(shape: NumericShape) -> Lines:
    tolerance = f"<tolerance>{shape.tolerance:f}</tolerance>"
    yield _answer(f"{shape.answer:f}", Decimal(1), shape.reason_right, tolerance)
    if shape.reason_wrong:
        yield _answer("*", Decimal(0), shape.reason_wrong, "<tolerance>0</tolerance>")
    if shape.unit:
        name = escape(shape.unit, quote=False)
        yield f"<units><unit><multiplier>1</multiplier><unit_name>{name}</unit_name></unit></units>"


def _words(shape: WordsShape) -> Lines:
    yield f"<usecase>{int(shape.case_sensitive)}</usecase>"
    for row in shape.accept:
        yield _answer(row.text.replace("*", "\\*"), row.credit, row.reason)
    if shape.reason_wrong:
        yield _answer("*", Decimal(0), shape.reason_wrong)


def _match(shape: MatchShape, lost: Lost) -> Lines:
    if shape.passage:
        raise LeftOutError("Moodle has no place for a text to rate")
    lost += match_losses(shape)
    yield "<shuffleanswers>true</shuffleanswers>"
    yield from _reasons(shape.reason)
    targets = [write_shown(target, lost) for target in shape.targets]
    for pair in shape.pairs:
        answer = f"<answer>{_text(targets[pair.target])}</answer>"
        yield _said("subquestion", pair.text, answer)
    used = {pair.target for pair in shape.pairs}
    for place, target in enumerate(targets):
        if place not in used:
            yield _said("subquestion", "", f"<answer>{_text(target)}</answer>")


def _steps(shape: SequenceShape, lost: Lost) -> Lines:
    if not shape.exact:
        lost.append("credit: Moodle counts distance by another formula")
    yield "<layouttype>VERTICAL</layouttype>"
    yield "<selecttype>ALL</selecttype>"
    yield f"<gradingtype>{'ALL_OR_NOTHING' if shape.exact else 'RELATIVE_TO_CORRECT'}</gradingtype>"
    yield "<showgrading>SHOW</showgrading>"
    yield from _reasons(shape.reason)
    for place, step in enumerate(shape.steps, start=1):
        yield _answer(step, Decimal(place) / HUNDRED, "")


def _essay(shape: EssayShape, lost: Lost) -> Lines:
    lost += essay_losses(shape, model=False, guide=True)
    yield "<responseformat>plain</responseformat>"
    yield "<responserequired>1</responserequired>"
    yield "<responsefieldlines>10</responsefieldlines>"
    for name, count in (("minwordlimit", shape.least), ("maxwordlimit", shape.most)):
        if count:
            yield f"<{name}>{count}</{name}>"
    yield "<attachments>0</attachments>"
    if shape.guide:
        yield _said("graderinfo", shape.guide)


def _reasons(reason: str) -> Lines:
    if reason:
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            yield _said(name, reason)
