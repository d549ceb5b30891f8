"""Read a whole table in flat memory, past rows that somebody made unreadable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Aggregate, IntegerField, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime

CHUNK = 1_000
# Between texts that are read as one: a character that JSON holds only escaped.
SEPARATOR = "\x1e"


class Chunk(NamedTuple):
    """Some rows in order, and the keys of those among them that could not be read."""

    rows: list[Any]
    unreadable: list[Any]


def as_text(column: str) -> Cast:
    """A column as the database writes it: moments cost a tenth when they are parsed here and not by the drivers."""
    return Cast(column, TextField())


class JoinedText(Aggregate):
    """The texts of a group as one, with SEPARATOR between them."""

    function = "STRING_AGG"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has its own name for it."""
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def parse_moment(text: str) -> datetime:
    """The moment (UTC) of a column that was read `as_text`: SQLite keeps no zone, PostgreSQL writes its own.

    Raises ValueError for what Django would not read.
    """
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(f"{text} is no moment")
    # `combine` costs a quarter of what `replace` does.
    return moment.astimezone(UTC) if moment.tzinfo else datetime.combine(moment, moment.time(), UTC)


def parse_json(text: str) -> Any:
    """The value of a JSON column that was read `as_text`, as its field reads it: what is no JSON stands for itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def read_chunks(
    rows: QuerySet[Any],
    *,
    by: str = "pk",
    size: int = CHUNK,
    parse: Callable[[Any], Any] | None = None,
) -> Iterator[Chunk]:
    """All rows in the order of `by`, which is unique, at most `size` at a time, each as `parse` makes it.

    One statement for each chunk; if a row of it cannot be read or parsed, its rows are read one by one. Keys that are
    no numbers in a column of numbers (SQLite keeps such, and sorts them last) are in the last chunk, unreadable.
    """
    ordered, last = rows.order_by(by), None
    while True:
        following = ordered if last is None else ordered.filter(**{f"{by}__gt": last})
        read = _read_at_once(following[:size], parse)
        keys = [] if read is not None else list(following.values_list(by, flat=True)[:size])
        final = _key(read[-1], by) if read else keys[-1] if keys else None
        if isinstance(final, str | bytes) and _is_numbered(rows, by):
            yield _read_numbers_only(ordered, by, list(following.values_list(by, flat=True)), parse)
            return
        if read:
            yield Chunk(read, [])
            last = _key(read[-1], by)
        elif keys:
            yield _read_one_by_one(ordered, by, keys, parse)
            last = keys[-1]
        # After fewer there are no more.
        if len(read or keys) < size:
            return


def _is_numbered(rows: QuerySet[Any], by: str) -> bool:
    named = rows.model._meta.pk if by == "pk" else rows.model._meta.get_field(by)
    return isinstance(named, IntegerField)


def _read_numbers_only(
    rows: QuerySet[Any], by: str, keys: list[Any], parse: Callable[[Any], Any] | None
) -> Chunk:
    """The rows of the keys that are numbers; the other keys, which no statement can ask for, as unreadable."""
    found = _read_one_by_one(rows, by, [key for key in keys if isinstance(key, int)], parse)
    found.unreadable.extend(key for key in keys if not isinstance(key, int))
    return found


def _key(row: Any, by: str) -> Any:
    return row[by] if isinstance(row, dict) else getattr(row, by)


def _read_at_once(rows: QuerySet[Any], parse: Callable[[Any], Any] | None) -> list[Any] | None:
    """The rows, or None if one cannot be read. Reading begins no transaction: on SQLite writers would wait."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return list(map(parse, rows)) if parse else list(rows)
    except Exception:  # noqa: BLE001 - whatever is wrong with a row, it is read one by one and named
        return None


def _read_one_by_one(
    rows: QuerySet[Any], by: str, keys: list[Any], parse: Callable[[Any], Any] | None
) -> Chunk:
    chunk = Chunk([], [])
    for key in keys:
        found = _read_at_once(rows.filter(**{by: key}), parse)
        if found:
            chunk.rows.extend(found)
        else:
            chunk.unreadable.append(key)
    return chunk
