"""Control characters in what people write: no browser shows them, and copies and screen readers stumble over them.

Tabs and line ends are none of them. Pure: questions, pages and files of questions ask the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MOST_AROUND = 20


@dataclass(frozen=True, slots=True)
class UnseenCharacter:
    """A control character: the path of its text in nested content, its number, and the words around it."""

    path: str
    code: str
    around: str


def find_unseen(content: object, path: str = "") -> UnseenCharacter | None:
    """Return the first control character in a text, or in the texts of nested lists and objects."""
    for place, text in _texts_in(content, path):
        if found := CONTROL.search(text):
            start, end = found.span()
            around = text[max(0, start - MOST_AROUND) : end + MOST_AROUND]
            return UnseenCharacter(place, name_control(found[0]), CONTROL.sub("\ufffd", around))
    return None


def name_control(char: str) -> str:
    """Return the number of a character as it stands in tables: U+0007."""
    return f"U+{ord(char):04X}"


def _texts_in(content: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text with its path: ``options.0.text``."""
    if isinstance(content, str):
        yield path, content
    elif isinstance(content, Mapping):
        for name, value in content.items():
            yield from _texts_in(value, f"{path}.{name}" if path else str(name))
    elif isinstance(content, Sequence):
        for number, value in enumerate(content):
            yield from _texts_in(value, f"{path}.{number}" if path else str(number))
