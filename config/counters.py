"""A cache in the database that only counts, for all processes together.

Django's own database cache counts in two steps, a reading and a writing, so that two requests at once count as one.
Here each step is one statement, and nothing is thrown away before its time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connections, router
from django.utils import timezone

# Each new counter takes the place of some that have run out, so that the table stays as large as it has to be.
FORGOTTEN_AT_ONCE = 10
FAR_AWAY = 253_370_764_800  # the year 9999, for a counter without an end


class DatabaseCounters(BaseDatabaseCache):
    """`add` and `incr` of Django's caches; `createcachetable` makes the table."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self.table = table

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Begin a counter unless it runs already. Returns whether it was begun."""
        now = timezone.now()
        expires = datetime.fromtimestamp(self.get_backend_timeout(timeout) or FAR_AWAY, tz=UTC)
        added = self._run(
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
            " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
            " WHERE {table}.expires <= %s RETURNING value",
            [self.make_and_validate_key(key, version), str(int(value)), expires, now],
        )
        if added:
            self._run(
                "DELETE FROM {table} WHERE cache_key IN (SELECT cache_key FROM {table} WHERE expires <= %s"
                " ORDER BY cache_key LIMIT %s) RETURNING value",
                [now, FORGOTTEN_AT_ONCE],
            )
        return bool(added)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on. Returns the new count; raises ValueError when the counter does not run."""
        found = self._run(
            "UPDATE {table} SET value = CAST(CAST(value AS bigint) + %s AS text)"
            " WHERE cache_key = %s AND expires > %s RETURNING value",
            [delta, self.make_and_validate_key(key, version), timezone.now()],
        )
        if not found:
            raise ValueError(f"The counter {key!r} does not run.")
        return int(found[0][0])

    def clear(self) -> None:
        self._run("DELETE FROM {table} RETURNING value", [])

    def _run(self, statement: str, values: list[Any]) -> list[tuple[str]]:
        """Run one statement and return its rows. Only the table's name, from the settings, is written into it."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(table=connection.ops.quote_name(self.table)),
                [adapt(value) if isinstance(value, datetime) else value for value in values],
            )
            return list(cursor.fetchall())
