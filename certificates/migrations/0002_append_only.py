"""Facts stay as they were recorded: the database itself refuses to change or delete them."""

from __future__ import annotations

from django.db import migrations

from ledger.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        AppendOnly(
            "certificates_award",
            [
                "id",
                "uuid",
                "number",
                "code",
                "certification_id",
                "recipient_id",
                "release_id",
                "previous_id",
                "basis",
                "completion_id",
                "attempt_id",
                "releases",
                "evidence_note",
                "recipient_name",
                "certification_title",
                "locale",
                "score_percent",
                "issued_at",
                "valid_from",
                "valid_through",
                "policy_tz",
                "expires_at",
                "window_days",
                "grace_days",
                "recorded_at",
                "actor",
            ],
        ),
        # Its courses, title, zone and retirement change by events; its code never does.
        AppendOnly("certificates_certification", ["id", "code"]),
        AppendOnly(
            "certificates_certificationevent",
            [
                "id",
                "certification_id",
                "changes",
                "effective_at",
                "recorded_at",
                "actor",
            ],
        ),
        AppendOnly(
            "certificates_awardevent",
            [
                "id",
                "award_id",
                "kind",
                "effective_at",
                "recorded_at",
                "actor",
                "reason",
            ],
        ),
        AppendOnly(
            "certificates_hold",
            [
                "id",
                "person_id",
                "certification_id",
                "reason",
                "starts_at",
                "review_on",
                "recorded_at",
                "actor",
            ],
            once=["ended_at", "end_recorded_at", "end_actor", "end_reason"],
        ),
        AppendOnly(
            "certificates_waiver",
            [
                "id",
                "person_id",
                "certification_id",
                "starts_at",
                "until",
                "reason",
                "recorded_at",
                "actor",
            ],
            once=["ended_at", "end_recorded_at", "end_actor", "end_reason"],
        ),
        AppendOnly(
            "certificates_evidencefile",
            [
                "id",
                "uuid",
                "award_id",
                "name",
                "content_type",
                "size",
                "sha256",
                "content",
                "recorded_at",
                "actor",
            ],
        ),
        AppendOnly(
            "certificates_awardcorrection",
            [
                "id",
                "uuid",
                "award_id",
                "earned_at",
                "recipient_name",
                "reason",
                "proposed_at",
                "proposed_by",
            ],
            once=["decided_at", "decided_by", "outcome", "note", "replacement_id"],
        ),
    ]
