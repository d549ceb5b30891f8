from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.facts import LedgerProof
from ledger.spans import Span, SpanQuerySet, check_choice


class Principle(models.Model):
    """One of the principles people learn, whatever the language. `key` is its pages' translation key.

    `title` is a cache of the source page's title, set when that page is published.
    """

    key = models.UUIDField(unique=True, editable=False)
    number = models.PositiveSmallIntegerField(_("number"), unique=True, null=True)
    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=255)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.title if self.number is None else f"{self.number}. {self.title}"


class Course(models.Model):
    """A course, whatever the language. Progress, releases and certificates refer to this row, not to a page."""

    key = models.UUIDField(unique=True, editable=False)
    code = models.CharField(_("code"), max_length=50, unique=True)
    title = models.CharField(_("title"), max_length=255)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class ChangeClass(models.TextChoices):
    EDITORIAL = "editorial", _("Editorial: words only, nobody is affected")
    MINOR = "minor", _("Minor: new learners get it, holders are unaffected")
    MATERIAL = "material", _("Material: holders have to catch up")


class CourseRelease(models.Model):
    """An immutable snapshot of a course as published: page revisions, quiz rules, item versions.

    Made by `courses.releases.cut_release`. `sha256` is over the canonical JSON of `content`. Attempts,
    completions and awards point at the release they were made on. Never changed, never deleted.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    change_class = models.CharField(max_length=20, choices=ChangeClass.choices)
    note = models.CharField(max_length=500, blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(known_as="course {course__code}, release {number}")

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("course_id", "number")
        constraints = [
            # Releases of a course are counted 1, 2, 3…
            models.UniqueConstraint(
                fields=["course", "number"], name="courses_release_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course.code} {self.label}"

    @property
    def label(self) -> str:
        return f"v{self.number}"


class ReleaseEvent(models.Model):
    """What was said about the change class of a release after it was published. Append-only.

    An author proposes, a reviewer who is somebody else confirms, refuses or asks for changes: `courses.changes.rules`
    folds these rows. `note` is what holders read, `principles` the primary keys of what they have to catch up on
    (none: on the whole course).
    """

    class What(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        RETURNED = "returned", _("Changes asked for")

    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="events")
    what = models.CharField(max_length=20, choices=What.choices)
    note = models.CharField(max_length=500, blank=True)
    principles = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=500)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(known_as="course {release__course__code}, release {release__number}")

    class Meta:
        ordering = ("release_id", "id")
        constraints = [
            # The fold knows these four words.
            check_choice(
                "what",
                ["proposed", "confirmed", "refused", "returned"],
                "courses_release_event_known",
            ),
            # A material change is confirmed once.
            models.UniqueConstraint(
                fields=["release"],
                condition=Q(what="confirmed"),
                name="courses_release_confirmed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.what}"


class VersionFloor(models.Model):
    """From `effective_at` a certificate counts only if earned on `release` or a later one. Append-only."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="floors")
    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=500, blank=True)

    proof = LedgerProof(known_as="course {course__code}, release {release__number}")

    class Meta:
        ordering = ("course_id", "effective_at")

    def __str__(self) -> str:
        return f"{self.course.code} >= v{self.release.number}"


class Assignment(models.Model):
    """A person has to take a course: why, since when, until when. Closed once, never reopened or deleted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    actor = models.CharField(max_length=120)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=40, blank=True)

    span = Span(begins="assigned_at", ended="closed_at", end_recorded="")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="course {course__code}, person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "course_id", "assigned_at")
        constraints = [
            # One open assignment per person and course.
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(closed_at__isnull=True),
                name="courses_assignment_one_open",
            ),
        ]
        indexes = [
            # One person's assignments, closed ones too: lists and exports ask for many people at once.
            models.Index(fields=["person", "course"], name="courses_assignment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id}"


class Enrolment(models.Model):
    """A person started a course. One is open at a time; a renewal opens a new one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments")
    release = models.ForeignKey(
        CourseRelease, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, default="self")
    recorded_at = models.DateTimeField(default=timezone.now)

    span = Span(begins="started_at", ended="closed_at", end_recorded="")
    objects = SpanQuerySet.as_manager()

    proof = LedgerProof(known_as="course {course__code}, person {person__hr_id}")

    class Meta:
        ordering = ("person_id", "course_id", "started_at")
        constraints = [
            # One open enrolment per person and course.
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(closed_at__isnull=True),
                name="courses_enrolment_one_open",
            ),
        ]
        indexes = [
            # One person's enrolments, closed ones too.
            models.Index(fields=["person", "course"], name="courses_enrolment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id}"


class StepCompletion(models.Model):
    """A person read a lesson to the end once. `step` is the lesson page's translation key, so any
    language counts, and deleting the page takes nothing away. Progress only grows."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="steps")
    course = models.ForeignKey(Course, models.PROTECT, related_name="steps")
    step = models.UUIDField()
    locale = models.CharField(max_length=12)
    completed_at = models.DateTimeField()

    proof = LedgerProof(known_as="course {course__code}, person {person__hr_id}")

    class Meta:
        verbose_name = _("lesson that was read")
        verbose_name_plural = _("lessons that were read")
        ordering = ("completed_at",)
        constraints = [
            # A person completes a step once, in whichever language.
            models.UniqueConstraint(fields=["person", "step"], name="courses_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.step}"


class CourseCompletion(models.Model):
    """A person fulfilled everything a course asks (lessons and quiz) on one release. Append-only."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, models.PROTECT, related_name="completions")
    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    evidence = models.CharField(max_length=120, unique=True, help_text="attempt:<uuid>")

    proof = LedgerProof(known_as="course {course__code}, person {person__hr_id}")

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ("completed_at",)

    def __str__(self) -> str:
        return f"{self.person_id} {self.course_id} {self.completed_at:%Y-%m-%d}"
