"""Copy the rows of some people to many others, by one statement for each table and batch, on both databases.

The people stand in a temporary table: who copies whom. A row that others point at is found again by what is unique
about it, so no key is foretold and no copy leaves the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, models

from accounts.models import User
from ledger.bulk_rows import write_rows

TABLE = "crowd_copies"
# The columns of the temporary table: the number of the copy, the person copied and the person who gets the rows.
COLUMNS = (
    *("n bigint PRIMARY KEY", "source_id bigint", "source_actor text"),
    *("person_id bigint", "actor text", "name text"),
)


COLUMN_NAMES = tuple(column.split()[0] for column in COLUMNS)
UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


@dataclass(frozen=True, slots=True)
class PersonPair:
    """`person` gets copies of the rows of `source`. `number` tells the copies of a source apart."""

    number: int
    source: User
    person: User


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """How the rows of a model are found and what differs in a copy.

    SQL, in which `source` is the row copied and `copies` the pair of people: `leading` are tables by which the source
    is found, `joined` are further ones, `where` joins them, `differing` has an expression for each column that is not
    as in the source.
    """

    model: type[models.Model]
    where: str
    differing: dict[str, str] = field(default_factory=dict)
    joined: str = ""
    leading: str = ""


def digest(source: str) -> str:
    """SQL: 32 digits in sixteens that differ for each row copied and each copy; `source` is a text."""
    return f"md5(replace(CAST({source} AS text), '-', '') || ':' || copies.n)"


def copy_uuid(source: str) -> str:
    """SQL: the public id of the copy of a row with the public id `source`, as the database keeps such ids."""
    told = digest(source)
    return f"({told})::uuid" if connection.vendor == "postgresql" else told


def copy_uuid_text(source: str) -> str:
    """The same with its hyphens, as texts name it."""
    told = digest(source)
    if connection.vendor == "postgresql":
        return f"({told})::uuid::text"
    return " || '-' || ".join(f"substr({told}, {first}, {size})" for first, size in UUID_PARTS)


def find_copy_uuid(source: UUID, number: int) -> UUID:
    """The public id that `copy_uuid` gives, here."""
    told = f"{source.hex}:{number}"
    return UUID(hashlib.md5(told.encode(), usedforsecurity=False).hexdigest())


def pad_number(number: str, length: int) -> str:
    """SQL: a whole number with zeros in front."""
    if connection.vendor == "postgresql":
        return f"lpad(CAST({number} AS text), {length}, '0')"
    return f"printf('%0{length}d', {number})"


def set_pairs(pairs: Iterable[PersonPair]) -> None:
    """Say who copies whom from now on."""
    rows = [
        (p.number, p.source.pk, p.source.actor, p.person.pk, p.person.actor, p.person.display_name)
        for p in pairs
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} ({', '.join(COLUMNS)})")
        write_rows(TABLE, COLUMN_NAMES, rows)
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {TABLE}")


def copy_rows(table: CopiedTable) -> int:
    """Write the copies for the pairs that were set. Returns how many."""
    names = [str(f.column) for f in table.model._meta.concrete_fields if not f.primary_key]
    chosen = ", ".join(table.differing.get(name) or _same(name) for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    # CROSS JOIN keeps SQLite, which has no statistics of rows made a moment ago, to this order: a source that is found
    # by others stands behind them, or it would be read from end to end for each copy.
    sql = (
        f'INSERT INTO "{table.model._meta.db_table}" ({listed}) SELECT {chosen} FROM {TABLE} copies {table.leading}'  # noqa: S608 - names of ours
        f' CROSS JOIN "{table.model._meta.db_table}" source {table.joined} WHERE {table.where}'
        " ORDER BY copies.n, source.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def _same(name: str) -> str:
    """SQL: what a copy holds where nothing else is said: the column of the source, and the new person for the old."""
    if name == "person_id":
        return "copies.person_id"
    if name == "actor":
        return "CASE source.actor WHEN copies.source_actor THEN copies.actor ELSE source.actor END"
    return f'source."{name}"'
