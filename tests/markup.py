"""Reading pages as browsers do: how their markup is laid out does not count."""

from __future__ import annotations

import html
import re


def squeeze_markup(page: str) -> str:
    """Markup as if it stood on one line: no space beside a tag, one space within it."""
    return re.sub(r"\s*(<[^>]*>)\s*", _one_line, page)


def _one_line(tag: re.Match[str]) -> str:
    return re.sub(r"\s+(?=/?>)", "", re.sub(r"\s+", " ", tag[1]))


def read_base(page: str) -> dict[str, str]:
    """What a form about one row knew of it when its page was made, as the form sends it."""
    found = re.search(r'<input type="hidden" name="base" value="([^"]*)"', page)
    return {"base": html.unescape(found[1])} if found else {}
