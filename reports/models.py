from __future__ import annotations

import uuid

from django.db import models


class ExportRun(models.Model):
    """One export: who asked, with which filters, as of when, how many rows, and the SHA-256 of the file."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    schema = models.CharField(max_length=40)
    filters = models.JSONField(default=dict)
    as_of = models.DateTimeField()
    known_at = models.DateTimeField()
    requested_by = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    profile = models.CharField(max_length=20, default="people")
    hits = models.JSONField(
        default=list, help_text="Cells that a spreadsheet would read as formulas: [HR id, column]."
    )
    left_out = models.JSONField(
        default=dict,
        help_text="What is not in the file: how often by reason, and [HR id, certification, reason] of what the "
        "profile has no word for.",
    )

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.schema} {self.started_at:%Y-%m-%d %H:%M}"
