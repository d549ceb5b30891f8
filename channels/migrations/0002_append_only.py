"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        AppendOnly(
            "channels_channelevent",
            [
                "id",
                "channel_id",
                "state",
                "changes",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
            ],
        ),
        AppendOnly(
            "channels_channelrules",
            [
                "id",
                "channel_id",
                "version",
                "text",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
            ],
        ),
        AppendOnly(
            "channels_rulesacceptance",
            [
                "id",
                "rules_id",
                "person_id",
                "accepted_at",
                "recorded_at",
            ],
        ),
        AppendOnly(
            "channels_decisionrecord",
            [
                "id",
                "uuid",
                "person_hr_id",
                "channel_code",
                "action",
                "at",
                "known_at",
                "evaluated_at",
                "decision",
                "answer",
                "asked_by",
                "listed",
            ],
        ),
        AppendOnly(
            "channels_postingpermission",
            [
                "id",
                "uuid",
                "channel_id",
                "person_id",
                "role",
                "starts_at",
                "ends_at",
                "reason",
                "recorded_at",
                "actor",
            ],
            once=["ended_at", "end_recorded_at", "end_actor", "end_reason"],
        ),
        AppendOnly(
            "channels_freeze",
            [
                "id",
                "uuid",
                "scope",
                "region_id",
                "platform_id",
                "channel_id",
                "classification",
                "certification_id",
                "drill",
                "reason",
                "allowed",
                "starts_at",
                "ends_at",
                "recorded_at",
                "actor",
            ],
            once=["ended_at", "end_recorded_at", "end_actor", "end_reason"],
        ),
        AppendOnly(
            "channels_freezereview",
            [
                "id",
                "freeze_id",
                "reviewed_at",
                "recorded_at",
                "actor",
                "note",
            ],
        ),
        AppendOnly(
            "channels_rolereview",
            [
                "id",
                "permission_id",
                "kept_at",
                "recorded_at",
                "actor",
            ],
        ),
        AppendOnly(
            "channels_roleneed",
            [
                "id",
                "permission_id",
                "said_at",
                "recorded_at",
            ],
        ),
        AppendOnly(
            "channels_sponsorship",
            [
                "id",
                "uuid",
                "channel_id",
                "person_id",
                "asker_id",
                "runs_it",
                "reason",
                "asked_at",
                "recorded_at",
            ],
            once=["decided_at", "outcome", "note"],
        ),
        AppendOnly(
            "channels_accessrule",
            [
                "id",
                "channel_id",
                "certification_id",
                "group",
                "starts_at",
                "recorded_at",
                "actor",
                "reason",
            ],
            once=["ended_at", "end_recorded_at", "end_reason"],
        ),
        AppendOnly(
            "channels_owner",
            [
                "id",
                "channel_id",
                "person_id",
                "kind",
                "started_at",
                "recorded_at",
                "actor",
                "reason",
            ],
            once=["ended_at", "end_recorded_at"],
        ),
        AppendOnly(
            "channels_owneroffer",
            [
                "id",
                "uuid",
                "channel_id",
                "person_id",
                "kind",
                "reason",
                "offered_at",
                "actor",
            ],
            once=["decided_at", "outcome", "decided_by", "note"],
        ),
    ]
