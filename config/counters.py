"""Caches that count, and a cache in the database, with one statement for each step.

Django's own database cache counts in two steps, a reading and a writing, so that two requests at once count as one,
and writes in three statements. Here each step is one statement, and nothing is thrown away before its time.
"""

from __future__ import annotations

import base64
import pickle
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache, DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connections, router
from django.utils import timezone

# Each so many new counters delete the ones that have run out, so that the table stays as large as it has to be.
FORGET_EVERY = 20
# Each so many writings look whether the cache is full.
CULL_EVERY = 100
FAR_AWAY = 253_370_764_800  # the year 9999, for a counter without an end


class DatabaseCounters(BaseDatabaseCache):
    """Counters for all processes together, in one table that `createcachetable` makes."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self.table = table
        self.begun = 0

    def count(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> int:
        """Count one more, from one where the counter does not run. Returns the new count."""
        now = timezone.now()
        found = self._run(
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '1', %s)"
            " ON CONFLICT (cache_key) DO UPDATE SET"
            " value = CASE WHEN {table}.expires <= %s THEN excluded.value"
            " ELSE CAST(CAST({table}.value AS bigint) + 1 AS text) END,"
            " expires = CASE WHEN {table}.expires <= %s THEN excluded.expires"
            " ELSE {table}.expires END RETURNING value",
            [self.make_and_validate_key(key, version), self._end(timeout), now, now],
        )
        count = int(found[0][0])
        if count == 1:
            self._forget_some(now)
        return count

    def put(self, key: str, value: int, version: int | None = None) -> None:
        """Let a counter without an end stand at this value."""
        self._run(
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
            " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value RETURNING value",
            [self.make_and_validate_key(key, version), str(value), self._end(None)],
        )

    def read(self, key: str, version: int | None = None) -> int:
        """Where a counter without an end stands; 0 before its beginning."""
        found = self._run(
            "SELECT value FROM {table} WHERE cache_key = %s",
            [self.make_and_validate_key(key, version)],
        )
        return int(found[0][0]) if found else 0

    def clear(self) -> None:
        self._run("DELETE FROM {table} RETURNING value", [])

    def _end(self, timeout: Any) -> datetime:
        return datetime.fromtimestamp(self.get_backend_timeout(timeout) or FAR_AWAY, tz=UTC)

    def _forget_some(self, now: datetime) -> None:
        self.begun += 1
        if self.begun % FORGET_EVERY == 0:
            self._run("DELETE FROM {table} WHERE expires <= %s RETURNING value", [now])

    def _run(self, statement: str, values: list[Any]) -> list[tuple[str]]:
        """Run one statement and return its rows. Only the table's name, from the settings, is written into it."""
        return _run_statement(self, statement, values)


class MemoryCounters(LocMemCache):
    """Counters in the memory of one process."""

    def count(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> int:
        """Count one more, from one where the counter does not run. Returns the new count."""
        while True:
            try:
                return int(self.incr(key, version=version))
            except ValueError:  # nobody has counted in this period yet
                if self.add(key, 1, timeout, version):
                    return 1

    def put(self, key: str, value: int, version: int | None = None) -> None:
        """Let a counter without an end stand at this value."""
        self.set(key, value, None, version)

    def read(self, key: str, version: int | None = None) -> int:
        """Where a counter without an end stands; 0 before its beginning."""
        return int(self.get(key, 0, version))


class DatabaseValues(DatabaseCache):
    """Django's cache in the database, which writes in one statement where Django takes three."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self.table = table
        self.written = 0

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        if mode == "touch":
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]  # Django has it
        now = timezone.now()
        end = self.get_backend_timeout(timeout)
        expires = datetime.fromtimestamp(FAR_AWAY if end is None else end, tz=UTC)
        kept = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        # `add` writes only where nothing is, or what has ended.
        before = now if mode == "add" else datetime.fromtimestamp(FAR_AWAY + 1, tz=UTC)
        found = _run_statement(
            self,
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
            " ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
            " WHERE {table}.expires <= %s RETURNING cache_key",
            [key, kept, expires, before],
        )
        self._cull_sometimes(now)
        return bool(found)

    def _cull_sometimes(self, now: datetime) -> None:
        self.written += 1
        if self.written % CULL_EVERY:
            return
        number = int(_run_statement(self, "SELECT count(*) FROM {table}", [])[0][0])
        if number > self._max_entries:
            database = router.db_for_write(self.cache_model_class)
            with connections[database].cursor() as cursor:
                self._cull(database, cursor, now, number)  # type: ignore[attr-defined]  # Django has it


def _run_statement(cache: Any, statement: str, values: list[Any]) -> list[tuple[str]]:
    connection = connections[router.db_for_write(cache.cache_model_class)]
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(table=connection.ops.quote_name(cache.table)),
            [adapt(value) if isinstance(value, datetime) else value for value in values],
        )
        return list(cursor.fetchall())
