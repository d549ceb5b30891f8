"""Words that a page does not show, such as the note that Moodle keeps with ``display: none``: they are left out.

Shown here they would be read as part of the question, and often they are its answer.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from items.exchange.markup import SHALLOW

UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What the next element of this kind closes, as browsers do.
CLOSED_BY_NEXT = frozenset({"p", "li"})
VOID = SHALLOW - {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}


def drop_unseen(source: str) -> tuple[str, bool]:
    """Return HTML without the elements that a browser does not show, and whether there were any."""
    plain = source.casefold()
    if "none" not in plain and "hidden" not in plain:
        return source, False
    reader = _VisibleReader()
    reader.feed(source)
    reader.close()
    return "".join(reader.shown), reader.hid


class _VisibleReader(HTMLParser):
    """Keeps markup as it is written, without hidden elements and what stands in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.shown: list[str] = []
        self.hid = False
        self._within = ""  # the tag of the hidden element that is open
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within == tag and tag in CLOSED_BY_NEXT and self._depth == 1:
            self._within = ""
        if self._within:
            self._depth += tag == self._within
        elif _is_hidden(attrs):
            self.hid = True
            self._within, self._depth = "" if tag in VOID else tag, 1
        else:
            self.shown.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        hidden = _is_hidden(attrs)
        self.hid |= hidden and not self._within
        if not self._within and not hidden:
            self.shown.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if not self._within:
            self.shown.append(f"</{tag}>")
        elif tag == self._within:
            self._depth -= 1
            self._within = self._within if self._depth else ""

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if not self._within:
            self.shown.append(text)


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and UNSHOWN.search(value or ""))
        for name, value in attrs
    )
