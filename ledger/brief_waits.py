"""Give up soon where the database is locked, for what is sent again by itself: a save in the background.

Everything else waits as long as the settings say, because somebody would have to press again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def wait_at_most(seconds: float) -> Iterator[None]:
    """Within the block a statement that has waited so long for others raises OperationalError. Asks no query."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    waits = _SqliteWaits if connection.vendor == "sqlite" else _PostgresWaits
    waits.limit(connection, seconds)
    try:
        yield
    finally:
        if connection.connection is not None:
            waits.restore(connection)


class _SqliteWaits:
    """The wait of SQLite itself, and before it the wait for a turn among the threads of this process."""

    @staticmethod
    def limit(connection: Any, seconds: float) -> None:
        connection.turn_seconds = seconds
        connection.connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    @staticmethod
    def restore(connection: Any) -> None:
        del connection.turn_seconds  # the class has the usual one
        usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
        connection.connection.execute(f"PRAGMA busy_timeout={int(usual * 1000)}")


class _PostgresWaits:
    @staticmethod
    def limit(connection: Any, seconds: float) -> None:
        connection.connection.execute(f"SET lock_timeout = {int(seconds * 1000)}")

    @staticmethod
    def restore(connection: Any) -> None:
        """A transaction that failed takes its own setting back, and takes no statement before."""
        raw = connection.connection
        if not raw.closed and raw.info.transaction_status.name != "INERROR":
            raw.execute("RESET lock_timeout")
