from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PersonQuerySet
from ledger import entries
from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_choice, check_end_recorded


class RegionManager(models.Manager["Region"]):
    @transaction.atomic
    def add_region(
        self, code: str, *, name: str, time_zone: str, actor: str, at: datetime
    ) -> Region:
        """The region of this code; the ledger tells of a new one. Nothing else makes regions."""
        region, new = self.get_or_create(code=code, defaults={"name": name, "time_zone": time_zone})
        if new:
            entries.append_entry(
                kind="region.added", subject=f"region:{code}", actor=actor, at=at, facts=[region]
            )
        return region


class Region(models.Model):
    """A market: people belong to one; channels, freezes and HR scopes may be limited to one."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")

    objects = RegionManager()

    proof = LedgerProof(known_as="region {code}")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """An organisational unit as HR names it; units nest."""

    code = models.CharField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    proof = LedgerProof(only=("code",), known_as="team {code}")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with `email` (stored casefolded). Raises ValueError without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        person = self.model(email=email.strip().casefold(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a superuser: whoever can write to the database, on the server. The ledger tells of it."""
        with transaction.atomic():
            person = self.create_user(email, password, is_superuser=True, **fields)
            entries.append_entry(
                kind="person.superuser",
                subject=person.actor,
                actor="system:createsuperuser",
                at=person.created_at,
                facts=[person],
            )
        return person

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").casefold())


