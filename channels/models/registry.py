from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.codes import CODE_VALIDATOR
from accounts.models import Region, Team
from certificates.models import Certification
from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_choice, check_end_recorded


class Platform(models.Model):
    """A social network or publishing place, and how its addresses look."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    hosts = models.JSONField(_("hosts"), default=list)
    url_template = models.CharField(_("address"), max_length=200, blank=True)

    proof = LedgerProof(known_as="platform {code}")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ReviewMode(models.TextChoices):
    FREE = "free", _("Post freely")
    EACH = "each", _("Every post is reviewed")


class Channel(models.Model):
    """An official account. Never deleted; its state is the newest ChannelEvent, not a column.

    `handle` is kept without @. `url` is the canonical address. No passwords, ever.
    """

    class Classification(models.TextChoices):
        BRAND = "brand", _("Brand")
        SUPPORT = "support", _("Support")
        CAREERS = "careers", _("Careers")
        EXECUTIVE = "executive", _("Executive")
        CAMPAIGN = "campaign", _("Campaign")
        INVESTOR = "investor", _("Investor")
        REGULATED = "regulated", _("Regulated promotions")
        HEALTH = "health", _("Health: adverse events are watched")

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[CODE_VALIDATOR])
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="channels")
    handle = models.CharField(_("handle"), max_length=100, blank=True)
    url = models.URLField(_("address"), max_length=500, unique=True)
    account_id = models.CharField(
        _("account number"),
        max_length=100,
        blank=True,
        help_text=_("The platform’s own number of the account: it stays when the handle changes."),
    )
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    audience = models.CharField(_("audience"), max_length=300, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="channels"
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="channels")
    classification = models.CharField(
        _("classification"),
        max_length=20,
        choices=Classification.choices,
        default=Classification.BRAND,
    )
    review_mode = models.CharField(
        _("review"), max_length=20, choices=ReviewMode.choices, default=ReviewMode.FREE
    )
    region_bound = models.BooleanField(
        _("only people of its region"), default=False, help_text=_("Others cannot post here.")
    )
    min_cover = models.PositiveSmallIntegerField(_("people needed"), default=2)
    public = models.BooleanField(_("in the public list"), default=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("details confirmed"), null=True, blank=True)
    sunset_on = models.DateField(_("closes on"), null=True, blank=True)
    review_on = models.DateField(_("looked at again on"), null=True, blank=True)
    mailbox = models.EmailField(_("recovery mailbox"), blank=True)
    two_step_on = models.DateField(_("second step of the sign-in seen on"), null=True, blank=True)
    vault_url = models.URLField(_("entry in the vault"), max_length=500, blank=True)
    suite = models.CharField(_("publishing tool"), max_length=100, blank=True)
    suite_profile = models.CharField(_("number in the publishing tool"), max_length=100, blank=True)
    organisation_owned = models.BooleanField(_("owned by the organisation"), default=False)
    archive = models.CharField(_("archive"), max_length=300, blank=True)

    proof = LedgerProof(known_as="channel {code}")

    class Meta:
        ordering = ("title",)
        constraints = [
            check_choice("review_mode", ReviewMode.values, "channels_channel_review_mode_known"),
        ]

    def __str__(self) -> str:
        return self.title


class ChannelState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REQUESTED = "requested", _("Requested")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    LIVE = "live", _("Live")
    SUSPENDED = "suspended", _("Suspended")
    SUNSETTING = "sunsetting", _("Closing")
    CLOSED = "closed", _("Closed")


class ChannelEvent(models.Model):
    """A channel entered a state, or (with an empty state) some of its columns changed. Append-only.

    The newest state in force is the channel's. `changes` holds {column: [before, after]}, by which decisions
    know what a column said at any past moment (`channels.registry.change_channel`).
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="events")
    state = models.CharField(max_length=20, choices=ChannelState.choices, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="channel {channel__code}")

    class Meta:
        ordering = ("channel_id", "effective_at", "id")
        constraints = [
            check_choice("state", ["", *ChannelState.values], "channels_event_state_known"),
        ]
        indexes = [
            # All states of the channels of one decision batch.
            models.Index(fields=["channel", "effective_at"], name="channels_event_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.state}"


class Owner(models.Model):
    """Who answers for a channel: an owner and a deputy. Ended once, never deleted."""

    class Kind(models.TextChoices):
        OWNER = "owner", _("Owner")
        DEPUTY = "deputy", _("Deputy")

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="owners")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    started_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    span = Span(begins="started_at")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="{kind}, channel {channel__code}, person {person__hr_id}")

    class Meta:
        constraints = [
            # A channel has one owner and one deputy at a time.
            models.UniqueConstraint(
                fields=["channel", "kind"],
                condition=Q(ended_at__isnull=True),
                name="channels_owner_one_of_a_kind",
            ),
            # Nobody is owner and deputy of one channel at once: they have to be two people.
            models.UniqueConstraint(
                fields=["channel", "person"],
                condition=Q(ended_at__isnull=True),
                name="channels_owner_person_once",
            ),
            check_end_recorded("channels_owner_end_is_recorded"),
            models.CheckConstraint(
                condition=Q(kind__in=["owner", "deputy"]), name="channels_owner_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.person_id}"


class OwnerOffer(models.Model):
    """An owner or deputy hands a channel over; the successor accepts once, and is appointed by that."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting for the successor")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="offers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offers")
    kind = models.CharField(max_length=20, choices=Owner.Kind.choices)
    reason = models.CharField(max_length=500)
    offered_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="{kind}, channel {channel__code}, person {person__hr_id}")

    class Meta:
        ordering = ("offered_at",)
        constraints = [
            # A post is offered to one person at a time.
            models.UniqueConstraint(
                fields=["channel", "kind"],
                condition=Q(outcome="open"),
                name="channels_offer_one_open",
            ),
            # An offer is open, or was decided at some moment.
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | Q(outcome__in=["accepted", "declined", "withdrawn"], decided_at__isnull=False),
                name="channels_offer_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.kind} {self.outcome}"


class Sponsorship(models.Model):
    """An employee registers a channel they run or found; somebody who stands up for it confirms once, or declines."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Waiting for the sponsor")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="sponsorships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sponsorships"
    )
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    runs_it = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="channel {channel__code}, person {person__hr_id}")

    class Meta:
        ordering = ("asked_at",)
        constraints = [
            # One sponsor is asked at a time.
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(outcome="open"),
                name="channels_sponsorship_one_open",
            ),
            # Nobody stands up for their own channel.
            models.CheckConstraint(
                condition=~Q(person=models.F("asker")), name="channels_sponsorship_of_another"
            ),
            # A sponsorship is open, or was decided at some moment.
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | Q(outcome__in=["confirmed", "declined"], decided_at__isnull=False),
                name="channels_sponsorship_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.outcome}"

    @property
    def is_confirmed(self) -> bool:
        return self.outcome == self.Outcome.CONFIRMED


class AccessRule(models.Model):
    """A certification that a channel asks for. Rules of one `group` are alternatives; every group must be met."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="access_rules")
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="access_rules")
    group = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span()
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="channel {channel__code}, certification {certification__code}")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "certification", "group"],
                condition=Q(ended_at__isnull=True),
                name="channels_access_rule_once",
            ),
            check_end_recorded("channels_access_rule_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} <- {self.certification_id}"


class ChannelRules(models.Model):
    """One version of a channel's house rules. People accept a version; a new one asks them again. Append-only."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="rules_versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="channel {channel__code}, version {version}")

    class Meta:
        verbose_name_plural = _("house rules")
        ordering = ("channel_id", "version")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "version"], name="channels_rules_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} rules {self.version}"
