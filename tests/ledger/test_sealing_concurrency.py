"""Writers and sealers at the same moment, each with a connection of its own, on a PostgreSQL database of their own.

SQLite has one writer at a time; there the orders that can arise are in tests/ledger/test_entries.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from django.db import connection, transaction

import pytest

from ledger import entries
from ledger.models import Entry
from tests.conftest import NOW
from tests.databases import database_of_its_own

pytestmark = [
    pytest.mark.databases,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def crowd() -> Iterator[Callable[..., Future[Any]]]:
    """`crowd(act)` does something in a thread with a connection to a fresh database."""

    def alone(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with database_of_its_own("sealing"), ThreadPoolExecutor(8) as threads:
        yield lambda act: threads.submit(alone, act)


def add() -> int:
    made = entries.append_entry(kind="award.issued", subject="a", actor="system:test", at=NOW)
    return made.seq


def broken() -> list[str]:
    return [f"{entry.seq}: {why}" for entry, why in entries.find_broken_entries()]


def test_seal_between_two_writers_leaves_an_intact_chain(crowd):
    written, go_on = Event(), Event()

    def write_slowly() -> int:
        with transaction.atomic():
            seq = add()
            written.set()
            assert go_on.wait(20)
        return seq

    slow = crowd(write_slowly)
    assert written.wait(20)
    quick = crowd(add).result(20)
    assert crowd(entries.seal_entries).result(20) == 1
    go_on.set()
    assert slow.result(20) < quick
    assert crowd(entries.seal_entries).result(20) == 1
    assert crowd(broken).result(20) == []


def test_sealers_at_once_give_each_entry_one_place(crowd):
    for _turn in range(3):
        added = [crowd(add) for _number in range(12)]
        sealed = [crowd(entries.seal_entries) for _number in range(4)]
        assert [one.result(20) for one in added]
        assert [one.result(20) for one in sealed]
    crowd(entries.seal_entries).result(20)
    places = crowd(lambda: sorted(Entry.objects.values_list("place", flat=True))).result(20)
    assert places == list(range(1, 37))
    assert crowd(broken).result(20) == []
