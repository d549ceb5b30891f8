"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        AppendOnly(
            "quizzes_itemversion",
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
        ),
        AppendOnly(
            "quizzes_markevent",
            [
                "id",
                "response_id",
                "version_id",
                "mark",
                "max_mark",
                "reason",
                "at",
                "actor",
            ],
        ),
    ]
