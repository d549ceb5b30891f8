from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act, as it was recorded: who did what to which record, and from when it counts.

    Written only by `ledger.entries.append_entry`, in the transaction of the act itself. Never changed
    (database triggers refuse it) except that the sealer fills in its place and the two hashes, once. `seq` is
    given when an act is written down and says nothing about the order of commits; `place` is given by the
    sealer and is the order of the chain. Carries no personal data: people stand as `person:<uuid>`.
    """

    seq = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField(help_text=_("When it was recorded (UTC)."))
    effective_at = models.DateTimeField(help_text=_("From when it counts (UTC)."))
    data = models.JSONField(default=dict, blank=True)
    facts = models.TextField(
        blank=True, default="", help_text=_("The rows that the act wrote, each with its digest.")
    )
    place = models.BigIntegerField(
        null=True, blank=True, unique=True, help_text=_("Its place in the chain, once sealed.")
    )
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("seq",)
        verbose_name_plural = "entries"
        indexes = [
            # The history of one record, newest first.
            models.Index(fields=["subject", "-seq"], name="ledger_entry_subject"),
            # The sealer's queue: what has no hash yet.
            models.Index(
                fields=["seq"],
                name="ledger_entry_unsealed",
                condition=models.Q(place__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_entry_sealed_whole",
                condition=models.Q(place__isnull=True, previous_hash="", hash="")
                | (models.Q(place__gte=1) & ~models.Q(previous_hash="") & ~models.Q(hash="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject}"
