"""Reasons without the verdict: the page has said "Right" or "Not quite" already, in its own words."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# How people who write reasons begin them; the product's own words are added in the language of the page.
USUAL = ("right", "not right", "not quite", "correct", "not correct", "incorrect", "wrong")


def drop_verdict(reason: str) -> str:
    """The reason without a verdict at its beginning, "Right. Ask early." as "Ask early."; a lone verdict stays."""
    own = (_("Right"), _("Not quite"), _("Not right"))
    words = "|".join(re.escape(word) for word in {*USUAL, *own})
    found = re.match(rf"\s*(?:{words})\s*[.!:]\s+(?=\S)", reason, re.IGNORECASE)
    if found is None:
        return reason
    rest = reason[found.end() :]
    return rest[:1].upper() + rest[1:]
