"""Answers accepted by pattern: regular expressions whose cost grows with the length of the answer only.

The engine is RE2: it reads the text once for any pattern, so ``(a+)+$`` costs what ``a+``
costs. It has no look-around and no references back. A pattern has at most `MOST_CHARACTERS`, its
program at most `MOST_MEMORY` bytes, and the answers it is matched with are cut at `MOST_TYPED` characters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import re2

MOST_CHARACTERS = 200
MOST_MEMORY = 1 << 20  # bytes; RE2 refuses a pattern that needs more


class BadPatternError(ValueError):
    """The pattern cannot be used; the message is the engine's own."""


def check_pattern(pattern: str) -> None:
    """Raise BadPatternError for a pattern that cannot be used."""
    _compiled(pattern, case_sensitive=True)


def matches_pattern(pattern: str, text: str, *, case_sensitive: bool) -> bool:
    """Tell whether the whole text matches the pattern. Raises BadPatternError."""
    return _compiled(pattern, case_sensitive=case_sensitive).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, *, case_sensitive: bool) -> Any:
    if len(pattern) > MOST_CHARACTERS:
        raise BadPatternError(f"longer than {MOST_CHARACTERS} characters")
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(unicodedata.normalize("NFC", pattern), options)
    except (re2.error, UnicodeEncodeError) as fault:
        raise BadPatternError(_said(fault)) from fault


def _said(fault: Exception) -> str:
    told = fault.args[0] if fault.args else ""
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)
