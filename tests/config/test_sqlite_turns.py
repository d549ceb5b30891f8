"""Writers on SQLite take turns in order of arrival, and every turn is given back."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

import pytest

from config.sqlite_in_turn import base
from config.sqlite_in_turn.fair_lock import FairLock
from ledger import brief_waits
from ledger.brief_waits import wait_at_most

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no turns"),
    pytest.mark.databases,
]


def queue_up(turns: FairLock, served: list[int], place: int) -> threading.Thread:
    def wait() -> None:
        assert turns.take(timeout=10)
        served.append(place)
        turns.give()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while len(turns._waiting) < place + 1:
        time.sleep(0.001)
    return waiting


def test_turns_are_served_in_order_of_arrival() -> None:
    turns, served = FairLock(), []
    assert turns.take(timeout=0)
    crowd = [queue_up(turns, served, place) for place in range(20)]
    turns.give()
    for one in crowd:
        one.join()
    assert served == list(range(20))
    assert turns.take(timeout=0)


def test_turn_wait_times_out() -> None:
    turns = FairLock()
    assert turns.take(timeout=0)
    assert not turns.take(timeout=0.01)
    turns.give()
    assert turns.take(timeout=0)


@pytest.fixture
def own(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A separate connection, outside the transaction that the test runs in."""
    with django_db_blocker.unblock():
        made = connections["default"].copy(alias="in-turn")
        made.settings_dict["NAME"] = str(tmp_path / "own.sqlite3")
        made.ensure_connection()
        yield made
        made.close()


def test_transaction_takes_and_returns_its_turn(own: Any) -> None:
    for end in (own.commit, own.rollback):
        own._start_transaction_under_autocommit()
        assert own._has_turn
        end()
        assert not own._has_turn


def test_connection_close_returns_the_turn(own: Any) -> None:
    own._start_transaction_under_autocommit()
    assert own._has_turn
    own.close()
    assert not own._has_turn


def test_failed_begin_keeps_no_turn(own: Any) -> None:
    own._start_transaction_under_autocommit()
    with pytest.raises(DatabaseError, match="within a transaction"):
        own._start_transaction_under_autocommit()
    assert not own._has_turn


def test_brief_wait_gives_up_soon_while_another_process_writes(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief_waits, "connections", {"default": own})
    begun = time.monotonic()
    with closing(sqlite3.connect(own.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(OperationalError, match="locked"),
            wait_at_most(0.1),
            own.cursor() as cursor,
        ):
            cursor.execute("CREATE TABLE told (a)")
        assert time.monotonic() - begun < 5
    with own.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE told (a)"
        )  # what was not stored is stored when it is sent again


def test_brief_wait_covers_the_wait_for_a_turn(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief_waits, "connections", {"default": own})
    with wait_at_most(0.1):
        assert own.turn_seconds == 0.1
    assert own.turn_seconds == base.TURN_TIMEOUT_SECONDS


@pytest.mark.django_db
def test_default_connection_takes_turns() -> None:
    assert hasattr(connection, "_has_turn")
    with transaction.atomic():
        assert connection.in_atomic_block
