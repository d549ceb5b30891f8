"""What people are told when marks were corrected, or a question they reported was looked at. Once each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from notifications import sending
from quizzes.affected import Affected
from quizzes.models import ItemReport, Regrade
from quizzes.rules_of import AFTER_SUBMIT, SCORE


def tell(regrade: Regrade, one: Affected, *, at: datetime) -> None:
    """Tell somebody that the score or the verdict of their attempt is another one now, and why."""
    attempt = one.attempt
    _send(
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


def settled(report: ItemReport, *, at: datetime) -> None:
    """Tell whoever reported a question what came of it."""
    attempt = report.response.attempt
    _send(
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


def _send(recipient: User, kind: str, *, key: str, link: str, at: datetime, **about: Any) -> None:
    """The template's first line is the subject, the rest the message."""
    with sending.speaking(recipient):
        words = render_to_string(f"emails/{kind}.txt", about).strip()
    subject, _newline, body = words.partition("\n")
    sending.notify(
        recipient, kind=kind, key=key, subject=subject, body=body.strip(), link=link, at=at
    )
