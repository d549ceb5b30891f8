from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from channels.models.registry import Channel, Platform
from ledger.spans import Span, SpanQuerySet, check_end_recorded


class FreezeQuerySet(SpanQuerySet):
    def _before_agreed_end(self, at: datetime) -> Q:
        """A stop everywhere has no agreed end: a person has to end it."""
        return Q(scope="global") | super()._before_agreed_end(at)


class Freeze(models.Model):
    """An emergency stop: nobody posts within its scope. Decisions read these rows directly. Ended once."""

    class Scope(models.TextChoices):
        GLOBAL = "global", _("Everywhere")
        REGION = "region", _("One region")
        PLATFORM = "platform", _("One platform")
        CHANNEL = "channel", _("One channel")
        CLASSIFICATION = "classification", _("One classification")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="freezes"
    )
    classification = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500)
    allowed = models.JSONField(default=list, blank=True, help_text="HR ids of the crisis posters.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)

    span = Span(agreed="ends_at")
    objects = FreezeQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        constraints = [
            # Exactly the column that the scope names is filled.
            models.CheckConstraint(
                condition=(
                    Q(scope="global", region=None, platform=None, channel=None, classification="")
                    | Q(
                        scope="region",
                        region__isnull=False,
                        platform=None,
                        channel=None,
                        classification="",
                    )
                    | Q(
                        scope="platform",
                        region=None,
                        platform__isnull=False,
                        channel=None,
                        classification="",
                    )
                    | Q(
                        scope="channel",
                        region=None,
                        platform=None,
                        channel__isnull=False,
                        classification="",
                    )
                    | (
                        Q(scope="classification", region=None, platform=None, channel=None)
                        & ~Q(classification="")
                    )
                ),
                name="channels_freeze_scope_fits",
            ),
            check_end_recorded("channels_freeze_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.starts_at:%Y-%m-%d}"


class DecisionRecord(models.Model):
    """A decision that was given to a tool or a command, kept as proof. Append-only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_hr_id = models.CharField(max_length=50)
    channel_code = models.CharField(max_length=50)
    action = models.CharField(max_length=20)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    evaluated_at = models.DateTimeField()
    decision = models.CharField(max_length=20)
    answer = models.JSONField()
    asked_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("-id",)
        indexes = [
            # "Was this person allowed then?"
            models.Index(
                fields=["person_hr_id", "channel_code", "-at"], name="channels_decision_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_hr_id} {self.channel_code} {self.decision}"
