"""What HR has uploaded, and how its files are read."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedMapping(models.Model):
    """How one feed of HR's system is written, under the name that an import asks for it by.

    `sample` is the beginning of the file it was made from, for the preview; it is emptied after 30 days.
    """

    name = models.SlugField(_("name"), max_length=60, unique=True)
    settings = models.JSONField(default=dict)
    sample = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    ready = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PeopleImport(models.Model):
    """One HR file: the plan that its dry run made, and whether exactly that plan was applied.

    Once applied, the plan is emptied of what it says about people: counts and digest stay. For 30 days `rejects`
    holds the records that were left out, and `undo` what the plan changed. `undoes` is the import that this one,
    made without a file, takes back.
    """

    class State(models.TextChoices):
        REFUSED = "refused", _("Refused")
        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices)
    plan = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    applied_at = models.DateTimeField(null=True, blank=True)
    mapping = models.CharField(max_length=60, blank=True)
    rejects = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"
