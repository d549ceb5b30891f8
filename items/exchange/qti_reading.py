"""Turns a QTI assessment item, with element names of QTI 2.2, into a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html import escape
from urllib.parse import unquote

from items.exchange.arrivals import parse_exact
from items.exchange.markup import clean_html, html_to_text, text_to_html
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
from items.exchange.texts import remove_unstorable
from items.exchange.trees import XmlNode
from items.kinds.spec import ContentError
from items.phrases import gettext_noop

HERE = "\x01"
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
KNOWN = INLINE | {
    "choiceInteraction",
    "orderInteraction",
    "matchInteraction",
    "extendedTextInteraction",
}
ASIDE = frozenset({"hint", "passage", "unit"})
STEM = gettext_noop("Fill each gap.")


class QtiItem:
    """An assessment item being read: its declarations, its feedback, and notes on what did not fit."""

    def __init__(self, root: XmlNode) -> None:
        self.root = root
        body = root.child("itemBody")
        if body is None:
            raise ContentError("itemBody", "The item has no body.")
        self.body: XmlNode = body
        self.declarations = {
            node.get("identifier"): node for node in root.nodes("responseDeclaration")
        }
        self.said = {
            node.get("identifier"): html_to_text(node.inner())
            for node in root.nodes("modalFeedback")
        }
        self.heard: set[str] = {"feedback"}
        self.notes: list[str] = []
        self.interactions = list(body.all(*_interactions(body)))

    def declaration(self, interaction: XmlNode) -> XmlNode:
        """Return the declaration of what an interaction asks. Raises ContentError if there is none."""
        found = self.declarations.get(interaction.get("responseIdentifier"))
        if found is None:
            raise ContentError(
                "responseDeclaration", "The interaction has no declaration of its own."
            )
        return found

    def right(self, interaction: XmlNode) -> list[str]:
        """Return the correct response."""
        found = self.declaration(interaction).child("correctResponse")
        return [remove_unstorable(value.text()) for value in found.nodes("value")] if found else []

    def mapped(self, interaction: XmlNode) -> Mapping[str, Decimal]:
        """Return what each answer is worth, if the item says so."""
        found = self.declaration(interaction).child("mapping")
        rows = found.nodes("mapEntry") if found else []
        return {row.get("mapKey"): parse_exact(row.get("mappedValue"), "mapEntry") for row in rows}

    def reason(self, identifier: str, inline: XmlNode | None = None) -> str:
        """Return the feedback that a learner reads after an answer, and record that it is used."""
        self.heard.add(identifier)
        words = (
            [html_to_text(node.inner()) for node in inline.all("feedbackInline")] if inline else []
        )
        return "\n".join(filter(None, [*words, self.said.get(identifier, "")]))


def qti_item_name(root: XmlNode) -> str:
    """Return the title where it is a code, else the identifier."""
    title = root.get("title")
    return title if CODE.fullmatch(title) else root.get("identifier") or title


def question_from_qti(root: XmlNode) -> ExchangeQuestion:
    """Return the question of an assessment item. Raises LeftOutError and ContentError."""
    item = QtiItem(root)
    stem, shape = _asked(item)
    loose = [words for name, words in item.said.items() if name not in item.heard and words]
    if loose:
        item.notes.append("feedback that belongs to no answer is joined to the explanation")
    hints = [
        html_to_text(node.inner())
        for node in root.all("rubricBlock")
        if node.get("class") == "hint"
    ]
    cleaned, dropped = clean_html(stem)
    item.notes += [f"{name} is not kept in the question" for name in dropped]
    return ExchangeQuestion(
        name=qti_item_name(root),
        stem=cleaned,
        shape=shape,
        feedback="\n".join(filter(None, [item.said.get("feedback", ""), *loose])),
        hint=hints[0] if hints else "",
        points=_points(root),
        tags=tuple(
            unquote(tag) for tag in root.get("label").split() if ":" in tag or tag == "critical"
        ),
        line=root.line,
        notes=tuple(item.notes),
    )


def _interactions(body: XmlNode) -> set[str]:
    return {node.tag for node in _every(body) if node.tag.endswith("Interaction")}


def _every(node: XmlNode) -> Iterator[XmlNode]:
    for each in node.nodes():
        yield each
        yield from _every(each)


def _points(root: XmlNode) -> Decimal | None:
    for node in root.nodes("outcomeDeclaration"):
        if node.get("identifier") == "MAXSCORE":
            words = node.words("defaultValue", "value")
            return parse_exact(words, "MAXSCORE") if words else None
    return None


def _asked(item: QtiItem) -> tuple[str, Shape]:
    found = item.interactions
    strange = sorted({node.tag for node in found} - KNOWN)
    if strange:
        raise LeftOutError(f"the interaction {strange[0][:40]}")
    if not found:
        return _stem(item.body), NothingShape()
    if all(node.tag in INLINE for node in found) and (len(found) > 1 or _is_gap(item)):
        return _gaps(item)
    if len(found) > 1:
        raise LeftOutError("several questions in one item")
    shape = _SHAPES[found[0].tag](item, found[0])
    stem = _stem(item.body).replace(HERE, "_____")
    return stem, shape


def _is_gap(item: QtiItem) -> bool:
    return item.interactions[0].tag == "inlineChoiceInteraction" or any(
        node.get("class") == "passage" for node in item.body.all("div")
    )


def _stem(node: XmlNode) -> str:
    """Return the words around the interactions as markup, HERE where an inline interaction stands."""
    out: list[str] = []
    for each in node.children:
        if isinstance(each, str):
            out.append(escape(each, quote=False))
        elif each.tag in INLINE:
            out.append(HERE)
        elif each.tag.endswith("Interaction"):
            prompt = each.child("prompt")
            out.append(f"<p>{prompt.inner()}</p>" if prompt else "")
        elif each.get("class") not in ASIDE and each.tag != "rubricBlock":
            inner = _stem(each)
            # A text box alone in its element asks the whole question; it is not a gap in a sentence.
            inner = "" if inner.strip() == HERE else inner
            out.append(f"<{each.tag}>{inner}</{each.tag}>" if each.tag != "br" else "<br/>")
    return "".join(out)


def _choices(item: QtiItem, node: XmlNode) -> Shape:
    rows = node.nodes("simpleChoice")
    right, mapped = item.right(node), item.mapped(node)
    many = item.declaration(node).get("cardinality") == "multiple"
    reasons = {row.get("identifier"): item.reason(row.get("identifier"), row) for row in rows}
    if set(reasons) == {"true", "false"} and not many and len(rows) == 2:
        return TruthShape(right == ["true"], reasons["true"], reasons["false"])
    share = Decimal(1) / len(right) if right else Decimal(0)
    options = []
    for row in rows:
        name = row.get("identifier")
        weight = (
            mapped.get(name, Decimal(0))
            if many and mapped
            else share
            if name in right
            else Decimal(0)
        )
        options.append(ExchangeOption(_words_of(row), weight, reasons[name]))
    return ChoicesShape(tuple(options), many, node.get("shuffle") == "true")


def _words_of(node: XmlNode) -> str:
    """Return the words of a choice without the feedback inside it."""
    inner = [
        each for each in node.children if isinstance(each, str) or each.tag != "feedbackInline"
    ]
    return html_to_text(XmlNode(node.tag, {}, node.line, inner).inner())


def _entry(item: QtiItem, node: XmlNode) -> Shape:
    right, mapped = item.right(node), item.mapped(node)
    declared = item.declaration(node)
    if declared.get("baseType") in ("float", "integer"):
        if len(right) > 1:
            item.notes.append("only the first right number is kept")
        return NumericShape(
            answer=parse_exact(right[0] if right else "", "answer"),
            tolerance=_tolerance(item),
            reason_right=item.reason("right"),
            reason_wrong=item.reason("wrong"),
        )
    most = max(mapped.values(), default=Decimal(1)) or Decimal(1)
    credits = {
        remove_unstorable(text): worth / most for text, worth in mapped.items() if worth >= 0
    }
    credits = credits or dict.fromkeys(right, Decimal(1))
    accept = tuple(
        ExchangeAnswer(text, credit, item.reason(f"a{place}"))
        for place, (text, credit) in enumerate(credits.items(), start=1)
    )
    entries = [row.get("caseSensitive") for row in declared.all("mapEntry")]
    return WordsShape(
        accept, item.reason("wrong"), bool(entries) and all(each == "true" for each in entries)
    )


def _tolerance(item: QtiItem) -> Decimal:
    for node in item.root.all("equal"):
        values = node.get("tolerance").split()
        if not values:
            continue
        if node.get("toleranceMode") != "absolute":
            item.notes.append(f"the tolerance {node.get('toleranceMode')[:20]} is not kept")
            continue
        return parse_exact(values[-1], "tolerance")
    return Decimal(0)


def _order(item: QtiItem, node: XmlNode) -> Shape:
    texts = {row.get("identifier"): _words_of(row) for row in node.nodes("simpleChoice")}
    right = item.right(node)
    if sorted(right) != sorted(texts):
        raise ContentError("correctResponse", "Name every step once in the right order.")
    return SequenceShape(
        tuple(texts[name] for name in right), exact=True, reason=item.reason("reason")
    )


def _essay(item: QtiItem, node: XmlNode) -> Shape:
    return EssayShape()


def _match(item: QtiItem, node: XmlNode) -> Shape:
    sets = node.nodes("simpleMatchSet")
    if len(sets) != 2:
        raise ContentError("matchInteraction", "Give two sets to match.")
    rows, targets = (
        {each.get("identifier"): _words_of(each) for each in one.nodes("simpleAssociableChoice")}
        for one in sets
    )
    pairs: dict[str, str] = {}
    for value in item.right(node):
        left, _space, right = value.partition(" ")
        if left not in rows or right not in targets or left in pairs:
            raise LeftOutError("a table in which a row has several answers, or none")
        pairs[left] = right
    if len(pairs) < len(rows):
        raise LeftOutError("a table in which a row has several answers, or none")
    places = {name: place for place, name in enumerate(targets)}
    passages = [
        html_to_text(each.inner())
        for each in item.body.all("blockquote")
        if each.get("class") == "passage"
    ]
    return MatchShape(
        pairs=tuple(
            ExchangePair(rows[name], places[pairs[name]], item.reason(name)) for name in rows
        ),
        targets=tuple(targets.values()),
        reason=item.reason("reason"),
        passage="\n\n".join(passages),
    )


def _gaps(item: QtiItem) -> tuple[str, Shape]:
    boxes = [node for node in item.body.all("div") if node.get("class") == "passage"]
    stem, text = _stem(item.body), ""
    if boxes:
        text = _stem(boxes[0])
    else:
        blocks = [(each, _stem(XmlNode("", {}, 0, [each]))) for each in item.body.nodes()]
        first = next((n for n, (_each, inner) in enumerate(blocks) if HERE in inner), 0)
        stem = "".join(inner for _each, inner in blocks[:first])
        text = "".join(inner for _each, inner in blocks[first:])
    if not clean_html(stem)[0]:
        stem = text_to_html(STEM)
        item.notes.append("the question has no words of its own")
    segments = tuple(html_to_text(text).split(HERE))
    return stem, GapsShape(
        segments, tuple(_gap(item, node, n) for n, node in enumerate(item.interactions, 1))
    )


def _gap(item: QtiItem, node: XmlNode, number: int) -> ExchangeGap:
    reason, right = item.reason(f"g{number}"), item.right(node)
    if node.tag == "textEntryInteraction":
        return ExchangeGap(accept=tuple(item.mapped(node)) or tuple(right), reason=reason)
    names = [row.get("identifier") for row in node.nodes("inlineChoice")]
    if len(right) != 1 or right[0] not in names:
        raise ContentError("correctResponse", "Name one right choice for each gap.")
    options = tuple(_words_of(row) for row in node.nodes("inlineChoice"))
    return ExchangeGap(options, names.index(right[0]), reason=reason)


_SHAPES: Mapping[str, Callable[[QtiItem, XmlNode], Shape]] = {
    "choiceInteraction": _choices,
    "textEntryInteraction": _entry,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "extendedTextInteraction": _essay,
}
