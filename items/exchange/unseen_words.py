"""Words that a page does not show, such as the note that Moodle keeps with ``display: none``: they are left out.

Shown here they would be read as part of the question, and often they are its answer. What a style says of words that
are shown becomes an element: ``vertical-align: super`` is ``<sup>``.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

from items.exchange import styles
from items.exchange.folded_words import drop_folded
from items.exchange.markup import SHALLOW, mend_ends
from items.exchange.records import LeftOutError

# What the next element of this kind closes, as browsers do.
CLOSED_BY_NEXT = frozenset({"p", "li"})
VOID = SHALLOW - {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
SIGNS = ("style", "hidden", "class", "color", "popover", "size", "details")
HIDDEN = "words that the file hides are left out"
LINKED = "its words come with a style sheet that is not in the file and may hide some of them"


class StyledElement(NamedTuple):
    """An element around the words that are read now, the colour behind them, and what its style means."""

    tag: str
    ground: styles.Ground
    means: list[str]


def drop_unseen(source: str, *, unfold: bool = False) -> tuple[str, list[str]]:
    """Return HTML without the elements that a browser does not show, and what to say of it.

    Words that open on request stay with `unfold`. Raises LeftOutError for words with a style sheet that hides or
    changes some of them, or that is not in the file.
    """
    plain = source.casefold()
    if not any(sign in plain for sign in SIGNS):
        return source, []
    # A tag that never ends would be looked for again from each of its signs.
    source = mend_ends(source)
    if fault := styles.find_sheet_fault(source):
        raise LeftOutError(fault)
    reader = _VisibleReader()
    reader.feed(source)
    reader.close()
    shown, folded = "".join(reader.shown), list[str]()
    if not unfold:
        shown, folded = drop_folded(shown)
    return shown, list(dict.fromkeys([*reader.notes, *folded]))


class _VisibleReader(HTMLParser):
    """Keeps markup as it is written, without hidden elements and what stands in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.shown: list[str] = []
        self.notes: list[str] = []
        self._within = ""  # the tag of the hidden element that is open
        self._depth = 0
        self._open: list[StyledElement] = []
        self._levels: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within == tag and tag in CLOSED_BY_NEXT and self._depth == 1:
            self._within = ""
        if self._within:
            self._depth += tag == self._within
            return
        if tag == "link" and "stylesheet" in (dict(attrs).get("rel") or "").casefold():
            raise LeftOutError(LINKED)
        if tag in CLOSED_BY_NEXT and self._open and self._open[-1].tag == tag:
            self._end_last()
        style = styles.read_style(attrs) if attrs else {}
        ground = styles.find_ground(attrs, style, self._ground()) if attrs else self._ground()
        if attrs and styles.is_hidden(attrs, style, ground):
            self.notes.append(HIDDEN)
            self._within, self._depth = "" if tag in VOID else tag, 1
            return
        means = styles.find_meaning(tag, attrs, style) if attrs else []
        # All that such a span says is said by the elements that stand for its style.
        self.shown.append("" if means and tag == "span" else self.get_starttag_text() or "")
        self.notes += [f"the style {name} is not kept" for name in styles.find_changes(style)]
        if tag not in VOID:
            self._start(StyledElement(tag, ground, means))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # As in browsers, the sign that an element ends at once says nothing in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            self._depth -= tag == self._within
            self._within = self._within if self._depth else ""
            return
        if self._levels[tag]:
            while self._open[-1].tag != tag:
                self._end_last()
            self._end_last()
        self.shown.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if not self._within:
            self.shown.append(text)

    def _ground(self) -> styles.Ground:
        return self._open[-1].ground if self._open else styles.WHITE

    def _start(self, element: StyledElement) -> None:
        self._open.append(element)
        self._levels[element.tag] += 1
        self.shown += [f"<{each}>" for each in element.means]

    def _end_last(self) -> None:
        element = self._open.pop()
        self._levels[element.tag] -= 1
        self.shown += [f"</{each}>" for each in reversed(element.means)]
