"""A short question of every kind, shown to authors before they choose the kind."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

from wagtail.images import get_image_model

from items.authoring.registry import FORMS
from items.authoring.rows import RowIds

EXAMPLES = Path(__file__).with_name("examples.toml")
MOST_PICTURES = 4
# A picture that no site has: its words stand in for it.
NO_PICTURE = 2**31 - 1


@cache
def load_examples() -> dict[str, dict[str, Any]]:
    """The example of each kind, as a file of questions says it."""
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


def example_content(kind: str) -> dict[str, Any]:
    """The example of a kind as plain content, with the newest pictures of the site where it shows some."""
    row = dict(load_examples()[kind])
    stem = f"<p>{row.pop('stem')}</p>"
    form = FORMS[kind]
    value = form.block.to_python(form.value(row, RowIds(kind)))
    content = {"kind": kind, "stem": stem, "points": "1", "feedback": "", "hint": ""}
    content |= form.content(value)
    pictured = [one for one in _rows(content) if "image" in one]
    if pictured:
        for one, number in zip(pictured, _newest_pictures(), strict=False):
            one["image"] = number
    return content


def _rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    rows = content.get("options", [])
    return [content, *(row for row in rows if isinstance(row, dict))]


def _newest_pictures() -> Iterator[int]:
    pictures = get_image_model().objects.order_by("-pk").values_list("pk", flat=True)
    return cycle(list(pictures[:MOST_PICTURES]) or [NO_PICTURE])
