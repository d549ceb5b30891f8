"""Notices about corrected marks and about settled reports, each sent once."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from notifications import sending
from quizzes.models import ItemReport, Regrade
from quizzes.regrades.affected import AffectedAttempt
from quizzes.rules.settings import AFTER_SUBMIT, SCORE


def notify_of_regrade(regrade: Regrade, one: AffectedAttempt, *, at: datetime) -> None:
    """Notify a person that the score or verdict of their attempt has changed, and why."""
    attempt = one.attempt
    sending.notify_from_template(
        attempt.person,
        "regraded",
        key=f"regraded:{regrade.pk}:{attempt.uuid}",
        link=reverse("quizzes:result", args=[attempt.uuid]),
        at=at,
        quiz=attempt.quiz.title,
        note=regrade.note,
        before=one.before.told,
        after=one.after.told,
        scored_anew=one.before.told != one.after.told and SCORE in one.rules.feedback[AFTER_SUBMIT],
        won=one.won,
        lost=one.lost,
        kept=one.kept,
    )


def notify_of_settlement(report: ItemReport, *, at: datetime) -> None:
    """Notify the person who reported a question of its resolution."""
    attempt = report.response.attempt
    sending.notify_from_template(
        report.person,
        "report_settled",
        key=f"report-settled:{report.pk}",
        link=reverse("quizzes:result", args=[attempt.uuid]),
        at=at,
        quiz=attempt.quiz.title,
        slot=report.response.slot,
        resolution=report.get_resolution_display(),
        answer=report.answer,
    )
