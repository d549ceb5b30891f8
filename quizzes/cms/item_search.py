"""Searching questions as authors remember them: any part of any word, in the question, its answers and explanations.

An index of words finds whole words or their beginnings only, and neither database compares letters of all languages
without regard to case. A bank is small enough to be read: one query for the words of all questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import strip_tags

from items.kinds.folding import fold_signs
from items.models import Item

READ = ("pk", "code", "stem", "feedback", "hint", "body")
# What a stored block holds beside the words of its author.
NO_WORDS = {"id", "type"}


def search_items(items: QuerySet[Item], query: str) -> QuerySet[Item]:
    """The items in which every word of the query is part of some word, look-alike signs taken for one."""
    wanted = fold_signs(query).casefold().split()
    rows = Item.objects.values_list(*READ)
    found = [pk for pk, *texts in rows.iterator() if _holds(texts, wanted)]
    return items.filter(pk__in=found)


def _holds(texts: Sequence[Any], wanted: Sequence[str]) -> bool:
    *plain, body = texts
    words = " ".join(strip_tags(text) for text in [*plain, *_texts(body.raw_data)])
    folded = fold_signs(words).casefold()
    return all(word in folded for word in wanted)


def _texts(stored: Any) -> Iterator[str]:
    if isinstance(stored, str):
        yield stored
    elif isinstance(stored, Mapping):
        for name, inner in stored.items():
            if name not in NO_WORDS:
                yield from _texts(inner)
    elif isinstance(stored, Sequence):
        for inner in stored:
            yield from _texts(inner)
