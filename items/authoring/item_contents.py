"""The plain content of an item, from what its author wrote."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Protocol

from items.authoring import contents, registry, writing_hints
from items.authoring.writing_hints import WritingHint
from items.exchange.markup import clean_html
from items.kinds.spec import ContentError

# Draftail adds these attributes to paragraphs for its own use; versions leave them out.
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


class WrittenItem(Protocol):
    """What an author writes of a question: `items.models.Item`, saved or not."""

    stem: str
    body: Any
    points: Any
    feedback: str
    hint: str
    principle_id: int | None


def content_of(item: WrittenItem) -> dict[str, Any]:
    """Return the plain content of an item, as `items.kinds.content` reads it; a draft may give incomplete content.

    The question has one spelling, whether it was typed in the CMS or came from a file.
    """
    asked = registry.content_of_body(item.body)
    return {
        "kind": asked.pop("kind"),
        "stem": _spelled(item.stem),
        "points": contents.format_number(Decimal(item.points)),
        "feedback": item.feedback,
        "hint": item.hint,
        **asked,
    }


def find_item_hints(item: WrittenItem) -> tuple[WritingHint, ...]:
    """Return the hints on what an author wrote, finished or not."""
    return writing_hints.find_hints(
        content_of(item),
        principle=item.principle_id is not None,
        missing_reasons=registry.count_missing_reasons(item.body),
    )


def _spelled(stem: str) -> str:
    try:
        return clean_html(stem)[0]
    except ContentError:
        return BLOCK_KEY.sub("", stem)
