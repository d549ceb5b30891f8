from __future__ import annotations

from django.db import DatabaseError, connection, transaction

import pytest

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


def test_forged_entry_is_reported_as_broken(now):
    add(now)
    victim = add(now)
    entries.seal_entries()
    with connection.cursor() as cursor:
        drop_guard(cursor)
        cursor.execute("UPDATE ledger_entry SET kind = 'forged' WHERE seq = %s", [victim.seq])
    assert [entry.seq for entry, _why in entries.find_broken_entries()] == [victim.seq]


def drop_guard(cursor):
    on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER ledger_entry_no_update{on}")
