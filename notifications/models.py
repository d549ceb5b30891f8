from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """One message to one person. `key` is unique, so that the same news is never sent twice.

    The table is the queue: the act that causes the message writes the row; it is sent on commit or by
    `send_messages`. A sender claims a row before sending it, so that two senders never send the same message.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notifications"
    )
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            # The sender's queue.
            models.Index(
                fields=["created_at"], name="notifications_unsent", condition=Q(sent_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
