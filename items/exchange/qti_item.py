"""A QTI assessment item being read: what it declares, says before the answer, and says after it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from items.exchange.qti_held import MARKUP
from items.exchange.qti_marking import AskedAnswer, KeyedAnswers, QtiMarking, read_key, read_right
from items.exchange.readable import SHOWN
from items.exchange.records import LeftOutError
from items.exchange.trees import VOID, XmlNode, open_tag
from items.exchange.wording import answer_words, reason_words
from items.kinds.spec import ContentError

HERE = "\x01"
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
# Elements of QTI around words that a learner reads.
WRAPPERS = frozenset({"rubricBlock", "contentBody"})
# The elements whose words a learner reads before the answer. Nobody knows for whom the words of others are.
READ = MARKUP | WRAPPERS | {"label"}
Places = frozenset[tuple[str, str]]


class QtiItem:
    """An assessment item being read: its declarations, its feedback, and notes on what did not fit."""

    def __init__(self, root: XmlNode) -> None:
        self.root = root
        self.notes: list[str] = []
        body = root.child("itemBody")
        if body is None:
            raise ContentError("itemBody", "The question has no body.")
        self.body: XmlNode = body
        self.declarations = {
            node.get("identifier"): node for node in root.nodes("responseDeclaration")
        }
        self.marking = QtiMarking(root, frozenset(self.declarations))
        self.said = self._feedback()
        self.heard: set[str] = {"feedback"}
        self.interactions = list(body.all(*interaction_names(body)))
        _check_interactions(body)
        self.best: Decimal | None = None

    def _feedback(self) -> dict[str, str]:
        """Return what is shown after the answer, by the identifier that shows it."""
        said: dict[str, list[str]] = {}
        nodes = [
            *self.root.nodes("modalFeedback"),
            *self.body.all("feedbackBlock", "feedbackInline"),
        ]
        for node in nodes:
            words = reason_words(write_words(node), self.notes)
            if node.get("showHide", "show") == "hide":
                self.notes.append(
                    f"what is read until an answer is given is not kept: {words[:60]}"
                )
            elif words:
                said.setdefault(node.get("identifier"), []).append(words)
        return {name: "\n".join(dict.fromkeys(words)) for name, words in said.items()}

    def declaration(self, interaction: XmlNode) -> XmlNode:
        """Return the declaration of what an interaction asks. Raises ContentError if there is none."""
        found = self.declarations.get(interaction.get("responseIdentifier"))
        if found is None:
            raise ContentError(
                "responseDeclaration", "The interaction has no declaration of its own."
            )
        return found

    def key(self, interaction: XmlNode, *, typed: bool = False) -> KeyedAnswers:
        """Return what the answers to an interaction earn."""
        declared = self.declaration(interaction)
        mode = self.marking.mode(declared.get("identifier"))
        several = declared.get("cardinality") in ("multiple", "ordered")
        capitals = self.marking.takes_capitals(declared.get("identifier"))
        # The list of a gap keeps only what is said of each answer in it.
        listed = interaction.tag == "choiceInteraction"
        asked = AskedAnswer(several, typed, capitals, listed)
        found = read_key(declared, mode, self.notes, asked)
        self.best = None if found.exact else found.best
        return found

    def right(self, interaction: XmlNode) -> list[str]:
        """Return the correct response."""
        return read_right(self.declaration(interaction))

    def reason(self, identifier: str) -> str:
        """Return the feedback that a learner reads after an answer, and record that it is used."""
        self.heard.add(identifier)
        return self.said.get(identifier, "")

    def marking_words(self) -> list[str]:
        """Return the words that are not for those who answer, such as those for who marks."""
        return [
            reason_words(write_words(node), self.notes)
            for node in self.root.all("rubricBlock")
            if not is_for_candidate(node)
        ]

    def hints(self) -> list[str]:
        """Return the hints of our own files, which are for those who answer."""
        return [
            reason_words(write_words(node), self.notes)
            for node in self.root.all("rubricBlock")
            if node.get("class") == "hint" and is_for_candidate(node)
        ]

    def boxes(self, tag: str) -> list[XmlNode]:
        """Return the texts of our own files that stand apart from the question: with gaps in them, or to be rated."""
        asked = {node.tag for node in self.interactions}
        ours = asked <= INLINE if tag == "div" else "kind:rate_post" in self.root.get("label")
        found = [node for node in self.body.all(tag) if node.get("class") == "passage"]
        return found if asked and ours and len(found) == 1 else []

    def stem(self) -> str:
        """Return the words of the question as markup, without what our own files keep apart from it."""
        aside = {("rubricBlock", "hint")}
        aside |= {(tag, "passage") for tag in ("div", "blockquote") if self.boxes(tag)}
        if "unit:" in self.root.get("label"):
            aside.add(("span", "unit"))
        return write_words(self.body, frozenset(aside))


def is_for_candidate(node: XmlNode) -> bool:
    """Tell whether the words of a rubric are for those who answer."""
    return "candidate" in node.get("view").split()


def interaction_names(body: XmlNode) -> set[str]:
    """Return the names of the interactions at any depth."""
    return {node.tag for node in body.below() if node.tag.endswith("Interaction")}


def write_words(node: XmlNode, aside: Places = frozenset()) -> str:
    """Return the words that a learner reads in an element as markup, HERE where an inline interaction stands.

    `aside` are elements, by their tag and class, that stand elsewhere."""
    out: list[str] = []
    for each in node.children:
        if isinstance(each, str):
            out.append(escape(each, quote=False))
        elif each.tag in INLINE:
            out.append(HERE)
        elif each.tag.endswith("Interaction"):
            prompt = each.child("prompt")
            out.append(f"<p>{write_words(prompt, aside)}</p>" if prompt else "")
        elif each.tag == "math":
            # A formula without one of its parts would be another one.
            out.append(XmlNode("", {}, each.line, [each]).inner())
        elif _is_read(each) and (each.tag, each.get("class")) not in aside:
            inner = write_words(each, aside)
            # A text box alone in its element asks the whole question; it is not a gap in a sentence.
            inner = "" if inner.strip() == HERE else inner
            tag = "div" if each.tag in WRAPPERS else each.tag
            begin = "<div>" if each.tag in WRAPPERS else open_tag(each)
            out.append(begin if each.tag in VOID else f"{begin}{inner}</{tag}>")
    return "".join(out)


def _is_read(node: XmlNode) -> bool:
    """Tell whether a learner reads this before the answer."""
    return node.tag in READ and (node.tag != "rubricBlock" or is_for_candidate(node))


def _check_interactions(body: XmlNode) -> None:
    """Raise LeftOutError where an answer is asked for in words that are not read."""
    for tag in _unread_around(body):
        raise LeftOutError(f"its answer is asked for inside <{tag[:40]}>, which is not kept")


def _unread_around(node: XmlNode) -> Iterator[str]:
    for each in node.nodes():
        if each.tag.endswith("Interaction"):
            continue
        if _is_read(each):
            yield from _unread_around(each)
        elif interaction_names(each):
            yield each.tag


def words_of(item: QtiItem, node: XmlNode) -> str:
    """Return the words of a choice without the feedback inside it. Raises LeftOutError."""
    shown = next((each.tag for each in node.below() if each.tag in SHOWN - READ), "")
    if shown:
        raise LeftOutError(f"an answer shows <{shown}>, which is not words")
    return answer_words(write_words(node), item.notes)
