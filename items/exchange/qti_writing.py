"""Questions as a QTI 2.2 content package: one assessmentItem for each, and a manifest.

Reasons are feedback, general words and settings are kept where QTI has a place for them: the explanation
and the reason as modal feedback, the hint as a rubric block, the tags in the item's ``label``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from urllib.parse import quote

from items.exchange import archives, qti_scoring
from items.exchange.departures import essay_losses, question_from_item
from items.exchange.markup import html_to_text
from items.exchange.qti_scoring import FEEDBACK, modal_feedback, write_declarations
from items.exchange.records import ExchangeItem, ExportLoss, FileWriting
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeAnswer,
    ExchangeGap,
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
from items.kinds.gap import NUMBER

SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"
SCHEMA = f"{SPACE} http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Lost = list[str]
Lines = Iterator[str]


def write_qti_package(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a QTI 2.2 content package, and what it could not hold."""
    files: dict[str, bytes] = {}
    losses: list[ExportLoss] = []
    for item in items:
        question, gone = question_from_item(item)
        losses += gone
        if question is None:
            continue
        lost: Lost = []
        text = "\n".join(_lines(question, lost))
        files[f"items/{question.name}.xml"] = f"{HEAD}{text}\n".encode()
        losses += [ExportLoss(question.name, what) for what in lost]
    manifest = {"imsmanifest.xml": _manifest(files).encode()}
    return FileWriting(archives.pack_files(manifest | files), tuple(losses))


def _manifest(names: Iterable[str]) -> str:
    rows = "".join(
        f'    <resource identifier="R{number}" type="imsqti_item_xmlv2p2" href="{escape(name)}">\n'
        f'      <file href="{escape(name)}"/>\n    </resource>\n'
        for number, name in enumerate(names, start=1)
    )
    return (
        f'{HEAD}<manifest xmlns="{PACKAGE}" identifier="postworthy-items">\n'
        "  <metadata>\n    <schema>QTIv2.2 Package</schema>\n    <schemaversion>1.0.0</schemaversion>\n"
        f"  </metadata>\n  <organizations/>\n  <resources>\n{rows}  </resources>\n</manifest>\n"
    )


def _lines(question: ExchangeQuestion, lost: Lost) -> Lines:
    question = replace(question, shape=_apart(question.shape, lost))
    label = " ".join(quote(tag, safe=":") for tag in question.tags)
    about = f'identifier="I-{question.name}" title="{question.name}"'
    about += f' label="{escape(label)}"' if label else ""
    yield f'<assessmentItem xmlns="{SPACE}" xmlns:xsi="{INSTANCE}" xsi:schemaLocation="{SCHEMA}"'
    yield f'    {about} adaptive="false" timeDependent="false" toolName="Postworthy" toolVersion="1">'
    points = question.points or Decimal(0)
    yield from write_declarations(question.shape, points)
    yield "  <itemBody>"
    if question.hint:
        hint = _words(question.hint, lost, "hint")
        yield f'    <rubricBlock view="candidate" class="hint"><p>{hint}</p></rubricBlock>'
    yield f'    <div class="stem">{question.stem}</div>'
    yield from (f"    {line}" for line in _body(question.shape, lost))
    yield "  </itemBody>"
    yield from qti_scoring.write_processing(question.shape, points)
    for name, words in (("feedback", question.feedback), *modal_feedback(question.shape)):
        if words:
            place = "explanation" if name == "feedback" else f"feedback {name}"
            yield (
                f'  <modalFeedback outcomeIdentifier="{FEEDBACK}" identifier="{name}" showHide="show">'
                f"{_words(words, lost, place)}</modalFeedback>"
            )
    yield "</assessmentItem>"


def _words(text: str, lost: Lost, place: str) -> str:
    """Return plain words as inline markup."""
    kept = html_to_text(_inline(text))
    if kept != text:
        lost.append(f"{place}: double spaces")
    return _inline(kept)


def _inline(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in text.split("\n"))


def _body(shape: Shape, lost: Lost) -> Lines:
    match shape:
        case ChoicesShape() | TruthShape():
            yield from _choices(shape, lost)
        case NumericShape() | WordsShape():
            yield _entry(shape, lost)
        case MatchShape():
            yield from _match(shape, lost)
        case SequenceShape():
            yield f'<orderInteraction responseIdentifier="RESPONSE" {_shuffle(yes=True)}>'
            for place, step in enumerate(shape.steps, start=1):
                words = _words(step, lost, f"step {place}")
                yield f'  <simpleChoice identifier="s{place}">{words}</simpleChoice>'
            yield "</orderInteraction>"
        case EssayShape():
            yield from _essay(shape, lost)
        case GapsShape():
            yield f'<div class="passage"><p>{"".join(_gaps(shape, lost))}</p></div>'


def _essay(shape: EssayShape, lost: Lost) -> Lines:
    lost += essay_losses(shape, model=False, guide=True)
    yield '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    if shape.guide:
        guide = _words(shape.guide, lost, "words for the reviewer")
        yield f'<rubricBlock view="scorer"><p>{guide}</p></rubricBlock>'


