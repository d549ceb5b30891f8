"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        # Decisions read both of the past: a channel's last day ends in the zone of its region.
        AppendOnly("accounts_region", ["id", "code", "time_zone"]),
        # So do they of the team that somebody left.
        AppendOnly("accounts_team", ["id", "code"]),
        AppendOnly(
            "accounts_employmentevent",
            [
                "id",
                "person_id",
                "what",
                "effective_at",
                "recorded_at",
                "region_id",
                "ends_at",
                "corrects",
                "other_id",
                "former_id",
                "kind",
                "former_kind",
                "team_id",
                "former_team_id",
                "actor",
                "reason",
            ],
        ),
        AppendOnly(
            "accounts_absence",
            [
                "id",
                "person_id",
                "starts_at",
                "until",
                "recorded_at",
                "actor",
            ],
            once=["ended_at", "end_recorded_at"],
        ),
        AppendOnly(
            "accounts_responsibility",
            [
                "id",
                "person_id",
                "role",
                "region_id",
                "starts_at",
                "ends_at",
                "granted_by",
                "reason",
                "recorded_at",
            ],
            once=["ended_at", "end_recorded_at", "end_actor", "end_reason"],
        ),
        AppendOnly(
            "accounts_hralias",
            [
                "id",
                "hr_id",
                "person_id",
                "recorded_at",
                "actor",
            ],
        ),
    ]
