from __future__ import annotations

import uuid
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel

from accounts.codes import CODE_VALIDATOR
from accounts.dates import validate_plausible_moment
from accounts.readers.known_rows import KnownRowMixin
from certificates.rules.dates import day_of
from courses.models import Course, CourseCompletion, CourseRelease
from courses.writing.finished import PrintableTextMixin
from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_end_recorded
from quizzes.models import Attempt
from quizzes.rules.percentages import tell_percent


def is_time_zone(name: str) -> None:
    """Refuse names that the time zone database does not have."""
    if name not in available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/Helsinki."), code="time_zone")


class CertificationForm(KnownRowMixin, PrintableTextMixin, WagtailAdminModelForm):  # type: ignore[misc]  # Wagtail is untyped
    """The code of a certification stays: reasons and files name it by that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = self.instance.pk is not None


class Certification(ClusterableModel):
    """A programme people can be certified in, for example POST-CORE.

    An award lasts `period_months`; it may be renewed in the last `window_days`. Dates are whole days in
    `policy_tz`. `posting_grace_days` after expiry may still support posting (0: it does not). Awards keep
    the terms they were issued on, so a change here affects later awards only. What standings read here (title,
    zone, retirement, courses) changes with a CertificationEvent.
    """

    class Mode(models.TextChoices):
        ANNIVERSARY = "anniversary", _("Keep the anniversary when renewed early")
        COMPLETION = "completion", _("Count from each completion")

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[CODE_VALIDATOR])
    title = models.CharField(_("title"), max_length=200)
    period_months = models.PositiveSmallIntegerField(_("valid for, months"), default=12)
    window_days = models.PositiveSmallIntegerField(_("renewal opens, days before"), default=60)
    posting_grace_days = models.PositiveSmallIntegerField(_("posting grace, days"), default=0)
    policy_tz = models.CharField(
        _("time zone of its dates"),
        max_length=64,
        default="Europe/Helsinki",
        validators=[is_time_zone],
    )
    mode = models.CharField(
        _("renewal"), max_length=20, choices=Mode.choices, default=Mode.ANNIVERSARY
    )
    retired_at = models.DateTimeField(
        _("retired at"), null=True, blank=True, validators=[validate_plausible_moment]
    )

    panels = [
        FieldPanel("code", help_text=_("The short name in files, lists and reports.")),
        FieldPanel("title", help_text=_("As it stands on every later certificate.")),
        InlinePanel("requirements", heading=_("Courses to complete"), label=_("course"), min_num=1),
        MultiFieldPanel(
            [
                FieldPanel(
                    "period_months",
                    help_text=_("How long a certificate holds, from the day it was earned."),
                ),
                FieldPanel(
                    "window_days",
                    help_text=_("So many days before the end people may renew and lose no day."),
                ),
                FieldPanel(
                    "mode",
                    help_text=_("From when the next certificate counts after renewing early."),
                ),
                FieldPanel(
                    "policy_tz",
                    help_text=_(
                        "Where a day begins and ends: a certificate holds through its last one."
                    ),
                ),
                FieldPanel(
                    "posting_grace_days",
                    help_text=_("So many days after the end people may still post. Usually none."),
                ),
            ],
            heading=_("Dates of later certificates"),
        ),
        FieldPanel(
            "retired_at",
            help_text=_("From then on nobody earns it. Certificates hold until they end."),
        ),
    ]
    base_form_class = CertificationForm

    proof = LedgerProof(known_as="certification {code}")

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(period_months__gte=1), name="certificates_certification_lasts"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """A certification asks for a course to be completed."""

    certification = ParentalKey(
        Certification, on_delete=models.CASCADE, related_name="requirements"
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="requirements")

    proof = LedgerProof(known_as="certification {certification__code}, course {course__code}")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "course"], name="certificates_requirement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification} <- {self.course}"


class CertificationEvent(models.Model):
    """Columns or courses of a certification changed. Append-only.

    `changes` holds {name: [before, after]}, by which standings know what held at any past moment
    (`certificates.acts.programmes`).
    """

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="events")
    changes = models.JSONField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(known_as="certification {certification__code}")

    class Meta:
        ordering = ("certification_id", "id")

    def __str__(self) -> str:
        return f"{self.certification_id} {', '.join(self.changes)}"


class Award(models.Model):
    """A certification earned once: a snapshot that never changes. What happens to it later is an AwardEvent.

    Valid at t when `valid_from <= t < expires_at`. `valid_through` is the last whole day in `policy_tz`;
    `expires_at` is the midnight after it as a UTC instant. Awards of one person in
    one certification form a chain by `previous`: each follows at most one and is followed by at most one.
    `code` is the public verification code: 128 random bits in Crockford base 32. `releases` says on which
    release number of each required course (by the course's id) it was earned; `release` is the one of the
    completion that earned it. `window_days` and `grace_days` are the terms it was issued on.
    """

    class Basis(models.TextChoices):
        ATTEMPT = "attempt", _("Passed the quiz")
        COMPLETION = "completion", _("Completed the course")
        EQUIVALENCE = "equivalence", _("Recognised other evidence")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=26, unique=True)
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="awards")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="awards")
    release = models.ForeignKey(CourseRelease, models.PROTECT, null=True, related_name="awards")
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next"
    )
    basis = models.CharField(max_length=20, choices=Basis.choices)
    completion = models.ForeignKey(
        CourseCompletion, models.PROTECT, null=True, blank=True, related_name="awards"
    )
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, null=True, blank=True, related_name="awards"
    )
    releases = models.JSONField(default=dict)
    evidence_note = models.CharField(max_length=500, blank=True)
    recipient_name = models.CharField(max_length=300)
    certification_title = models.CharField(max_length=200)
    locale = models.CharField(max_length=12)
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    issued_at = models.DateTimeField()
    valid_from = models.DateTimeField()
    valid_through = models.DateField()
    policy_tz = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    window_days = models.PositiveSmallIntegerField(default=60)
    grace_days = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    public_name = models.BooleanField(
        default=False, help_text=_("Show the full name to everybody who has the code.")
    )

    proof = LedgerProof(known_as="certificate {number}")

    class Meta:
        ordering = ("recipient_id", "certification_id", "valid_from")
        constraints = [
            # The chain has one beginning; with the one-to-one `previous` there is one newest award.
            models.UniqueConstraint(
                fields=["certification", "recipient"],
                condition=Q(previous__isnull=True),
                name="certificates_award_one_chain",
            ),
            # No award without evidence.
            models.CheckConstraint(
                condition=Q(basis="attempt", attempt__isnull=False)
                | Q(basis="completion", completion__isnull=False)
                | (Q(basis="equivalence", attempt__isnull=True) & ~Q(evidence_note="")),
                name="certificates_award_has_evidence",
            ),
            # A completion, and a passed quiz, earns a certification once.
            models.UniqueConstraint(
                fields=["certification", "completion"], name="certificates_award_completion_once"
            ),
            models.UniqueConstraint(
                fields=["certification", "attempt"], name="certificates_award_attempt_once"
            ),
            # Validity has a beginning before its end.
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("valid_from")), name="certificates_award_lasts"
            ),
        ]
        indexes = [
            # One person's awards in one certification: every status asks for them.
            models.Index(fields=["recipient", "certification"], name="certificates_award_person"),
            # Who expires when: reminders, lists.
            models.Index(fields=["certification", "expires_at"], name="certificates_award_expiry"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def earned_on(self) -> date:
        """The day on which it was earned, in the policy's zone."""
        return day_of(self.issued_at, self.policy_tz)

    def get_score_percent_display(self) -> str:
        """The score as it is told everywhere; '' for an award without one."""
        return tell_percent(self.score_percent)


class AwardEvent(models.Model):
    """What happened to an award after it was issued, from when it counts and when it was recorded. Append-only."""

    class Kind(models.TextChoices):
        SUPERSEDED = "superseded", _("Replaced by a newer one")
        REVOKED = "revoked", _("Withdrawn")
        REINSTATED = "reinstated", _("Withdrawal corrected")

    award = models.ForeignKey(Award, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="{kind}, certificate {award__number}")

    class Meta:
        ordering = ("award_id", "recorded_at", "id")
        constraints = [
            # Standings fold these rows and know these three words.
            models.CheckConstraint(
                condition=Q(kind__in=["superseded", "revoked", "reinstated"]),
                name="certificates_award_event_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award} {self.kind}"


class Waiver(models.Model):
    """Excuses a person from a training for a while. Never gives a right to post. Ended once, never deleted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="waivers")
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="waivers")
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span(agreed="until")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="certification {certification__code}, person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "starts_at")
        constraints = [
            # A waiver has a beginning before its end …
            models.CheckConstraint(
                condition=Q(until__gt=F("starts_at")), name="certificates_waiver_lasts"
            ),
            # … and ending it early says when that was recorded.
            check_end_recorded("certificates_waiver_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.certification_id}"


class Hold(models.Model):
    """Stops a person from posting, in one certification or in all (null). Ended once, never deleted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds")
    certification = models.ForeignKey(
        Certification, models.PROTECT, null=True, blank=True, related_name="holds"
    )
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    review_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span()
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="certification {certification__code}, person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "starts_at")
        constraints = [
            # The end of a hold says when it was recorded.
            check_end_recorded("certificates_hold_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d}"
