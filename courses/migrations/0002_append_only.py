"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        AppendOnly(
            "courses_courserelease",
            [
                "id",
                "course_id",
                "number",
                "change_class",
                "note",
                "content",
                "sha256",
                "published_at",
                "actor",
            ],
        ),
        AppendOnly(
            "courses_releaseevent",
            [
                "id",
                "release_id",
                "what",
                "note",
                "principles",
                "reason",
                "recorded_at",
                "actor",
            ],
        ),
        AppendOnly(
            "courses_versionfloor",
            [
                "id",
                "course_id",
                "release_id",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
            ],
        ),
        AppendOnly(
            "courses_coursecompletion",
            [
                "id",
                "person_id",
                "course_id",
                "release_id",
                "completed_at",
                "recorded_at",
                "evidence",
            ],
        ),
        AppendOnly(
            "courses_stepcompletion",
            [
                "id",
                "person_id",
                "course_id",
                "step",
                "locale",
                "completed_at",
            ],
        ),
        AppendOnly(
            "courses_assignment",
            [
                "id",
                "person_id",
                "course_id",
                "assigned_at",
                "recorded_at",
                "due_on",
                "reason",
                "actor",
            ],
            once=["closed_at", "closed_why"],
        ),
    ]
