"""Signal receivers: issue awards when a course is completed, withdraw them when a regrade takes a pass away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from certificates import updates
from certificates.acts import awards, regrades
from courses.progress.course_states import register_recognitions
from courses.progress.updates import register_update_reader
from courses.signals import course_completed
from quizzes.models import Attempt
from quizzes.regrades.consequences import register_consequences
from quizzes.signals import pass_lost


def connect() -> None:
    """Called once, when the apps are ready."""
    course_completed.connect(issue_awards, dispatch_uid="certificates.issue_awards")
    pass_lost.connect(withdraw_awards, dispatch_uid="certificates.withdraw_awards")
    register_consequences("certificates", foretell_certificates)
    register_update_reader(updates.read_update)
    register_recognitions(updates.is_recognised)


def issue_awards(person_id: int, **_news: Any) -> None:
    """Issue inside the sender's transaction, so that nobody ever sees a pass without its award."""
    awards.issue_earned_awards(User.objects.get(pk=person_id), at=timezone.now())


def withdraw_awards(attempt: Attempt, reason: str, actor: str, at: datetime, **_news: Any) -> None:
    """Withdraw the awards that rested on the attempt, inside the sender's transaction."""
    regrades.withdraw_awards(attempt, reason=reason, actor=actor, at=at)


def foretell_certificates(won: Sequence[Attempt], lost: Sequence[Attempt]) -> dict[int, str]:
    """What a correction of marks would do to certificates, for those who decide about it."""
    return regrades.foretell_award_changes(won, lost, timezone.now())
