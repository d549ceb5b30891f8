"""Turns a QTI assessment item, with element names of QTI 2.2, into a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from urllib.parse import unquote

from items.exchange.arrivals import parse_exact
from items.exchange.bodies import NEAR, percent
from items.exchange.held import check_held, find_repeated
from items.exchange.markup import clean_html, html_to_text, text_to_html
from items.exchange.qti_held import MARKUP, QTI_ONCE, QTI_RULES
from items.exchange.qti_item import HERE, INLINE, QtiItem, interaction_names, words_of, write_words
from items.exchange.qti_marking import KeyedAnswers
from items.exchange.qti_sheets import NO_SHEETS, Sheets, check_sheets
from items.exchange.records import CODE, LeftOutError
from items.exchange.shapes import (
    ChoicesShape,
    EssayShape,
    ExchangeAnswer,
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
from items.exchange.trees import XmlNode
from items.exchange.wording import question_html, reason_words
from items.kinds.gap import CAPITALS, NUMBER, WORDS
from items.kinds.spec import ContentError
from items.phrases import gettext_noop

KNOWN = INLINE | {
    "choiceInteraction",
    "orderInteraction",
    "matchInteraction",
    "extendedTextInteraction",
}
TRUTHS = {"true": "true", "false": "false"}
TOGETHER = "only all gaps together earn points in the file; here each earns its part"
STEM = gettext_noop("Fill each gap.")


def qti_item_name(root: XmlNode) -> str:
    """Return the title where it is a code, else the identifier."""
    title = root.get("title")
    return title if CODE.fullmatch(title) else root.get("identifier") or title


def question_from_qti(
    root: XmlNode, sheets: Sheets = NO_SHEETS, folder: str = ""
) -> ExchangeQuestion:
    """Return the question of an assessment item in a folder of a package with style sheets.

    Raises LeftOutError and ContentError."""
    notes = check_sheets(root, sheets, folder)
    check_held(_without_rules(root), QTI_RULES, notes, MARKUP)
    for tag in find_repeated(root, QTI_ONCE):
        raise LeftOutError(f"<{tag}> stands twice in it")
    item = QtiItem(root)
    item.marking.check_parts(notes)
    stem, shape = _asked(item)
    if not isinstance(shape, EssayShape) and item.marking_words():
        item.notes.append("the words for those who mark are not kept")
    loose = [words for name, words in item.said.items() if name not in item.heard and words]
    if loose:
        item.notes.append("feedback that belongs to no answer is joined to the explanation")
    hints = item.hints()
    if len(hints) > 1:
        item.notes.append("only the first hint is kept")
    return ExchangeQuestion(
        name=qti_item_name(root),
        stem=question_html(stem, item.notes),
        shape=shape,
        feedback="\n".join(filter(None, [item.said.get("feedback", ""), *loose])),
        hint=hints[0] if hints else "",
        points=_points(item),
        tags=tuple(
            unquote(tag) for tag in root.get("label").split() if ":" in tag or tag == "critical"
        ),
        line=root.line,
        notes=(*notes, *item.notes),
    )


def _without_rules(root: XmlNode) -> XmlNode:
    """Return the item without its rules of marking, which `QtiMarking` judges, and without interactions that
    nothing here stands for."""
    kept = [
        each for each in root.children if isinstance(each, str) or each.tag != "responseProcessing"
    ]
    strange = sorted(interaction_names(root) - KNOWN)
    if strange:
        raise LeftOutError(f"the interaction {strange[0][:40]} has no equivalent here")
    return XmlNode(root.tag, root.attributes, root.line, kept)


def _points(item: QtiItem) -> Decimal | None:
    """Return the most points as declared, else the most that a mapping or a rule gives."""
    declared = {node.get("identifier"): node for node in item.root.nodes("outcomeDeclaration")}
    most = declared["MAXSCORE"].words("defaultValue", "value") if "MAXSCORE" in declared else ""
    normal = declared["SCORE"].get("normalMaximum") if "SCORE" in declared else ""
    found = parse_exact(most, "MAXSCORE") if most else _points_by_rules(item)
    if not normal:
        return found
    largest = parse_exact(normal, "normalMaximum")
    if found is not None and found != largest:
        item.notes.append(f"the file also calls {normal[:20]} the most points; {found} are kept")
    return largest if found is None else found


def _points_by_rules(item: QtiItem) -> Decimal | None:
    """Return the points of the answers; several gaps earn theirs together, or one after the other."""
    names = [node.get("responseIdentifier") for node in item.interactions]
    together = item.marking.worth(*names)
    if together is not None or len(names) == 1:
        return item.best if together is None else together
    single = [item.marking.worth(name) for name in names]
    known = [points for points in single if points is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(single) else None


def _asked(item: QtiItem) -> tuple[str, Shape]:
    found = item.interactions
    if not found:
        return item.stem(), NothingShape()
    if all(node.tag in INLINE for node in found) and (len(found) > 1 or _is_gap(item)):
        return _gaps(item)
    if len(found) > 1:
        raise LeftOutError("it asks several questions at once")
    shape = _SHAPES[found[0].tag](item, found[0])
    if not isinstance(shape, EssayShape):
        item.marking.try_answers(found)
    stem = item.stem().replace(HERE, "_____")
    return stem, shape


def _is_gap(item: QtiItem) -> bool:
    return item.interactions[0].tag == "inlineChoiceInteraction" or bool(item.boxes("div"))


def _choices(item: QtiItem, node: XmlNode) -> Shape:
    rows = node.nodes("simpleChoice")
    key = item.key(node)
    many = item.declaration(node).get("cardinality") == "multiple"
    names = [row.get("identifier") for row in rows]
    if strange := [k for k, credit in key.credits.items() if credit > 0 and k not in names]:
        raise LeftOutError(f"its key {strange[0][:40]} is none of its answers")
    reasons = {name: item.reason(name) for name in names}
    words = {row.get("identifier"): words_of(item, row) for row in rows}
    if not many and {name: text.casefold() for name, text in words.items()} == TRUTHS:
        return TruthShape(key.full == ["true"], reasons["true"], reasons["false"])
    share = Decimal(1) / len(key.full) if many and key.exact and key.full else Decimal(1)
    options = tuple(
        ExchangeOption(words[name], key.credits.get(name, key.default) * share, reasons[name])
        for name in names
    )
    most = node.get("maxChoices", "1")
    if many and most.isdigit() and 0 < int(most) < len(rows):
        item.notes.append(f"only {most} may be ticked in the file; here all of them")
    return ChoicesShape(options, many, _shuffled(item, node, rows), exact=many and key.exact)


def _shuffled(item: QtiItem, node: XmlNode, rows: list[XmlNode]) -> bool:
    """Tell whether the answers are shuffled: not where one of them has its fixed place."""
    if node.get("shuffle") != "true":
        return False
    fixed = [row for row in rows if row.get("fixed") == "true"]
    if fixed:
        item.notes.append("the answers keep their order, because one of them has a fixed place")
    return not fixed


def _entry(item: QtiItem, node: XmlNode) -> Shape:
    declared = item.declaration(node)
    number = declared.get("baseType") in ("float", "integer")
    key = item.key(node, typed=not number)
    if number:
        return _number(item, declared.get("identifier"), key)
    accept = tuple(
        ExchangeAnswer(text, max(credit, Decimal(0)), item.reason(f"a{place}"))
        for place, (text, credit) in enumerate(key.credits.items(), start=1)
    )
    if any(credit < 0 for credit in key.credits.values()):
        item.notes.append("an answer that takes points in the file takes none here")
    return WordsShape(accept, item.reason("wrong"), key.case)


def _number(item: QtiItem, response: str, key: KeyedAnswers) -> Shape:
    if len(key.full) != 1:
        raise LeftOutError("not exactly one number is right")
    for text, credit in key.credits.items():
        if credit not in (0, 1):
            item.notes.append(
                f"the number {text} earns {percent(credit)} in the file, and nothing here"
            )
    answer = parse_exact(key.full[0], "answer")
    return NumericShape(
        answer=answer,
        tolerance=item.marking.tolerance(response, answer, item.notes),
        reason_right=item.reason("right"),
        reason_wrong=item.reason("wrong"),
    )


def _order(item: QtiItem, node: XmlNode) -> Shape:
    texts = {row.get("identifier"): words_of(item, row) for row in node.nodes("simpleChoice")}
    right = item.right(node)
    if sorted(right) != sorted(texts):
        raise LeftOutError("its key does not name every step once")
    if any(row.get("fixed") == "true" for row in node.nodes("simpleChoice")):
        item.notes.append("a step with a fixed place is mixed with the others here")
    key = item.key(node)
    if not key.exact:
        # A mapping knows no places: by it each step earns its points wherever it stands.
        earned = ", ".join(percent(key.credits.get(name, key.default)) for name in right)
        item.notes.append(
            f"the file gives points for single steps, whatever their place ({earned}); here for the whole order"
        )
    for name in ("minChoices", "maxChoices"):
        if node.get(name) not in ("", "0", str(len(texts))):
            raise LeftOutError("only some of the steps are put in order")
    return SequenceShape(
        tuple(texts[name] for name in right), exact=True, reason=item.reason("reason")
    )


def _essay(item: QtiItem, node: XmlNode) -> Shape:
    declared = item.declarations.get(node.get("responseIdentifier"))
    right = item.right(node) if declared is not None else []
    if declared is not None and declared.child("mapping") is not None:
        item.notes.append("the points for certain words are not kept: a person marks it")
    return EssayShape(model="\n".join(right), guide="\n\n".join(filter(None, item.marking_words())))


def _match(item: QtiItem, node: XmlNode) -> Shape:
    sets = node.nodes("simpleMatchSet")
    if len(sets) != 2:
        raise ContentError("matchInteraction", "Give two sets to match.")
    rows, targets = (
        {
            each.get("identifier"): words_of(item, each)
            for each in one.nodes("simpleAssociableChoice")
        }
        for one in sets
    )
    pairs = _pairs(item, node, rows, targets)
    places = {name: place for place, name in enumerate(targets)}
    passages = [reason_words(write_words(each), item.notes) for each in item.boxes("blockquote")]
    return MatchShape(
        pairs=tuple(
            ExchangePair(rows[name], places[pairs[name]], item.reason(name)) for name in rows
        ),
        targets=tuple(targets.values()),
        reason=item.reason("reason"),
        passage="\n\n".join(passages),
    )


def _pairs(
    item: QtiItem, node: XmlNode, rows: Mapping[str, str], targets: Mapping[str, str]
) -> dict[str, str]:
    """Return the target of each row. Raises LeftOutError where a row has several, or none."""
    key = item.key(node)
    gains = {value: credit for value, credit in key.credits.items() if credit > 0}
    if key.exact and len(gains) > 1:
        item.notes.append(
            "only all pairs together earn points in the file; here each earns its part"
        )
    elif gains and max(gains.values()) - min(gains.values()) > NEAR:
        item.notes.append("every pair counts the same; the file weighs them differently")
    if any(credit < 0 for credit in key.credits.values()):
        item.notes.append("a wrong pair takes points in the file, and none here")
    pairs: dict[str, str] = {}
    for value in gains:
        left, _space, right = value.partition(" ")
        if left not in rows or right not in targets or left in pairs:
            raise LeftOutError("a row of its table has several answers, or none")
        pairs[left] = right
    if len(pairs) < len(rows):
        raise LeftOutError("a row of its table has several answers, or none")
    return pairs


def _gaps(item: QtiItem) -> tuple[str, Shape]:
    boxes = item.boxes("div")
    stem, text = item.stem(), ""
    if boxes:
        text = write_words(boxes[0])
    else:
        blocks = [(each, write_words(XmlNode("", {}, 0, [each]))) for each in item.body.nodes()]
        first = next((n for n, (_each, inner) in enumerate(blocks) if HERE in inner), 0)
        stem = "".join(inner for _each, inner in blocks[:first])
        text = "".join(inner for _each, inner in blocks[first:])
    if not clean_html(stem)[0]:
        stem = text_to_html(STEM)
        item.notes.append("the question has no words of its own")
    segments = tuple(html_to_text(question_html(text, item.notes)).split(HERE))
    gaps = [_gap(item, node, number) for number, node in enumerate(item.interactions, 1)]
    trial = item.marking.try_answers(item.interactions)
    if trial.together if trial else item.marking.all_or_nothing():
        item.notes.append(TOGETHER)
    elif trial:
        worth = [trial.alone[node.get("responseIdentifier")] for node in item.interactions]
        gaps = [replace(gap, weight=each) for gap, each in zip(gaps, worth, strict=True)]
    # Gaps that all count the same count 1: what they are worth together are the points.
    if len({gap.weight for gap in gaps}) == 1:
        gaps = [replace(gap, weight=Decimal(1)) for gap in gaps]
    return stem, GapsShape(segments, tuple(gaps))


def _gap(item: QtiItem, node: XmlNode, number: int) -> ExchangeGap:
    declared = item.declaration(node)
    is_number = declared.get("baseType") in ("float", "integer")
    typed = node.tag == "textEntryInteraction"
    key = item.key(node, typed=typed and not is_number)
    if not key.full:
        raise LeftOutError(f"gap {number} has no right answer")
    worth = item.marking.worth(declared.get("identifier")) if key.exact else key.best
    gap = ExchangeGap(reason=item.reason(f"g{number}"), weight=worth or Decimal(1))
    if any(credit < 0 for credit in key.credits.values()):
        item.notes.append(f"gap {number}: an answer that takes points takes nothing here")
    if not typed:
        return _listed(item, node, gap, key, number)
    if not is_number:
        compare = CAPITALS if key.case else WORDS
        return replace(gap, accept=tuple(key.full), partly=key.partly, compare=compare)
    right = [parse_exact(text, "gaps") for text in key.full]
    size = item.marking.tolerance(declared.get("identifier"), right[0], item.notes)
    texts = tuple(f"{value:f}" for value in right)
    return replace(gap, accept=texts, partly=key.partly, compare=NUMBER, tolerance=size)


def _listed(
    item: QtiItem, node: XmlNode, gap: ExchangeGap, key: KeyedAnswers, number: int
) -> ExchangeGap:
    words = {row.get("identifier"): words_of(item, row) for row in node.nodes("inlineChoice")}
    if len(key.full) != 1 or key.full[0] not in words:
        raise LeftOutError(f"gap {number} has not exactly one right choice")
    partly = tuple((words[name], credit) for name, credit in key.partly if name in words)
    return replace(
        gap, options=tuple(words.values()), answer=[*words].index(key.full[0]), partly=partly
    )


_SHAPES: Mapping[str, Callable[[QtiItem, XmlNode], Shape]] = {
    "choiceInteraction": _choices,
    "textEntryInteraction": _entry,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "extendedTextInteraction": _essay,
}
