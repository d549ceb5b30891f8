"""The HTML that a question may have: cleaning it, and conversion from and to plain text.

Allowed: ``b i em strong p ul ol li br``, no attributes. The result is well formed, so it is XHTML as
well, and cleaning it again changes nothing.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from items.kinds.spec import MOST_CHARACTERS, ContentError
from items.phrases import gettext_noop

INLINE = frozenset({"b", "i", "em", "strong"})
LISTS = frozenset({"ul", "ol"})
BLOCKS = LISTS | {"p", "li"}
AS_PARAGRAPH = frozenset({"div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "tr"})
SILENT = frozenset({"script", "style", "template", "head", "title", "iframe", "object"})
HARMLESS = frozenset({"data-block-key", "dir", "lang", "class", "style"})
SPACE = re.compile(r"[ \t\n\r\f]+")
AROUND = re.compile(r" ?(</?(?:p|ul|ol|li)>|<br/>) ?")
EMPTY = re.compile(r"<(p|li|ul|ol|b|i|em|strong)> ?</\1>")
ENDS = re.compile(r"</p><p>|</p>|</li>|<br/>")
TAG = re.compile(r"<[^>]*>")
LOOKS = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
LONGEST = 4 * MOST_CHARACTERS


def clean_html(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the allowed part of some HTML, and the names of what was dropped.

    Raises ContentError when it is far longer than any question.
    """
    if len(source) > LONGEST:
        raise ContentError(
            "stem", gettext_noop("Shorten this to %(most)s characters."), most=MOST_CHARACTERS
        )
    cleaner = _Cleaner()
    cleaner.feed(source)
    cleaner.close()
    found = AROUND.sub(r"\1", SPACE.sub(" ", cleaner.finished()))
    while True:
        fewer = AROUND.sub(r"\1", EMPTY.sub("", found))
        if fewer == found:
            return found, tuple(sorted(cleaner.dropped))
        found = fewer


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


class _Cleaner(HTMLParser):
    """Writes a balanced tree of allowed elements for any input."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.dropped: set[str] = set()
        self._out: list[str] = []
        self._open: list[str] = []
        self._muted = ""

    def finished(self) -> str:
        """Return what was written, every element closed."""
        self._close(0)
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._muted:
            return
        if tag in SILENT:
            self._muted = tag
            self.dropped.add(f"<{tag}>")
            return
        name = "p" if tag in AS_PARAGRAPH else tag
        if name not in INLINE | BLOCKS | {"br"}:
            self.dropped.add(f"<{tag}>")
            return
        self.dropped.update(f"{key} of <{tag}>" for key, _value in attrs if key not in HARMLESS)
        self._start(name)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SILENT:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            self._muted = "" if tag == self._muted else self._muted
            return
        name = "p" if tag in AS_PARAGRAPH else tag
        floor = 0 if name in BLOCKS else self._last_block() + 1
        places = [n for n, each in enumerate(self._open) if each == name and n >= floor]
        if places:
            self._close(places[-1])

    def handle_data(self, data: str) -> None:
        if self._muted:
            return
        if not data.strip(" \t\n\r\f") and (not self._open or self._open[-1] in LISTS):
            return
        self._words()
        self._out.append(html.escape(data, quote=False))

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
            self._out.append(f"</{self._open.pop()}>")
