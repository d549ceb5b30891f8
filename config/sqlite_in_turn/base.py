"""Django's SQLite backend, with the transactions of one process taking turns.

SQLite has one writer at a time. A thread that finds it busy sleeps and asks again, so that under load it may
be overtaken by many that came after it (`python -m benchmarks.submits` measures it). Here the threads of a
process queue up before `BEGIN IMMEDIATE` instead. Between processes
SQLite's own waiting decides as before. After the timeout a thread begins its transaction without a turn.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, features

from config.sqlite_in_turn.fair_lock import FairLock

TURN_TIMEOUT_SECONDS = 20.0
_turns = FairLock()


class RoomySqliteFeatures(features.DatabaseFeatures):
    """As many values in a statement as SQLite takes since 3.32; Django counts with the 999 of before."""

    max_query_params = 32_766


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the lock from the start of a transaction to its end."""

    features_class = RoomySqliteFeatures
    turn_seconds = TURN_TIMEOUT_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        self._has_turn = self._has_turn or _turns.take(self.turn_seconds)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # A commit that fails keeps its turn: the roll-back that follows gives it back.
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _give_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turns.give()
