"""Reasons without the verdict: the page has said "Right" or "Not quite" already, in its own words."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

# How people who write reasons begin them; the product's own words are added in the language of the page.
USUAL = ("right", "not right", "not quite", "correct", "not correct", "incorrect", "wrong")


def drop_verdict(reason: str) -> str:
    """The reason without a verdict at its beginning, "Right. Ask early." as "Ask early."; a lone verdict stays."""
    found = _find_verdict(get_language()).match(reason)
    if found is None:
        return reason
    rest = reason[found.end() :]
    return rest[:1].upper() + rest[1:]


@cache
def _find_verdict(_language: str | None) -> re.Pattern[str]:
    """What a verdict at the beginning looks like, in the active language: a result page asks for a hundred reasons."""
    own = (_("Right"), _("Not quite"), _("Not right"))
    words = "|".join(re.escape(word) for word in sorted({*USUAL, *own}))
    return re.compile(rf"\s*(?:{words})\s*[.!:]\s+(?=\S)", re.IGNORECASE)
