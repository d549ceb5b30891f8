"""What stands beside awards: files that prove them, and corrections that two people make."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.records import Award
from ledger.facts import LedgerProof


class EvidenceFile(models.Model):
    """A file that somebody saw as proof for an award. Append-only, and kept whole in the database.

    So it is written in the transaction of the act, is in every backup, and has no address of its own that a proxy
    could serve.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="evidence_files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(without=("content",), known_as="certificate {award__number}")

    class Meta:
        ordering = ("award_id", "id")

    def __str__(self) -> str:
        return self.name


class AwardCorrection(models.Model):
    """Somebody says that an award is wrong and what would be right; somebody else confirms that or declines.

    Confirmed, the award never counted and its `replacement` stands in its place. Decided once, never deleted.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waits for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, related_name="corrections")
    earned_at = models.DateTimeField()
    recipient_name = models.CharField(max_length=300)
    reason = models.CharField(max_length=400)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    note = models.CharField(max_length=500, blank=True)
    replacement = models.OneToOneField(
        Award, models.PROTECT, null=True, blank=True, related_name="corrected"
    )

    proof = LedgerProof(known_as="certificate {award__number}")

    class Meta:
        ordering = ("award_id", "id")
        constraints = [
            # One open correction of an award.
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(decided_at__isnull=True),
                name="certificates_correction_one_open",
            ),
            # A correction is open, or was decided at some moment; a confirmed one has what replaces the award.
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True, replacement__isnull=True)
                | Q(outcome="confirmed", decided_at__isnull=False, replacement__isnull=False)
                | Q(outcome="declined", decided_at__isnull=False, replacement__isnull=True),
                name="certificates_correction_decided_whole",
            ),
            # Four eyes: nobody confirms what they proposed.
            models.CheckConstraint(
                condition=~Q(outcome="confirmed", decided_by=F("proposed_by")),
                name="certificates_correction_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award} {self.outcome}"
