from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from accounts.models import Role


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
    profile = models.CharField(max_length=80, default="people")
    columns = models.JSONField(default=list, help_text="The headers of the file, in their order.")
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


class BulkAct(models.Model):
    """One act on many people: who asked for it, of whom, why, and how far it is.

    `people` are those (primary keys) whom its page has shown, in order; the first `done` of them have been dealt with,
    of whom `changed` were changed. `left_out` says of the first of those `left_alone` why nothing was done: [primary
    key, words]. After 30 days nothing is kept here but the counts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.CharField(max_length=20)
    choices = models.JSONField(default=dict)
    filters = models.JSONField(default=dict)
    people = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left_alone = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)
    requested_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            # What is done is a part of what was asked for.
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total"), changed__lte=models.F("done")),
                name="reports_bulk_act_within_total",
            ),
        ]
        indexes = [
            # Those that are still to be worked on.
            models.Index(
                fields=["created_at"],
                name="reports_bulk_act_open",
                condition=models.Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.done}/{self.total}"


class SavedView(models.Model):
    """A list of people under a name: whom it finds and which columns it shows, as its address says it.

    Everybody who holds the role `shared_with` may open it; only its owner changes it. It holds no people, so it never
    shows anybody more than they may see.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    address = models.CharField(
        max_length=2000, blank=True, help_text="The query string of the list."
    )
    shared_with = models.CharField(max_length=20, choices=Role.choices, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            # Nobody has two views of one name.
            models.UniqueConstraint(
                fields=["owner", "name"], name="reports_saved_view_name_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedProfile(models.Model):
    """An export profile of the organisation's own: the ready one it began with, and what is said otherwise.

    `settings` is what `reports.exporting.own_profiles.OwnProfile` says; consoles and commands ask for it by `name`.
    """

    name = models.SlugField(max_length=60, unique=True)
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
