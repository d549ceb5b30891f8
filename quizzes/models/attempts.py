from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRelease
from items.models import ItemVersion
from ledger.facts import LedgerProof
from quizzes.models.quizzes import Quiz

# The name in `Attempt.result` under which an attempt keeps its results from before each correction of marks.
CORRECTIONS = "corrections"


class RulesSnapshot(models.Model):
    """The rules of a quiz as attempts began with them: once for all attempts with the same rules. Append-only.

    Made by `quizzes.attempts.snapshots.snapshot_rules`. `sha256` is over the canonical JSON of `rules`.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    rules = models.JSONField()

    class Meta:
        verbose_name = _("settings of a quiz")
        verbose_name_plural = _("settings of quizzes")
        ordering = ("sha256",)

    def __str__(self) -> str:
        return self.sha256


class Attempt(models.Model):
    """One go at a quiz. The row exists from the moment the person presses start; times are the server's.

    `snapshot` and the draw (the Response rows) are frozen at the start. It is submitted exactly once, by the
    person or, when its deadline has passed, by the sweeper. Scores are written with the submission; while
    answers wait for a reviewer the state is `marking`, and there is no verdict yet.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SUBMITTED = "submitted"
        MARKING = "marking"
        VOID = "void"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    release = models.ForeignKey(CourseRelease, models.PROTECT, null=True, related_name="attempts")
    number = models.PositiveIntegerField()
    locale = models.CharField(max_length=12)
    seed = models.CharField(max_length=64)
    snapshot = models.ForeignKey(RulesSnapshot, models.PROTECT, related_name="attempts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=20, blank=True, help_text="person, deadline")
    extensions = models.PositiveSmallIntegerField(
        default=0, help_text="how often the person added time"
    )
    score = models.DecimalField(max_digits=18, decimal_places=12, null=True, blank=True)
    max_score = models.DecimalField(max_digits=18, decimal_places=12, null=True, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True)
    result = models.JSONField(default=dict)

    proof = LedgerProof(
        # How long an open try still runs: saved with each extension, and nothing rests on it afterwards.
        without=("deadline_at", "extensions"),
        known_as="try {number} at quiz {quiz__code}, person {person__hr_id}",
    )

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ("person_id", "quiz_id", "number")
        constraints = [
            # One open attempt per person and quiz.
            models.UniqueConstraint(
                fields=["person", "quiz"],
                condition=Q(state="open"),
                name="quizzes_attempt_one_open",
            ),
            # Attempts are counted 1, 2, 3…
            models.UniqueConstraint(
                fields=["person", "quiz", "number"], name="quizzes_attempt_number_once"
            ),
            # A submitted attempt has its moment and its verdict; an open one has neither.
            models.CheckConstraint(
                condition=(
                    Q(
                        state="submitted",
                        submitted_at__isnull=False,
                        passed__isnull=False,
                        percent__isnull=False,
                    )
                    | Q(state="open", submitted_at__isnull=True, passed__isnull=True)
                    | Q(state="marking", submitted_at__isnull=False, passed__isnull=True)
                    | Q(state="void")
                ),
                name="quizzes_attempt_state_fits",
            ),
            # A score lies between 0 and the maximum.
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=F("max_score")),
                name="quizzes_attempt_score_in_range",
            ),
        ]
        indexes = [
            # The sweeper: open attempts whose time is up.
            models.Index(
                fields=["deadline_at"],
                name="quizzes_attempt_due",
                condition=Q(state="open"),
            ),
            # The people console: passes and scores of many people.
            models.Index(fields=["quiz", "submitted_at"], name="quizzes_attempt_by_quiz"),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"

    @property
    def rules(self) -> dict[str, Any]:
        """The rules it began with. Query attempts whose rules are read with select_related("snapshot")."""
        rules: dict[str, Any] = self.snapshot.rules
        return rules


class Response(models.Model):
    """One question of one attempt: what was drawn, in which order it is shown, what was answered.

    `order` maps the opaque tokens the browser sees to real option ids. `form` is what the browser sent
    last, in tokens, so that saving is one statement. `seq` grows with every save, and `writer` names the page
    that sent it ('' for a form without scripts): a message is the stored one only if both are its own.
    `answer` (real ids) and the mark are written at submission.
    """

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    slot = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="responses")
    order = models.JSONField()
    form = models.JSONField(default=dict, blank=True)
    answer = models.JSONField(null=True, blank=True)
    seq = models.BigIntegerField(default=0)
    writer = models.CharField(max_length=36, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    flagged = models.BooleanField(default=False)
    revealed_at = models.DateTimeField(null=True, blank=True)
    mark = models.DecimalField(max_digits=18, decimal_places=12, null=True, blank=True)
    max_mark = models.DecimalField(max_digits=18, decimal_places=12, default=1)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("attempt_id", "slot")
        constraints = [
            # One answer per question of an attempt.
            models.UniqueConstraint(fields=["attempt", "slot"], name="quizzes_response_slot_once"),
            # No item is asked twice in one attempt.
            models.UniqueConstraint(
                fields=["attempt", "version"], name="quizzes_response_version_once"
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0, mark__lte=F("max_mark")),
                name="quizzes_response_mark_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.slot}"


class MarkEvent(models.Model):
    """A mark given to a response: by which version, why, by whom. Append-only; the newest one counts."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="mark_events")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    regrade = models.ForeignKey(
        "quizzes.Regrade", models.PROTECT, null=True, blank=True, related_name="mark_events"
    )
    mark = models.DecimalField(max_digits=18, decimal_places=12)
    max_mark = models.DecimalField(max_digits=18, decimal_places=12)
    reason = models.CharField(max_length=40, help_text="graded, reviewed, regraded")
    rubric = models.JSONField(default=dict, help_text="criterion id: level id, as a reviewer chose")
    comment = models.TextField(blank=True, help_text="a reviewer's words to the learner")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    proof = LedgerProof(
        known_as=(
            "question {version__item__bank__code}/{version__item__code}, version {version__number},"
            " try {response__attempt__number} of person {response__attempt__person__hr_id}"
        )
    )

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ("response_id", "id")

    def __str__(self) -> str:
        return f"{self.response_id} {self.mark}/{self.max_mark}"
