import accounts.dates
import certificates.models.records
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("courses", "0002_append_only"),
        ("quizzes", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=50,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{1,50}\\Z", "Use capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "period_months",
                    models.PositiveSmallIntegerField(default=12, verbose_name="valid for, months"),
                ),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(
                        default=60, verbose_name="renewal opens, days before"
                    ),
                ),
                (
                    "posting_grace_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="posting grace, days"),
                ),
                (
                    "policy_tz",
                    models.CharField(
                        default="Europe/Helsinki",
                        max_length=64,
                        validators=[certificates.models.records.is_time_zone],
                        verbose_name="time zone of its dates",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("anniversary", "Keep the anniversary when renewed early"),
                            ("completion", "Count from each completion"),
                        ],
                        default="anniversary",
                        max_length=20,
                        verbose_name="renewal",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(
                        blank=True,
                        null=True,
                        validators=[accounts.dates.validate_plausible_moment],
                        verbose_name="retired at",
                    ),
                ),
            ],
            options={
                "verbose_name": "certification",
                "verbose_name_plural": "certifications",
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period_months__gte", 1)),
                        name="certificates_certification_lasts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("code", models.CharField(max_length=26, unique=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("attempt", "Passed the quiz"),
                            ("completion", "Completed the course"),
                            ("equivalence", "Recognised other evidence"),
                        ],
                        max_length=20,
                    ),
                ),
                ("releases", models.JSONField(default=dict)),
                ("evidence_note", models.CharField(blank=True, max_length=500)),
                ("recipient_name", models.CharField(max_length=300)),
                ("certification_title", models.CharField(max_length=200)),
                ("locale", models.CharField(max_length=12)),
                (
                    "score_percent",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("issued_at", models.DateTimeField()),
                ("valid_from", models.DateTimeField()),
                ("valid_through", models.DateField()),
                ("policy_tz", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("window_days", models.PositiveSmallIntegerField(default=60)),
                ("grace_days", models.PositiveSmallIntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "public_name",
                    models.BooleanField(
                        default=False, help_text="Show the full name to everybody who has the code."
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="quizzes.attempt",
                    ),
                ),
                (
                    "completion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="courses.coursecompletion",
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="certificates.award",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="courses.courserelease",
                    ),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="certificates.certification",
                    ),
                ),
            ],
            options={
                "ordering": ("recipient_id", "certification_id", "valid_from"),
                "indexes": [
                    models.Index(
                        fields=["recipient", "certification"], name="certificates_award_person"
                    ),
                    models.Index(
                        fields=["certification", "expires_at"], name="certificates_award_expiry"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("previous__isnull", True)),
                        fields=("certification", "recipient"),
                        name="certificates_award_one_chain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attempt__isnull", False), ("basis", "attempt")),
                            models.Q(("basis", "completion"), ("completion__isnull", False)),
                            models.Q(
                                ("attempt__isnull", True),
                                ("basis", "equivalence"),
                                models.Q(("evidence_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="certificates_award_has_evidence",
                    ),
                    models.UniqueConstraint(
                        fields=("certification", "completion"),
                        name="certificates_award_completion_once",
                    ),
                    models.UniqueConstraint(
                        fields=("certification", "attempt"), name="certificates_award_attempt_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("valid_from"))),
                        name="certificates_award_lasts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changes", models.JSONField()),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="certificates.certification",
                    ),
                ),
            ],
            options={
                "ordering": ("certification_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_files",
                        to="certificates.award",
                    ),
                ),
            ],
            options={
                "ordering": ("award_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("starts_at", models.DateTimeField()),
                ("review_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("end_actor", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "certification",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="certificates.certification",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("person_id", "starts_at"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="certificates_hold_end_is_recorded",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "certification",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requirements",
                        to="certificates.certification",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certification", "course"), name="certificates_requirement_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("end_actor", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to="certificates.certification",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("person_id", "starts_at"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("starts_at"))),
                        name="certificates_waiver_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="certificates_waiver_end_is_recorded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("earned_at", models.DateTimeField()),
                ("recipient_name", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=400)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="certificates.award",
                    ),
                ),
                (
                    "replacement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected",
                        to="certificates.award",
                    ),
                ),
            ],
            options={
                "ordering": ("award_id", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=("award",),
                        name="certificates_correction_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("outcome", "open"),
                                ("replacement__isnull", True),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome", "confirmed"),
                                ("replacement__isnull", False),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome", "declined"),
                                ("replacement__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="certificates_correction_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", models.F("proposed_by")),
                            ("outcome", "confirmed"),
                            _negated=True,
                        ),
                        name="certificates_correction_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AwardEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("superseded", "Replaced by a newer one"),
                            ("revoked", "Withdrawn"),
                            ("reinstated", "Withdrawal corrected"),
                        ],
                        max_length=20,
                    ),
                ),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="certificates.award",
                    ),
                ),
            ],
            options={
                "ordering": ("award_id", "recorded_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["superseded", "revoked", "reinstated"])),
                        name="certificates_award_event_kind_known",
                    )
                ],
            },
        ),
    ]
