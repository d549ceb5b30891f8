"""The two languages of a page: that of the site's own words, and that in which somebody reads what authors wrote.

The site's words are in the reader's language where there is a catalogue for it (`locale/README.md`), else in English,
with all that Django says. Pages and questions are in their own language, which is chosen and marked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.utils import translation

_content: ContextVar[str] = ContextVar("content", default="")


def find_interface_language(language: str) -> str:
    """The language in which the site speaks to somebody who reads this one."""
    if language == settings.LANGUAGE_CODE:
        return language
    place = Path(translation.to_locale(language), "LC_MESSAGES", "django.mo")
    written = any(Path(folder, place).is_file() for folder in settings.LOCALE_PATHS)
    return language if written else settings.LANGUAGE_CODE


def find_content_language() -> str:
    """The language in which authors' words are wanted now."""
    return _content.get() or translation.get_language() or settings.LANGUAGE_CODE


@contextmanager
def read_in(language: str) -> Iterator[None]:
    """Read in this language until the block ends, whatever is switched to meanwhile."""
    token = _content.set(language)
    try:
        with translation.override(find_interface_language(language)):
            yield
    finally:
        _content.reset(token)


def switch_to(language: str) -> None:
    """Go on in this language, within `read_in`."""
    _content.set(language)
    translation.activate(find_interface_language(language))
