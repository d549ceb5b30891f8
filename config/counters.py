"""Caches that count, and a cache in the database, with one statement for each step.

Django's own database cache counts in two steps, a reading and a writing, so that two requests at once count as one,
and writes in three statements. Here each step is one statement, and nothing is thrown away before its time.
"""

from __future__ import annotations

import base64
import pickle
import time
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


class DatabaseLimits(DatabaseValues):
    """DatabaseValues in which a use of allauth's sign-in limits takes two statements, where it would take four.

    allauth takes a lock beside the history of uses, reads the history, writes it and gives the lock back. Here both
    stand in one row, whose value begins with when the lock ends: taking the lock answers the history, and giving it
    back writes it.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        # The history of each limit whose lock this thread holds, and when it ends; None: as it stands in the row.
        self.held: dict[str, str] = {}
        self.changed: dict[str, tuple[str, datetime]] = {}

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store what is not there; the lock of a limit is taken if nobody holds it."""
        if not _is_lock(key):
            return bool(super().add(key, value, timeout, version))  # type: ignore[misc]  # Django has it
        now, ends = time.time(), self.get_backend_timeout(timeout) or FAR_AWAY
        kept = self._row_key(key, version)
        found = _run_statement(
            self,
            "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"
            " ON CONFLICT (cache_key) DO UPDATE SET"
            " value = substr(excluded.value, 1, 15) || substr({table}.value, 16),"
            " expires = CASE WHEN {table}.expires < excluded.expires THEN excluded.expires"
            " ELSE {table}.expires END"
            " WHERE substr({table}.value, 1, 15) <= %s RETURNING value",
            [kept, _lock_text(ends), datetime.fromtimestamp(ends, tz=UTC), _lock_text(now)],
        )
        if found:
            self.held[kept] = found[0][0][LOCK_LENGTH:]
            self._cull_sometimes(timezone.now())
        return bool(found)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        kept = self._row_key(key, version)
        if kept not in self.held:
            return super().get(key, default, version)  # type: ignore[misc]
        return _unpack(self.held[kept], default)

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Store a value; the history of a limit goes out with its lock."""
        kept = self._row_key(key, version)
        if kept not in self.held:
            super().set(key, value, timeout, version)  # type: ignore[misc]
            return
        end = self.get_backend_timeout(timeout) or FAR_AWAY
        packed = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
        self.changed[kept] = (packed, datetime.fromtimestamp(end, tz=UTC))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; giving the lock of a limit back writes its history."""
        kept = self._row_key(key, version)
        if kept not in self.held:
            return bool(super().delete(key, version))  # type: ignore[misc]
        if not _is_lock(key):
            self.changed[kept] = ("", timezone.now())
            return True
        history = self.held.pop(kept)
        packed, expires = self.changed.pop(kept, (history, None))
        _run_statement(
            self,
            "UPDATE {table} SET value = %s, expires = COALESCE(%s, expires) WHERE cache_key = %s"
            " RETURNING value",
            [_lock_text(0) + packed, expires, kept],
        )
        return True

    def _row_key(self, key: str, version: int | None) -> str:
        """Of the row of a limit, which no other cache would understand."""
        return self.make_and_validate_key(f"locked:{key.removesuffix(LOCK)}", version)


LOCK, LIMITS = ":lock", "allauth:rl:"
LOCK_LENGTH = 15


def _is_lock(key: str) -> bool:
    return key.startswith(LIMITS) and key.endswith(LOCK)


def _lock_text(moment: float) -> str:
    """A moment so that texts compare as moments do, to the millisecond."""
    return f"{int(moment * 1000):0{LOCK_LENGTH}d}"


def _unpack(packed: str, default: Any) -> Any:
    return pickle.loads(base64.b64decode(packed)) if packed else default  # noqa: S301 - written by us alone


def _run_statement(cache: Any, statement: str, values: list[Any]) -> list[tuple[str]]:
    connection = connections[router.db_for_write(cache.cache_model_class)]
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(table=connection.ops.quote_name(cache.table)),
            [adapt(value) if isinstance(value, datetime) else value for value in values],
        )
        return list(cursor.fetchall())