def _choices(shape: ChoicesShape | TruthShape, lost: Lost) -> Lines:
    most, shuffle = 1, False
    if isinstance(shape, ChoicesShape):
        most, shuffle = 0 if shape.many else 1, shape.shuffle
        rows = [(f"o{place}", option) for place, option in enumerate(shape.options, start=1)]
    else:
        rows = [
            ("true", ExchangeOption("True", Decimal(0), shape.reason_true)),
            ("false", ExchangeOption("False", Decimal(0), shape.reason_false)),
        ]
    attributes = f'responseIdentifier="RESPONSE" {_shuffle(yes=shuffle)} maxChoices="{most}"'
    yield f"<choiceInteraction {attributes}>"
    yield from (f"  {_choice(name, option, lost)}" for name, option in rows)
    yield "</choiceInteraction>"


def _apart(shape: Shape, lost: Lost) -> Shape:
    """Return the shape with each accepted answer once: QTI maps words to points, so none can stand twice."""
    if isinstance(shape, GapsShape):
        return replace(shape, gaps=tuple(_gap_apart(gap, lost) for gap in shape.gaps))
    if not isinstance(shape, WordsShape):
        return shape
    best: dict[str, ExchangeAnswer] = {}
    for row in shape.accept:
        known = best.get(row.text)
        if known is None or row.credit > known.credit:
            best[row.text] = row
    if len(best) < len(shape.accept):
        lost.append("accepted answers: one of two with the same words")
    return replace(shape, accept=tuple(best.values()))


def _gap_apart(gap: ExchangeGap, lost: Lost) -> ExchangeGap:
    accept = tuple(dict.fromkeys(gap.accept))
    partly = {text: credit for text, credit in gap.partly if text not in accept}
    if gap.compare == NUMBER and not gap.options and (partly or len(accept) > 1):
        lost.append("gap: every number but the first right one")
        accept, partly = accept[:1], {}
    return replace(gap, accept=accept, partly=tuple(partly.items()))


def _entry(shape: NumericShape | WordsShape, lost: Lost) -> str:
    unit = ""
    if isinstance(shape, NumericShape) and shape.unit:
        unit = f' <span class="unit">{escape(shape.unit, quote=False)}</span>'
    return f'<p><textEntryInteraction responseIdentifier="RESPONSE"/>{unit}</p>'


def _shuffle(*, yes: bool) -> str:
    return f'shuffle="{"true" if yes else "false"}"'


def _choice(name: str, option: ExchangeOption, lost: Lost) -> str:
    words = _words(option.text, lost, f"answer {name}")
    reason = ""
    if option.reason:
        reason = (
            f'<feedbackInline outcomeIdentifier="{FEEDBACK}" identifier="{name}" showHide="show">'
            f"{_words(option.reason, lost, f'reason {name}')}</feedbackInline>"
        )
    return f'<simpleChoice identifier="{name}">{words}{reason}</simpleChoice>'


def _match(shape: MatchShape, lost: Lost) -> Lines:
    if shape.passage:
        yield f'<blockquote class="passage"><p>{_words(shape.passage, lost, "text to rate")}</p></blockquote>'
    size = len(shape.pairs)
    yield f'<matchInteraction responseIdentifier="RESPONSE" {_shuffle(yes=True)} maxAssociations="{size}">'
    rows = [(f"l{n}", pair.text, 1) for n, pair in enumerate(shape.pairs, start=1)]
    targets = [(f"r{n}", text, size) for n, text in enumerate(shape.targets, start=1)]
    for one in (rows, targets):
        yield "  <simpleMatchSet>"
        for name, text, most in one:
            words = _words(text, lost, f"row {name}")
            yield f'    <simpleAssociableChoice identifier="{name}" matchMax="{most}">{words}</simpleAssociableChoice>'
        yield "  </simpleMatchSet>"
    yield "</matchInteraction>"


def _gaps(shape: GapsShape, lost: Lost) -> Lines:
    boxes = (_gap(gap, number, lost) for number, gap in enumerate(shape.gaps, start=1))
    whole = "\x01".join(shape.segments)
    # The words are checked as one text: a space beside a gap is kept.
    kept = html_to_text(_inline(whole))
    if kept != whole:
        lost.append("text: double spaces")
    first, *rest = _inline(kept).split("\x01")
    yield first
    for box, segment in zip(boxes, rest, strict=True):
        yield f"{box}{segment}"


def _gap(gap: ExchangeGap, number: int, lost: Lost) -> str:
    name = f'responseIdentifier="RESPONSE_{number}"'
    if not gap.options:
        return f"<textEntryInteraction {name}/>"
    rows = "".join(
        f'<inlineChoice identifier="o{place}">{_words(text, lost, f"gap {number}")}</inlineChoice>'
        for place, text in enumerate(gap.options, start=1)
    )
    return f"<inlineChoiceInteraction {name} {_shuffle(yes=True)}>{rows}</inlineChoiceInteraction>"
