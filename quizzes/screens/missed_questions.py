"""What somebody missed in a try, asked again as practice: no try, nothing stored, no more told than of the try itself.

It is offered only once the policy tells which answers were right: before, the list alone would tell it. A question
that stands in another open, judged try of the person is left out meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.api.requests import PersonRequest
from items.kinds.kind import Reveal
from items.sentences import translate
from quizzes.attempts import messages, open_items, starting
from quizzes.models import Attempt, Response
from quizzes.rules import feedback_policy, settings
from quizzes.screens import attempt_views, questions, result
from quizzes.screens.questions import AskedQuestion, QuestionPictures

Forms = Mapping[int, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class MissedQuestion:
    """A missed question with the answer of now; `reveal` is None until there is one. `problem`: what is unusable."""

    question: AskedQuestion
    aspects: frozenset[str]
    reveal: Reveal | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """The prefix of the question's fields and ids."""
        return f"q{self.question.slot}-"

    @property
    def with_score(self) -> bool:
        return settings.SCORE in self.aspects


@attempt_views.own_attempts_only
@require_http_methods(["GET", "HEAD", "POST"])
def redo_missed_questions(request: PersonRequest, attempt: Any) -> HttpResponse:
    """Ask again what the person missed; a POST says beside each answer how it is now. Nothing is stored."""
    mine = questions.get_own_attempt(attempt, request.user)
    forms = messages.split_by_question(dict(request.POST.lists()))
    asked = request.method == "POST"
    rows = list_missed_questions(mine, forms if asked else None, timezone.now())
    if not rows:
        return redirect("quizzes:resume", attempt)  # the result says what is told, and when more is
    context = {
        "attempt": mine,
        "quiz": mine.quiz,
        "rows": rows,
        "answered": sum(row.reveal is not None for row in rows) if asked else None,
        "right": sum(bool(row.reveal and row.reveal.correct) for row in rows),
    }
    return render(request, "quizzes/missed.html", context)


def list_missed_questions(
    attempt: Attempt, forms: Forms | None, at: datetime
) -> list[MissedQuestion]:
    """The questions missed in a handed-in try that may be asked again at `at`, each with its new answer in `forms`."""
    if attempt.state != Attempt.State.SUBMITTED:
        return []
    found = starting.check_tries(attempt.person, attempt.quiz, at=at)
    told = result.told_aspects(settings.read_rules(attempt.rules), attempt, found, at)
    examined = open_items.find_examined_slots(attempt)
    rows = []
    for one in questions.load_questions(attempt):
        aspects = feedback_policy.withhold_item(told, examined=one.slot in examined)
        if result.may_redo(one, aspects):
            rows.append(_ask_again(one.response, aspects, forms))
    album = QuestionPictures([row.question for row in rows])
    for row in rows:
        row.question.album = album
    return rows


def _ask_again(stored: Response, aspects: frozenset[str], forms: Forms | None) -> MissedQuestion:
    """The question as if it had never been answered, or with the answer sent now."""
    blank = Response(
        attempt=stored.attempt,
        slot=stored.slot,
        version=stored.version,
        order=stored.order,
        max_mark=stored.max_mark,
    )
    question = AskedQuestion(blank, (forms or {}).get(stored.slot, {}))
    if forms is None or question.blank:
        return MissedQuestion(question, aspects)
    problem = question.complaint
    if problem is not None:
        return MissedQuestion(question, aspects, problem=translate(problem))
    return MissedQuestion(question, aspects, question.told(aspects))
