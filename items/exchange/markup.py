"""The HTML that a question may have: cleaning it, and conversion from and to plain text.

Allowed: ``b i em strong p ul ol li br``, no attributes. What is dangerous is taken away by nh3, which reads HTML
as browsers do; here the rest gets its shape. The result is well formed, so it is XHTML as well, and cleaning it
again changes nothing.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from html.parser import HTMLParser

import nh3

from items.kinds.spec import MOST_CHARACTERS, ContentError
from items.phrases import gettext_noop

INLINE = frozenset({"b", "i", "em", "strong"})
LISTS = frozenset({"ul", "ol"})
BLOCKS = LISTS | {"p", "li"}
AS_PARAGRAPH = frozenset({"div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr"})
# Elements whose words nobody reads as part of the text, if at all.
SILENT = frozenset(
    {"script", "style", "template", "head", "title", "iframe", "object", "audio", "video", "canvas"}
    | {"noscript", "noframes", "noembed", "select", "datalist", "textarea", "dialog", "svg"}
)
KEPT = INLINE | BLOCKS | AS_PARAGRAPH | {"br"}
# What a class or a style says of words is read before (`items.exchange.unseen_words`).
HARMLESS = frozenset({"dir", "lang", "class", "style", "id", "width", "height", "align", "xmlns"})
SPACE = re.compile(r"[ \t\n\r\f]+")
AROUND = re.compile(r" ?(</?(?:p|ul|ol|li)>|<br/>) ?")
ENDS = re.compile(r"</p><p>|</p>|</li>|<br/>")
SURROGATE = re.compile("[\ud800-\udfff]")
PIECES = re.compile(r"([^<]+)|<(/?)([a-z0-9]+)>")
TAG = re.compile(r"<[^>]*>")
LOOKS = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
LONGEST = 4 * MOST_CHARACTERS
# The time to read markup grows with the square of its depth.
MOST_LEVELS = 200
# Elements that hold nothing, and those that the next one of their kind closes.
SHALLOW = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
    | {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
)


def clean_html(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the allowed part of some HTML, and the names of what was dropped.

    Raises ContentError when it is far longer, or nested far deeper, than any question.
    """
    if len(source) > LONGEST:
        raise ContentError(
            "stem", gettext_noop("Shorten this to %(most)s characters."), most=MOST_CHARACTERS
        )
    source = mend_ends(source)
    reporter = _Reporter()
    reporter.feed(source)
    reporter.close()
    cleaned = nh3.clean(
        source,
        tags=set(KEPT),
        attributes={"*": set()},
        clean_content_tags=set(SILENT),
        link_rel=None,
    )
    found = AROUND.sub(r"\1", SPACE.sub(" ", _Shaper().shape(cleaned)))
    return found, tuple(sorted(reporter.dropped))


def mend_ends(source: str) -> str:
    """Return HTML in which a tag that never ends is text, and so is half a character."""
    whole, bracket, rest = SURROGATE.sub("\ufffd", source).rpartition(">")
    return whole + bracket + rest.replace("<", "&lt;")


def text_to_html(text: str) -> str:
    """Return plain text as HTML paragraphs, split at blank lines; a line break becomes ``<br/>``."""
    pieces = text.split("\n\n")
    parts = ("<br/>".join(_line(line) for line in part.strip().split("\n")) for part in pieces)
    return "".join(f"<p>{part}</p>" for part in parts if part)


def html_to_text(source: str) -> str:
    """Return the words of some HTML; a new paragraph is a blank line."""
    cleaned, _dropped = clean_html(source)
    spaced = ENDS.sub(lambda end: "\n\n" if end[0] == "</p><p>" else "\n", cleaned)
    return html.unescape(TAG.sub("", spaced)).strip()


def is_plain_text(cleaned: str) -> bool:
    """Tell whether cleaned HTML is the same after conversion to plain text and back."""
    return text_to_html(html_to_text(cleaned)) == cleaned


def looks_like_html(text: str) -> bool:
    """Tell whether a text of unknown format holds tags or entities."""
    return bool(LOOKS.search(text))


def _line(text: str) -> str:
    return html.escape(SPACE.sub(" ", text).strip(), quote=False)


class _Reporter(HTMLParser):
    """Names the elements and attributes of some HTML that cleaning takes away; ends at markup nested too deeply."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.dropped: set[str] = set()
        self._levels: Counter[str] = Counter()
        self._depth = 0
        self._muted = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SHALLOW:
            self._levels[tag] += 1
            self._depth += 1
        if self._depth > MOST_LEVELS:
            raise ContentError(
                "stem",
                gettext_noop("Nest the markup at most %(most)s levels deep."),
                most=MOST_LEVELS,
            )
        if self._muted:
            return
        if tag not in KEPT:
            self.dropped.add(f"<{tag}>")
            self._muted = tag if tag in SILENT else ""
            return
        self.dropped.update(
            f"{key} of <{tag}>"
            for key, _value in attrs
            if key not in HARMLESS and not key.startswith("data-")
        )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SILENT:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._levels[tag] > 0:
            self._levels[tag] -= 1
            self._depth -= 1
        self._muted = "" if tag == self._muted else self._muted


class _Shaper:
    """Writes clean HTML as paragraphs and lists, every element closed, none of them empty.

    Words outside of both get a paragraph."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open: list[str] = []

    def shape(self, cleaned: str) -> str:
        """Return clean HTML, whose tags have no attributes, in its final shape."""
        for words, closing, tag in PIECES.findall(cleaned):
            name = "p" if tag in AS_PARAGRAPH else tag
            if words:
                self._write(words)
            elif closing:
                self._end(name)
            else:
                self._start(name)
        self._close(0)
        return "".join(self._out)

    def _write(self, words: str) -> None:
        if not words.strip(" \t\n\r\f") and (not self._open or self._open[-1] in LISTS):
            return
        self._words()
        self._out.append(html.escape(html.unescape(words), quote=False))

    def _end(self, name: str) -> None:
        if self._open and self._open[-1] == name:
            self._close(len(self._open) - 1)
            return
        floor = 0 if name in BLOCKS else self._last_block() + 1
        places = [n for n, each in enumerate(self._open) if each == name and n >= floor]
        if places:
            self._close(places[-1])

    def _start(self, name: str) -> None:
        if name in INLINE or name == "br":
            self._words()
        elif name == "li":
            lists = [n for n, each in enumerate(self._open) if each in LISTS]
            self._close(lists[-1] + 1 if lists else 0)
            if not lists:
                self._push("ul")
        else:
            items = [n for n, each in enumerate(self._open) if each == "li" or each in LISTS]
            self._close(items[-1] + 1 if items else 0)
            if self._open and self._open[-1] in LISTS:
                self._push("li")
        if name == "br":
            self._out.append("<br/>")
        else:
            self._push(name)

    def _words(self) -> None:
        if not self._open:
            self._push("p")
        elif self._open[-1] in LISTS:
            self._push("li")

    def _last_block(self) -> int:
        return max((n for n, each in enumerate(self._open) if each in BLOCKS), default=-1)

    def _push(self, name: str) -> None:
        self._open.append(name)
        self._out.append(f"<{name}>")

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            name = self._open.pop()
            last = len(self._out) - 1
            while not self._out[last].strip(" \t\n\r\f"):
                last -= 1
            if self._out[last] == f"<{name}>":
                del self._out[last:]
            else:
                self._out.append(f"</{name}>")
