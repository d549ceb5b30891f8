from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Principle
from items.models import ItemVersion
from ledger.facts import LedgerProof
from quizzes.models.attempts import Attempt, Response
from quizzes.models.quizzes import Quiz


class Unlock(models.Model):
    """More tries at a quiz, given to one person by their manager or an author, with a reason. Append-only."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="unlocks")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="unlocks")
    tries = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(known_as="quiz {quiz__code}, person {person__hr_id}")

    class Meta:
        verbose_name = _("another try")
        verbose_name_plural = _("other tries")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(tries__gte=1), name="quizzes_unlock_gives_some"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.quiz} +{self.tries}"


class Recap(models.Model):
    """After a failed attempt the person has read one principle's lessons again. Append-only."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="recaps")
    principle = models.ForeignKey(Principle, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    proof = LedgerProof(
        known_as=(
            "{principle__code}, try {attempt__number} at quiz {attempt__quiz__code},"
            " person {attempt__person__hr_id}"
        )
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            # One row per attempt and principle, however often the person reads the recap.
            models.UniqueConstraint(fields=["attempt", "principle"], name="quizzes_recap_once"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.principle_id}"


class ItemReport(models.Model):
    """A learner says that something is wrong with a question they were asked.

    An author settles it once: with what came of it, and an answer the learner can read.
    """

    class Category(models.TextChoices):
        KEY = "key", _("The right answer is wrong")
        UNCLEAR = "unclear", _("The question is unclear")
        OUTDATED = "outdated", _("It is out of date")
        LANGUAGE = "language", _("The language is wrong or hurts")
        OTHER = "other", _("Something else")

    class Resolution(models.TextChoices):
        REGRADED = "regraded", _("Marks were corrected")
        REWORDED = "reworded", _("The question was mended")
        KEPT = "kept", _("The question stays as it is")

    response = models.ForeignKey(Response, models.PROTECT, related_name="reports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="item_reports"
    )
    category = models.CharField(max_length=20, choices=Category.choices)
    text = models.TextField(blank=True)
    reported_at = models.DateTimeField()
    resolution = models.CharField(max_length=20, choices=Resolution.choices, blank=True)
    answer = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolver = models.CharField(max_length=120, blank=True)

    proof = LedgerProof(
        without=("text",),
        known_as=(
            "question {response__version__item__bank__code}/{response__version__item__code},"
            " version {response__version__number}"
        ),
    )

    class Meta:
        verbose_name = _("report about a question")
        verbose_name_plural = _("reports about questions")
        ordering = ("reported_at", "id")
        constraints = [
            # One open report per question and person: a further text is appended to it.
            models.UniqueConstraint(
                fields=["response", "person"],
                condition=Q(resolved_at__isnull=True),
                name="quizzes_report_one_open",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution="")
                | (Q(resolved_at__gte=F("reported_at")) & ~Q(resolution="")),
                name="quizzes_report_settled_whole",
            ),
        ]
        indexes = [
            # The authors' queue.
            models.Index(
                fields=["reported_at"],
                name="quizzes_report_open",
                condition=Q(resolved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} {self.category}"


class Regrade(models.Model):
    """What was decided about a faulty item version, once for everybody who was asked it. Append-only.

    `corrected` is the version whose key is right, for the options that mark anew by it. `counts` keeps what
    the dry run told: responses, scores, passes won and lost.
    """

    class Option(models.TextChoices):
        FULL = "full_credit", _("Full points for everybody")
        BEST = "current_and_previous", _("Points for the old right answer and for the new one")
        CURRENT = "current_only", _("Points for the new right answer only")
        DROP = "drop", _("Leave the question out of everybody's score")
        NONE = "none", _("Change no marks")

    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="regrades")
    corrected = models.ForeignKey(
        ItemVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    option = models.CharField(max_length=30, choices=Option.choices)
    keep_passes = models.BooleanField(default=True)
    reason = models.TextField()
    note = models.TextField(blank=True, help_text="what the people affected are told")
    counts = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(
        known_as="question {version__item__bank__code}/{version__item__code}, version {version__number}"
    )

    class Meta:
        verbose_name = _("correction of marks")
        verbose_name_plural = _("corrections of marks")
        ordering = ("id",)
        constraints = [
            # Marking by a new key needs the version that has it.
            models.CheckConstraint(
                condition=~Q(option__in=["current_and_previous", "current_only"])
                | Q(corrected__isnull=False),
                name="quizzes_regrade_has_its_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.option}"
