"""Sentences for people, not yet translated.

The rules of quizzes import no framework, so they cannot translate. They return
a `Phrase`, and the code that shows it passes a translator:
``phrase.said(gettext)``. Texts are marked with `gettext_noop`, a name that
``makemessages`` collects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark `text` for the message catalogue and return it unchanged."""
    return text


@dataclass(frozen=True)
class Phrase:
    """One untranslated sentence with named placeholders, such as ``%(place)s``, and their values."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of `translate` (default: English)."""
        return translate(self.text) % self.params

    def __str__(self) -> str:
        return self.said()


def verbatim(words: object) -> Phrase:
    """Return an author's or learner's own words, which are never translated."""
    return Phrase("%(words)s", {"words": words})
