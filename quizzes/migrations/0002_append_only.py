"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        AppendOnly("quizzes_rulessnapshot", ["sha256", "rules"]),
        AppendOnly(
            "quizzes_markevent",
            [
                "id",
                "response_id",
                "version_id",
                "regrade_id",
                "mark",
                "max_mark",
                "reason",
                "rubric",
                "comment",
                "at",
                "actor",
            ],
        ),
        AppendOnly(
            "quizzes_unlock",
            [
                "id",
                "person_id",
                "quiz_id",
                "tries",
                "reason",
                "at",
                "actor",
            ],
        ),
        AppendOnly(
            "quizzes_recap",
            [
                "id",
                "attempt_id",
                "principle_id",
                "read_at",
            ],
        ),
        AppendOnly(
            "quizzes_regrade",
            [
                "id",
                "version_id",
                "corrected_id",
                "option",
                "keep_passes",
                "reason",
                "note",
                "counts",
                "at",
                "actor",
            ],
        ),
        AppendOnly(
            "quizzes_itemreport",
            [
                "id",
                "response_id",
                "person_id",
                "category",
                "reported_at",
            ],
            once=["resolved_at", "resolution", "answer", "resolver", "text"],
        ),
    ]
