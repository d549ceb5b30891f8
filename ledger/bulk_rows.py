"""Write many rows of one table: COPY on PostgreSQL, one prepared statement on SQLite. Or one, over and over."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model


def write_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of values as the driver takes them: no field of a model looks at them.

    Making a row may ask the database nothing: on PostgreSQL the connection is busy with COPY.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        # Otherwise SQLite would write each row in a transaction of its own.
        with transaction.atomic(savepoint=False):
            cursor.executemany(_insertion(table, columns), list(rows))


def write_row(table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
    """One row, as `write_rows` takes them: PostgreSQL plans the statement once, and COPY anew each time."""
    with connection.cursor() as cursor:
        cursor.execute(_insertion(table, columns), row)


def store_row(row: Model) -> None:
    """Insert a new row as `save` does, without its signals, by a statement that is built once for each table."""
    fields, statement = _storing(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (row.pk,) = cursor.fetchone()
    state: Any = row._state  # noqa: SLF001 - what `save` does at its end
    state.adding, state.db = False, connection.alias


@functools.cache
def _storing(model: type[Model]) -> tuple[list[Any], str]:
    """The columns to write, all but the key, and the statement that gives the key."""
    meta = model._meta
    fields: list[Any] = [field for field in meta.concrete_fields if not field.primary_key]
    insertion = _insertion(meta.db_table, [field.column for field in fields])
    return fields, f'{insertion} RETURNING "{meta.pk.column}"'


def insert_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[Any, int]:
    """Write rows as `write_rows` takes them, by one statement. Returns the key of each row by its first column.

    That is unique and returned as the database driver gives it.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        # One array for each column, however many rows: the statement is the same each time.
        fields = [model._meta.get_field(name) for name in columns]
        arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
        source, values = (
            f"SELECT * FROM unnest({arrays})",  # noqa: S608 - types of ours
            [list(one) for one in zip(*rows, strict=True)],
        )
    else:
        marks = f"({', '.join(['%s'] * len(columns))})"
        source = f"VALUES {', '.join([marks] * len(rows))}"
        values = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) {source} RETURNING "{columns[0]}", "id"',
            values,
        )
        return dict(cursor.fetchall())


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Store these fields of rows that are in the table, by one prepared statement.

    Django's `bulk_update` writes a CASE for each field and a WHEN for each row: to build it takes far longer than to
    run it.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    values = [
        (
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
            row.pk,
        )
        for row in rows
    ]
    statement = f'UPDATE "{meta.db_table}" SET {changes} WHERE "{meta.pk.column}" = %s'  # noqa: S608 - names of ours
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _insertion(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})'  # noqa: S608 - names of ours
