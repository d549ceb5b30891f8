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


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """Mark both forms of a text for the message catalogue and return them unchanged."""
    return singular, plural


def choose_form(singular: str, plural: str, number: int) -> str:
    """Return the form that English uses for `number`; Django's `ngettext` does it for other languages."""
    return singular if number == 1 else plural


@dataclass(frozen=True)
class Phrase:
    """One untranslated sentence with named placeholders, such as ``%(place)s``, and their values.

    `singular` is the sentence for the number 1 where the form of a word hangs on `number`, else ''.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    singular: str = ""
    number: int = 0

    def said(
        self,
        translate: Callable[[str], str] = str,
        choose: Callable[[str, str, int], str] = choose_form,
    ) -> str:
        """Return the sentence in the language of `translate` and, where it counts, of `choose` (default: English)."""
        return self._form(translate, choose) % self.params

    def _form(self, translate: Callable[[str], str], choose: Callable[[str, str, int], str]) -> str:
        if self.singular:
            return choose(self.singular, self.text, self.number)
        return translate(self.text)

    def __str__(self) -> str:
        return self.said()


def counted_phrase(forms: tuple[str, str], number: int, params: Mapping[str, object]) -> Phrase:
    """Return the phrase whose form, of those that `ngettext_noop` marked, hangs on `number`."""
    singular, plural = forms
    return Phrase(plural, params, singular, number)


def verbatim(words: object) -> Phrase:
    """Return an author's or learner's own words, which are never translated."""
    return Phrase("%(words)s", {"words": words})
