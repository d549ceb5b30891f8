"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        AppendOnly(
            "ledger_entry",
            [
                "seq",
                "kind",
                "subject",
                "actor",
                "at",
                "effective_at",
                "data",
                "facts",
            ],
            once=["place", "previous_hash", "hash"],
        ),
    ]
