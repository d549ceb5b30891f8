from __future__ import annotations

from django.db import DatabaseError, connection, transaction

import pytest

from ledger import entries
from ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


def add(now, kind="award.issued"):
    return entries.append(kind=kind, subject="award:1", actor="system:test", at=now, data={"n": 1})


def test_sealing_chains_every_entry_to_the_one_before(now):
    first, second = add(now), add(now)
    assert entries.seal() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.previous_hash == first.hash != ""
    assert list(entries.broken()) == []


def test_sealing_again_finds_nothing_to_do(now):
    add(now)
    entries.seal()
    assert entries.seal() == 0


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(now, act):
    add(now)
    rows = Entry.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(kind="other") if act == "update" else rows._raw_delete("default")


def test_a_forged_entry_is_named(now):
    add(now)
    victim = add(now)
    entries.seal()
    with connection.cursor() as cursor:
        drop_guard(cursor)
        cursor.execute("UPDATE ledger_entry SET kind = 'forged' WHERE seq = %s", [victim.seq])
    assert [entry.seq for entry, _why in entries.broken()] == [victim.seq]


def drop_guard(cursor):
    on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER ledger_entry_no_update{on}")
