from __future__ import annotations

import uuid
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from certificates.models import Certification
from channels.models.registry import Channel, Platform
from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_end_recorded


class FreezeQuerySet(SpanQuerySet):
    def _before_agreed_end(self, at: datetime) -> Q:
        """A stop everywhere has no agreed end: a person has to end it."""
        return Q(scope="global") | super()._before_agreed_end(at)


# The columns that name what a freeze of the scope of the same name stops.
FREEZE_COLUMNS = ("region", "platform", "channel", "certification")
FREEZE_SCOPES = ("global", "region", "platform", "channel", "classification", "certification")


def _fits_scope(scope: str) -> Q:
    """Exactly the column that the scope names is filled."""
    columns = {f"{name}__isnull": name != scope for name in FREEZE_COLUMNS}
    unclassified = Q(classification="")
    return Q(scope=scope, **columns) & (
        ~unclassified if scope == "classification" else unclassified
    )


class Freeze(models.Model):
    """An emergency stop: nobody posts within its scope. Decisions read these rows directly. Ended once.

    A `drill` stops nobody: it is started, told, looked at and ended like a real one, and its times are kept.
    """

    class Scope(models.TextChoices):
        GLOBAL = "global", _("Everywhere")
        REGION = "region", _("One region")
        PLATFORM = "platform", _("One platform")
        CHANNEL = "channel", _("One channel")
        CLASSIFICATION = "classification", _("One classification")
        CERTIFICATION = "certification", _("One certification")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="freezes"
    )
    classification = models.CharField(max_length=20, blank=True)
    certification = models.ForeignKey(
        Certification, models.PROTECT, null=True, blank=True, related_name="+"
    )
    drill = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    allowed = models.JSONField(default=list, blank=True, help_text="HR ids of the crisis posters.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span(agreed="ends_at")
    objects = FreezeQuerySet.as_manager()

    proof = LedgerProof(known_as="{scope}, from {starts_at}")

    class Meta:
        ordering = ("starts_at",)
        constraints = [
            # Exactly the column that the scope names is filled.
            models.CheckConstraint(
                condition=reduce(or_, map(_fits_scope, FREEZE_SCOPES)),
                name="channels_freeze_scope_fits",
            ),
            check_end_recorded("channels_freeze_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.starts_at:%Y-%m-%d}"


class FreezeReview(models.Model):
    """Somebody looked at a running freeze and found that it has to go on. Append-only."""

    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    note = models.CharField(max_length=500)

    proof = LedgerProof(known_as="{freeze__scope}, from {freeze__starts_at}")

    class Meta:
        ordering = ("freeze_id", "reviewed_at")

    def __str__(self) -> str:
        return f"{self.freeze_id} reviewed"


class DecisionRecord(models.Model):
    """A decision that was given to a tool or a command, kept as proof. Append-only.

    `listed`: it was one row of a list of who may post, which says nothing about somebody wanting to.
    """

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
    listed = models.BooleanField(default=False)

    proof = LedgerProof(known_as="person {person_hr_id}, channel {channel_code}")

    class Meta:
        ordering = ("-id",)
        indexes = [
            # "Was this person allowed then?"
            models.Index(
                fields=["person_hr_id", "channel_code", "-at"], name="channels_decision_person"
            ),
            # "What did this freeze prevent?"
            models.Index(
                fields=["evaluated_at"],
                name="channels_decision_denied",
                condition=Q(decision="deny"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_hr_id} {self.channel_code} {self.decision}"