class PersonKind(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    CONTRACTOR = "contractor", _("Contractor")
    SERVICE = "service", _("Service")


class User(AbstractBaseUser, PermissionsMixin):
    """One person, known for ever by `hr_id`, or a service account (kind=service, no hr_id).

    E-mail, name, team and region are attributes that change; `hr_id` is never changed or reused.
    Leaving never deletes a person. `left_at` is a cache of the newest EmploymentEvent, kept for
    lists; decisions read the events.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    hr_id = models.CharField(_("HR id"), max_length=50, unique=True, null=True, blank=True)
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    display_name = models.CharField(_("name shown"), max_length=300)
    kind = models.CharField(
        _("kind"), max_length=20, choices=PersonKind.choices, default=PersonKind.EMPLOYEE
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="people")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="people")
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    sponsor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="sponsored"
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    site = models.CharField(_("site"), max_length=100, blank=True)
    job_code = models.CharField(_("job code"), max_length=50, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)
    locale = models.CharField(_("language"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    contract_ends_on = models.DateField(_("contract ends on"), null=True, blank=True)
    is_active = models.BooleanField(_("can sign in"), default=True)
    time_factor = models.DecimalField(_("time factor"), max_digits=4, decimal_places=2, default=1)
    extra_attempts = models.PositiveSmallIntegerField(_("extra tries"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = PersonManager()

    proof = LedgerProof(
        only=(
            *("is_superuser", "uuid", "email", "hr_id", "kind", "region", "team", "manager"),
            *("sponsor", "starts_on", "left_at", "contract_ends_on", "is_active"),
            *("time_factor", "extra_attempts"),
        ),
        known_as="person {hr_id}",
        # What somebody needs because of an illness is nobody's to read in the ledger.
        unmarked=("time_factor", "extra_attempts"),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("family_name", "given_name", "id")
        constraints = [
            # The address is the sign-in name: two spellings of one address are one person.
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            # HR ids identify people; tools have none.
            models.CheckConstraint(
                condition=Q(kind="service") | Q(hr_id__isnull=False) | Q(is_superuser=True),
                name="accounts_user_person_has_hr_id",
            ),
            # A time factor multiplies the time for a quiz: at least a fifth, at most ten times.
            models.CheckConstraint(
                condition=Q(time_factor__gte=0.2, time_factor__lte=10),
                name="accounts_user_time_factor_sane",
            ),
            check_choice("kind", PersonKind.values, "accounts_user_kind_known"),
        ]
        indexes = [
            # The HR console's default order and its keyset.
            models.Index(fields=["family_name", "given_name", "id"], name="accounts_user_by_name"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.given_name or self.display_name

    @property
    def actor(self) -> str:
        """How the ledger names this person."""
        return f"person:{self.uuid}"

    def has_left(self, at: datetime) -> bool:
        return self.left_at is not None and self.left_at <= at


class EmploymentEvent(models.Model):
    """A dated fact about somebody: joined, left, returned, moved, on leave, a contract date, manager, sponsor, kind or
    team set, the account switched off or on by an administrator.

    Append-only. `effective_at` is when the fact counts, `recorded_at` when it was written down.
    `corrects` is the instant of an earlier fact of the same kind that this one replaces. Manager and sponsor
    are `other` from then on and were `former`; the kind is `kind` and was `former_kind`, the team `team` and
    `former_team`. A leave is an `Absence`.
    `accounts.rules` derives the employment at any past moment from these rows.
    """

    class What(models.TextChoices):
        JOINED = "joined", _("Joined")
        LEFT = "left", _("Left")
        RETURNED = "returned", _("Returned")
        MOVED = "moved", _("Moved")
        CONTRACT = "contract", _("Contract date set")
        MANAGER = "manager", _("Manager set")
        SPONSOR = "sponsor", _("Sponsor set")
        KIND = "kind", _("Kind set")
        TEAM = "team", _("Team set")
        SWITCHED_OFF = "switched_off", _("Account switched off")
        SWITCHED_ON = "switched_on", _("Account switched on again")

    person = models.ForeignKey(User, models.PROTECT, related_name="employment")
    what = models.CharField(max_length=20, choices=What.choices)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    ends_at = models.DateTimeField(null=True, blank=True)
    corrects = models.DateTimeField(null=True, blank=True)
    other = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    former = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=PersonKind.choices, blank=True)
    former_kind = models.CharField(max_length=20, choices=PersonKind.choices, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    former_team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="{what}, person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "effective_at", "id")
        constraints = [
            # Decisions fold these rows; a word they do not know would be skipped without a sound.
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        *("joined", "left", "returned", "moved", "contract"),
                        *("manager", "sponsor", "kind", "team"),
                        *("switched_off", "switched_on"),
                    ]
                ),
                name="accounts_employment_what_known",
            ),
        ]
        indexes = [
            # All facts about the people of one decision batch.
            models.Index(fields=["person", "recorded_at"], name="accounts_employment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.what} {self.effective_at:%Y-%m-%d}"


class Absence(models.Model):
    """Somebody is on leave, from when until when; why is never stored. Ended once, never deleted.

    After 90 days the roles of before it end. Without `until` nobody knows yet when they come back. One that is said
    anew is ended at its own beginning, and the new one follows.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)

    span = Span(agreed="until")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "starts_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("starts_at")), name="accounts_absence_lasts"
            ),
            check_end_recorded("accounts_absence_end_is_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d}"


class Role(models.TextChoices):
    AUTHOR = "author", _("Author")
    REVIEWER = "reviewer", _("Reviewer")
    HR = "hr", _("HR")
    AUDITOR = "auditor", _("Auditor")
    REGIONAL_LEAD = "regional_lead", _("Regional lead")
    GOVERNANCE = "governance", _("Channel governance")


class Responsibility(models.Model):
    """A role somebody holds, everywhere or in one region, from when until when. Never gives posting rights.

    `ends_at` is the end agreed at the start. Ended once, never deleted.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="responsibilities")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_recorded_at = models.DateTimeField(null=True, blank=True)
    end_actor = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    span = Span(agreed="ends_at")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="{role}, person {person__hr_id}")

    class Meta:
        verbose_name_plural = "responsibilities"
        constraints = [
            # One open grant of a role per person and region …
            models.UniqueConstraint(
                fields=["person", "role", "region"],
                condition=Q(ended_at__isnull=True, ends_at__isnull=True, region__isnull=False),
                name="accounts_responsibility_once",
            ),
            # … and one that holds everywhere.
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(ended_at__isnull=True, ends_at__isnull=True, region__isnull=True),
                name="accounts_responsibility_everywhere_once",
            ),
            # A role ends after it starts.
            models.CheckConstraint(
                condition=(
                    (Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")))
                    & (Q(ended_at__isnull=True) | Q(ended_at__gt=models.F("starts_at")))
                ),
                name="accounts_responsibility_ends_later",
            ),
            check_end_recorded("accounts_responsibility_end_is_recorded"),
            check_choice("role", Role.values, "accounts_responsibility_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"

    @property
    def last_moment(self) -> datetime | None:
        """The last instant before the agreed end."""
        return self.ends_at - timedelta(microseconds=1) if self.ends_at else None

    def has_ended(self, at: datetime) -> bool:
        return any(end is not None and end <= at for end in (self.ends_at, self.ended_at))


class HrAlias(models.Model):
    """Another HR id of the same person (a returner, a second employment). Never removed."""

    hr_id = models.CharField(max_length=50, unique=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="aliases")
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(known_as="HR id {hr_id}, person {person__hr_id}")

    class Meta:
        verbose_name_plural = "HR aliases"

    def __str__(self) -> str:
        return self.hr_id
