"""Reading pages as browsers do: how their markup is laid out does not count."""

from __future__ import annotations

import re


def squeeze_markup(html: str) -> str:
    """Markup as if it stood on one line: no space beside a tag, one space within it."""
    return re.sub(r"\s*(<[^>]*>)\s*", _one_line, html)


def _one_line(tag: re.Match[str]) -> str:
    return re.sub(r"\s+(?=/?>)", "", re.sub(r"\s+", " ", tag[1]))
