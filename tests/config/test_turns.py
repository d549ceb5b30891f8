"""Writers on SQLite are served in order of arrival, and a turn is never lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

import pytest

from config.sqlite_in_turn.turns import Turns

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no turns"),
    pytest.mark.databases,
]


def queue_up(turns: Turns, served: list[int], place: int) -> threading.Thread:
    def wait() -> None:
        assert turns.take(timeout=10)
        served.append(place)
        turns.give()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while len(turns._waiting) < place + 1:
        time.sleep(0.001)
    return waiting


def test_first_come_first_served() -> None:
    turns, served = Turns(), []
    assert turns.take(timeout=0)
    crowd = [queue_up(turns, served, place) for place in range(20)]
    turns.give()
    for one in crowd:
        one.join()
    assert served == list(range(20))
    assert turns.take(timeout=0)


def test_nobody_waits_for_ever() -> None:
    turns = Turns()
    assert turns.take(timeout=0)
    assert not turns.take(timeout=0.01)
    turns.give()
    assert turns.take(timeout=0)


@pytest.fixture
def own(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, outside the transaction that other tests run in."""
    with django_db_blocker.unblock():
        made = connections["default"].copy(alias="in-turn")
        made.settings_dict["NAME"] = str(tmp_path / "own.sqlite3")
        made.ensure_connection()
        yield made
        made.close()


def test_a_transaction_has_its_turn_and_gives_it_back(own: Any) -> None:
    for end in (own.commit, own.rollback):
        own._start_transaction_under_autocommit()
        assert own._has_turn
        end()
        assert not own._has_turn


def test_closing_in_the_middle_gives_the_turn_back(own: Any) -> None:
    own._start_transaction_under_autocommit()
    assert own._has_turn
    own.close()
    assert not own._has_turn


def test_a_begin_that_fails_keeps_no_turn(own: Any) -> None:
    own._start_transaction_under_autocommit()
    with pytest.raises(DatabaseError, match="within a transaction"):
        own._start_transaction_under_autocommit()
    assert not own._has_turn


@pytest.mark.django_db
def test_the_site_uses_it() -> None:
    assert hasattr(connection, "_has_turn")
    with transaction.atomic():
        assert connection.in_atomic_block
