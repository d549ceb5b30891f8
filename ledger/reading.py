"""Read a whole table in flat memory, past rows that somebody made unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

CHUNK = 500


class Chunk(NamedTuple):
    """Some rows in order, and the keys of those among them that could not be read."""

    rows: list[Any]
    unreadable: list[Any]


def read_chunks(rows: QuerySet[Any], *, by: str = "pk", size: int = CHUNK) -> Iterator[Chunk]:
    """All rows in the order of `by`, which is unique, at most `size` at a time.

    One statement for each chunk; if a row of it cannot be read, its rows are read one by one.
    """
    ordered, last = rows.order_by(by), None
    while True:
        following = ordered if last is None else ordered.filter(**{f"{by}__gt": last})
        chunk = _read_at_once(following[:size])
        keys = [] if chunk else list(following.values_list(by, flat=True)[:size])
        if chunk:
            yield Chunk(chunk, [])
            last = _key(chunk[-1], by)
        elif keys:
            yield _read_one_by_one(ordered, by, keys)
            last = keys[-1]
        else:
            return


def _key(row: Any, by: str) -> Any:
    return row[by] if isinstance(row, dict) else getattr(row, by)


def _read_at_once(rows: QuerySet[Any]) -> list[Any]:
    """The rows, or none of them if one cannot be read."""
    try:
        with transaction.atomic():
            return list(rows)
    except Exception:  # noqa: BLE001 - whatever is wrong with a row, it is read one by one and named
        return []


def _read_one_by_one(rows: QuerySet[Any], by: str, keys: list[Any]) -> Chunk:
    chunk = Chunk([], [])
    for key in keys:
        found = _read_at_once(rows.filter(**{by: key}))
        if found:
            chunk.rows.extend(found)
        else:
            chunk.unreadable.append(key)
    return chunk
