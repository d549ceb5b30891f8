import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ExportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("schema", models.CharField(max_length=40)),
                ("filters", models.JSONField(default=dict)),
                ("as_of", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("rows", models.PositiveIntegerField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("profile", models.CharField(default="people", max_length=20)),
                (
                    "hits",
                    models.JSONField(
                        default=list,
                        help_text="Cells that a spreadsheet would read as formulas: [HR id, column].",
                    ),
                ),
                (
                    "left_out",
                    models.JSONField(
                        default=dict,
                        help_text="What is not in the file: how often by reason, and [HR id, certification, reason] of what the profile has no word for.",
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at",),
            },
        ),
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("act", models.CharField(max_length=20)),
                ("choices", models.JSONField(default=dict)),
                ("filters", models.JSONField(default=dict)),
                ("people", models.JSONField(default=list)),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("left_alone", models.PositiveIntegerField(default=0)),
                ("left_out", models.JSONField(default=list)),
                ("requested_by", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_by", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "ordering": ("-created_at",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["created_at"],
                        name="reports_bulk_act_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed__lte", models.F("done")), ("done__lte", models.F("total"))
                        ),
                        name="reports_bulk_act_within_total",
                    )
                ],
            },
        ),
    ]
