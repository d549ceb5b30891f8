"""Words behind a closed ``<details>``, which open on request: a hint or the answer, and no part of the question."""

from __future__ import annotations

import html
from html.parser import HTMLParser

FOLD = "details"
LONGEST_TOLD = 60


def drop_folded(source: str) -> tuple[str, list[str]]:
    """Return HTML without the words behind a fold, of which the label stays, and what to say of each fold."""
    if f"<{FOLD}" not in source.casefold():
        return source, []
    reader = _FoldReader()
    reader.feed(source)
    reader.close()
    return "".join(reader.shown), reader.notes()


class _FoldReader(HTMLParser):
    """Keeps markup as it is written, and puts aside what stands in a closed fold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.shown: list[str] = []
        self._folded: list[list[str]] = []
        self._depth = 0  # of folds within the closed one
        self._has_begun = self._is_label = False

    def notes(self) -> list[str]:
        """Say which words are not kept."""
        said = (" ".join(html.unescape("".join(each)).split()) for each in self._folded)
        return [
            f"words that open on request are not kept: {words[:LONGEST_TOLD]}"
            for words in said
            if words
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._depth:
            if tag != FOLD or "open" in dict(attrs):
                self.shown.append(self.get_starttag_text() or "")
                return
            self._begin_fold()
        elif tag == FOLD:
            self._depth += 1
            self._is_label = False
        elif self._is_label:
            self.shown.append(self.get_starttag_text() or "")
        else:
            # Only the first element of a fold can be its label.
            self._is_label = tag == "summary" and not self._has_begun
            self._has_begun = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # As in browsers, the sign that an element ends at once says nothing in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == FOLD and self._depth:
            self._depth -= 1
            self._is_label = False
            self.shown += [] if self._depth else ["</div>"]
        elif self._is_label and tag == "summary":
            self._is_label = False
        else:
            self._keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)
        if self._depth and not self._is_label:
            self._folded[-1].append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def _keep(self, text: str) -> None:
        if not self._depth or self._is_label:
            self.shown.append(text)

    def _begin_fold(self) -> None:
        self._depth = 1
        self._has_begun = self._is_label = False
        self._folded.append([])
        self.shown.append("<div>")
