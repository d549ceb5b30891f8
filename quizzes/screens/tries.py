"""A person's own tries at every quiz, newest first: when, and what may be told of them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.api.requests import PersonRequest
from accounts.models import User
from items import sentences
from quizzes.attempts import facts, open_items
from quizzes.attempts.submitting import close_if_over
from quizzes.models import Attempt, Quiz
from quizzes.rules import feedback_policy, settings
from quizzes.rules.eligibility import Eligibility, judge_eligibility
from quizzes.screens import result


@dataclass(frozen=True, slots=True)
class OwnTry:
    """One try in the list. `headline` is its verdict, with the score where that may be told; '' while there is none.

    `tells_questions`: the questions may be shown, because the try is open or the result page shows them.
    """

    attempt: Attempt
    started: str
    handed_in: str
    headline: str
    tells_questions: bool = True


@dataclass(frozen=True, slots=True)
class QuizTries:
    """One quiz with the person's tries at it, the newest first."""

    quiz: Quiz
    tries: list[OwnTry]


@require_safe
@login_required
def list_own_tries(request: PersonRequest) -> HttpResponse:
    """`/quiz/tries/`: every try of the signed-in person, also those of earlier rounds."""
    listed = own_tries(request.user, timezone.now())
    return render(request, "quizzes/tries.html", {"listed": listed})


def own_tries(person: User, at: datetime) -> list[QuizTries]:
    """The person's quizzes with their tries; one whose time is up is handed in first.

    Five queries, however many; two more while one is open.
    """
    stored = (
        Attempt.objects.filter(person=person)
        .select_related("quiz__course", "person", "snapshot")
        .order_by("quiz__title", "-number")
    )
    rows = [close_if_over(row, person, at=at) for row in stored]
    quizzes = {row.quiz_id: row.quiz for row in rows}
    known = facts.gather_facts_by_person([person], list(quizzes.values())).get(person, [])
    found = {
        quiz.pk: judge_eligibility(told, settings.read_rules(quiz.rules), at=at)
        for quiz, told in known
    }
    examined = open_items.find_examined_attempts(person) if _has_open(rows) else frozenset()
    return [
        QuizTries(
            quiz,
            [
                _own_try(row, found[pk], at, examined=row.pk in examined)
                for row in rows
                if row.quiz_id == pk
            ],
        )
        for pk, quiz in quizzes.items()
    ]


def _has_open(rows: Iterable[Attempt]) -> bool:
    return any(row.state == Attempt.State.OPEN for row in rows)


def _own_try(attempt: Attempt, found: Eligibility, at: datetime, *, examined: bool) -> OwnTry:
    headline, tells_questions = "", attempt.state == Attempt.State.OPEN
    if attempt.state == Attempt.State.VOID:
        headline = _("Taken back: it uses up none of your tries")
    if attempt.state == Attempt.State.SUBMITTED:
        rules = settings.read_rules(attempt.rules)
        told = feedback_policy.withhold_score(
            result.told_aspects(rules, attempt, found, at), examined=examined
        )
        tells_questions = not rules.judged or bool(told - {settings.SCORE})
        headline = result.result_headline(attempt, rules, with_score=settings.SCORE in told)
    return OwnTry(
        attempt,
        sentences.format_moment(attempt.started_at, attempt.person),
        sentences.format_moment(attempt.submitted_at, attempt.person),
        headline,
        tells_questions,
    )
