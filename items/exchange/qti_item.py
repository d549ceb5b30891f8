"""A QTI assessment item being read: what it declares, says before the answer, and says after it."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from items.exchange.qti_marking import KeyedAnswers, QtiMarking, read_key, read_right
from items.exchange.trees import VOID, XmlNode, open_tag
from items.exchange.wording import answer_words, reason_words
from items.kinds.spec import ContentError

HERE = "\x01"
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
ASIDE = frozenset({"hint", "passage", "unit"})
# Elements of QTI around words that a learner reads.
WRAPPERS = frozenset({"rubricBlock", "contentBody"})
# What a learner does not read before the answer.
HIDDEN = frozenset(
    {"feedbackBlock", "feedbackInline", "templateBlock", "templateInline", "infoControl"}
)


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
        self.best: Decimal | None = None

    def _feedback(self) -> dict[str, str]:
        """Return what is shown after the answer, by the identifier that shows it."""
        said: dict[str, list[str]] = {}
        nodes = [
            *self.root.nodes("modalFeedback"),
            *self.body.all("feedbackBlock", "feedbackInline"),
        ]
        for node in nodes:
            words = reason_words(node.inner(), self.notes)
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
        found = read_key(
            declared, mode, self.notes, several=several, typed=typed, capitals=capitals
        )
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
            reason_words(node.inner(), self.notes)
            for node in self.root.all("rubricBlock")
            if not is_for_candidate(node)
        ]

    def hints(self) -> list[str]:
        """Return the hints of our own files, which are for those who answer."""
        return [
            reason_words(node.inner(), self.notes)
            for node in self.root.all("rubricBlock")
            if node.get("class") == "hint" and is_for_candidate(node)
        ]


def is_for_candidate(node: XmlNode) -> bool:
    """Tell whether the words of a rubric are for those who answer."""
    return "candidate" in node.get("view").split()


def interaction_names(body: XmlNode) -> set[str]:
    """Return the names of the interactions at any depth."""
    return {node.tag for node in body.below() if node.tag.endswith("Interaction")}


def write_stem(node: XmlNode) -> str:
    """Return the words around the interactions as markup, HERE where an inline interaction stands."""
    out: list[str] = []
    for each in node.children:
        if isinstance(each, str):
            out.append(escape(each, quote=False))
        elif each.tag in INLINE:
            out.append(HERE)
        elif each.tag.endswith("Interaction"):
            prompt = each.child("prompt")
            out.append(f"<p>{write_stem(prompt)}</p>" if prompt else "")
        elif _is_shown(each):
            inner = write_stem(each)
            # A text box alone in its element asks the whole question; it is not a gap in a sentence.
            inner = "" if inner.strip() == HERE else inner
            tag = "div" if each.tag in WRAPPERS else each.tag
            begin = "<div>" if each.tag in WRAPPERS else open_tag(each)
            out.append(begin if each.tag in VOID else f"{begin}{inner}</{tag}>")
    return "".join(out)


def _is_shown(node: XmlNode) -> bool:
    """Tell whether a learner reads this before the answer."""
    if node.get("class") in ASIDE or node.tag in HIDDEN:
        return False
    return node.tag != "rubricBlock" or is_for_candidate(node)


def words_of(item: QtiItem, node: XmlNode) -> str:
    """Return the words of a choice without the feedback inside it. Raises LeftOutError."""
    inner = [each for each in node.children if isinstance(each, str) or each.tag not in HIDDEN]
    return answer_words(XmlNode(node.tag, {}, node.line, inner).inner(), item.notes)
