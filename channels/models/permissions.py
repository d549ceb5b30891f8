from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channels.models.registry import Channel, ChannelRules
from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_choice, check_end_recorded


class PostingRole(models.TextChoices):
    CONTRIBUTOR = "contributor", _("Contributor: every post is reviewed")
    PUBLISHER = "publisher", _("Publisher")
    APPROVER = "approver", _("Approver")
    ADMIN = "admin", _("Administrator")


class PostingPermission(models.Model):
    """A role somebody was given on a channel: from when, until when, by whom, why. Ended once, never deleted.

    A permission is necessary, never sufficient: `channels.rules.may_post` checks everything else as well.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="permissions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="permissions")
    role = models.CharField(max_length=20, choices=PostingRole.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Agreed end, known from the start.")
    )
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span(agreed="ends_at")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="{role}, channel {channel__code}, person {person__hr_id}")

    class Meta:
        ordering = ("channel_id", "person_id", "starts_at")
        constraints = [
            # One open grant of a role per person and channel.
            models.UniqueConstraint(
                fields=["channel", "person", "role"],
                condition=Q(ended_at__isnull=True),
                name="channels_permission_one_open",
            ),
            # An agreed end lies after the start.
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="channels_permission_lasts",
            ),
            # The end of a grant says when it was recorded.
            check_end_recorded("channels_permission_end_is_recorded"),
            check_choice("role", PostingRole.values, "channels_permission_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.channel_id}"


class RoleReview(models.Model):
    """Somebody who answers for the channel looked at a role and kept it. Append-only; a role not kept is ended."""

    permission = models.ForeignKey(PostingPermission, models.PROTECT, related_name="reviews")
    kept_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(
        known_as="{permission__role}, channel {permission__channel__code}, person {permission__person__hr_id}"
    )

    class Meta:
        ordering = ("permission_id", "kept_at")

    def __str__(self) -> str:
        return f"{self.permission_id} kept"


class RoleNeed(models.Model):
    """Whoever holds a role said that they still need it, though nobody has seen them use it. Append-only."""

    permission = models.ForeignKey(PostingPermission, models.PROTECT, related_name="needs")
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    proof = LedgerProof(
        known_as="{permission__role}, channel {permission__channel__code}, person {permission__person__hr_id}"
    )

    class Meta:
        ordering = ("permission_id", "said_at")

    def __str__(self) -> str:
        return f"{self.permission_id} needed"


class RulesAcceptance(models.Model):
    """A person accepted one version of a channel's house rules. Append-only."""

    rules = models.ForeignKey(ChannelRules, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    proof = LedgerProof(
        known_as="channel {rules__channel__code}, version {rules__version}, person {person__hr_id}"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rules", "person"], name="channels_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.rules_id}"


class PermissionRequest(models.Model):
    """Somebody asks to post on a channel; an owner decides once, and may ask back before.

    `question` is the newest one; while it has no `answer` the request waits for the person.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting for the owner")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="requests")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="channel_requests"
    )
    why = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    question = models.CharField(max_length=500, blank=True)
    questioned_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("asked_at",)
        constraints = [
            # One open request per person and channel.
            models.UniqueConstraint(
                fields=["channel", "person"],
                condition=Q(outcome="open"),
                name="channels_request_one_open",
            ),
            # A request is open, or was decided or withdrawn at some moment.
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | Q(outcome__in=["granted", "declined", "withdrawn"], decided_at__isnull=False),
                name="channels_request_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel_id} {self.outcome}"
