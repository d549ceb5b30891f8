"""What certificates do when a course is completed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates import awards
from courses.signals import course_completed


def connect() -> None:
    """Called once, when the apps are ready."""
    course_completed.connect(issue_awards, dispatch_uid="certificates.issue_awards")


def issue_awards(person_id: int, **_news: Any) -> None:
    """Issue at once, inside the sender's transaction: a pass without its award is never seen."""
    awards.review(User.objects.get(pk=person_id), at=timezone.now())
