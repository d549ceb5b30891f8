from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from django.db import DatabaseError, connection, transaction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ledger import entries
from ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def add(now, kind="award.issued"):
    return entries.append_entry(
        kind=kind, subject="award:1", actor="system:test", at=now, data={"n": 1}
    )


def test_seal_chains_each_entry_to_the_previous(now):
    first, second = add(now), add(now)
    assert entries.seal_entries() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.previous_hash == first.hash != ""
    assert list(entries.find_broken_entries()) == []


def test_seal_run_again_seals_nothing(now):
    add(now)
    entries.seal_entries()
    assert entries.seal_entries() == 0


@pytest.mark.parametrize("act", ["update", "delete"])
def test_database_refuses_to_change_or_delete_an_entry(now, act):
    add(now)
    rows = Entry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(kind="other") if act == "update" else rows._raw_delete("default")


@pytest.mark.parametrize("column", ["place", "previous_hash", "hash"])
def test_database_refuses_to_seal_an_entry_twice(now, column):
    add(now)
    entries.seal_entries()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(**{column: 7})


def test_database_refuses_a_hash_without_a_place(now):
    add(now)
    with pytest.raises(DatabaseError, match="sealed_whole"), transaction.atomic():
        Entry.objects.update(hash="a" * 64)


def test_removed_entry_is_reported_as_missing(now):
    _first, removed, last = add(now), add(now), add(now)
    entries.seal_entries()
    with connection.cursor() as cursor:
        on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER ledger_entry_no_delete{on}")
        cursor.execute("DELETE FROM ledger_entry WHERE seq = %s", [removed.seq])
    assert [entry.seq for entry, _why in entries.find_broken_entries()] == [last.seq]


class SealingOrderTest(TestCase):
    """`seq` is given when an act is written down, the place in the chain when it is sealed: any order may meet."""

    @given(
        order=st.integers(2, 7).flatmap(lambda size: st.permutations(range(1, size + 1))),
        seals=st.sets(st.integers(1, 7)),
    )
    def test_chain_holds_when_entries_become_visible_out_of_order(self, order, seals):
        fresh, moment = next(RUNS) * 1_000, datetime(2026, 6, 15, tzinfo=UTC)
        for seen, seq in enumerate(order, start=1):
            # Committed now, though its number was given before or after that of the others.
            Entry.objects.create(seq=fresh + seq, kind="k", at=moment, effective_at=moment)
            if seen in seals:
                entries.seal_entries()
        entries.seal_entries()
        assert list(entries.find_broken_entries()) == []
        places = list(Entry.objects.order_by("place").values_list("place", flat=True))
        assert places == list(range(1, len(places) + 1))


RUNS = count(1_000)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "forged"),
        ("subject", "award:2"),
        ("actor", "system:tesT"),
        ("at", "2026-06-15 12:00:00.000001"),
        ("effective_at", "2026-06-15 12:00:00.000001"),
        ("data", '{"n": 1.0}'),
        ("data", '{"n": 1, "more": null}'),
        ("data", '"n"'),
    ],
)
def test_forged_entry_is_reported_as_broken(now, column, value):
    add(now)
    victim = add(now)
    add(now)
    entries.seal_entries()
    assert list(entries.find_broken_entries()) == []
    with connection.cursor() as cursor:
        drop_guard(cursor)
        cursor.execute(f"UPDATE ledger_entry SET {column} = %s WHERE seq = %s", [value, victim.seq])
    assert [(entry.seq, why) for entry, why in entries.find_broken_entries()] == [
        (victim.seq, "its contents were changed after it was sealed")
    ]


def test_chain_holds_for_whatever_is_stored(now):
    odd = {"é\n\x1e": [1.0, 1e300, 10**30, "\u2028", {}], "B": None, "a": {"z": 1, "ab": 2}}
    for moment in (now, now.replace(microsecond=120_000), datetime(1, 1, 2, tzinfo=UTC)):
        entries.append_entry(kind="k", subject='"s\\', actor="ö", at=moment, data=odd)
    entries.seal_entries()
    assert list(entries.find_broken_entries()) == []


def drop_guard(cursor):
    on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER ledger_entry_no_update{on}")
