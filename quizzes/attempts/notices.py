"""What people are told about answers that a person marks: learners that they are marked, reviewers that some wait."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Responsibility, Role, User
from notifications import sending
from quizzes.models import Attempt


def notify_marked(attempt: Attempt, *, at: datetime) -> None:
    """Notify the person that their result is there."""
    sending.notify_from_template(
        attempt.person,
        "answers_marked",
        key=f"marked:{attempt.uuid}",
        link=reverse("quizzes:result", args=[attempt.uuid]),
        at=at,
        attempt=attempt,
        quiz=attempt.quiz,
    )


def notify_reviewers(attempt: Attempt, *, at: datetime) -> None:
    """Notify reviewers that answers wait: each at most once a day, however many come in."""
    for reviewer in reviewers_for(attempt, at):
        sending.notify_from_template(
            reviewer,
            "answers_wait",
            key=f"to-mark:{reviewer.uuid}:{at:%Y-%m-%d}",
            link=reverse("quizzes:marking"),
            at=at,
            attempt=attempt,
            quiz=attempt.quiz,
        )


def reviewers_for(attempt: Attempt, at: datetime) -> QuerySet[User]:
    """Who marks answers of this person's region at `at`. Without the person, and without superusers."""
    region = Q(region__isnull=True) | Q(region=attempt.person.region_id)
    held = Responsibility.objects.current(at).filter(
        region, role=Role.REVIEWER, person=OuterRef("pk")
    )
    return User.objects.filter(Exists(held)).exclude(pk=attempt.person_id).order_by("pk")
