"""The form of the codes by which people and other systems name courses, items, certifications and channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

# Some HR systems accept at most 50 characters, and only these characters.
CODE_VALIDATOR = RegexValidator(
    r"^[A-Z0-9-]{1,50}\Z", _("Use capital letters, digits and hyphens.")
)

MOST_LETTERS = 50


def propose_code(words: str, is_taken: Callable[[str], bool], most: int = MOST_LETTERS) -> str:
    """The first free code made from these words: `CRISIS`, and if that is taken `CRISIS-2`, `CRISIS-3` and so on."""
    stem = slugify(words).upper().replace("_", "-")[: most - 5].strip("-") or "NEW"
    return next(code for code in _numbered(stem) if not is_taken(code))


def next_number(stem: str, first: int, is_taken: Callable[[str], bool]) -> str:
    """The first free code `STEM-n` from this number on."""
    short = stem[: MOST_LETTERS - 8]
    return next(code for n in count(first) if not is_taken(code := f"{short}-{n}"))


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for number in count(2):
        yield f"{stem}-{number}"
