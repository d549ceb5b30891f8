"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("items", "0001_initial")]

    operations = [
        AppendOnly(
            "items_itemversion",
            [
                "id",
                "item_id",
                "number",
                "kind",
                "principle_id",
                "difficulty",
                "critical",
                "content",
                "sha256",
                "published_at",
                "actor",
            ],
            once=["withdrawn_at"],
        ),
    ]
