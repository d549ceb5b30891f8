"""Marks are corrected while an answer of the same attempt waits for a reviewer."""

from __future__ import annotations

from datetime import datetime

import pytest

from accounts.models import User
from quizzes.attempts import marking
from quizzes.attempts.marking import ReviewerJudgement
from quizzes.models import Attempt, MarkEvent, Response
from quizzes.regrades import applying
from quizzes.rules.regrading import DROP, FULL_CREDIT
from tests.factories.quizzes import make_bank, make_quiz, make_row, take
from tests.quizzes.faulty import planned, regrade

pytestmark = pytest.mark.django_db
State = Attempt.State


@pytest.fixture
def waiting(ada: User, now: datetime) -> Attempt:
    """An attempt whose single choice is wrong and whose free text waits for a reviewer."""
    bank = make_bank("WORDS", make_row("free_text"), make_row("single"))
    return take(ada, make_quiz(bank, pass_percent=100), now, right=False)


def response_of(attempt: Attempt, kind: str) -> Response:
    return attempt.responses.select_related("version").get(version__kind=kind)


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.get(pk=attempt.pk)


def best(response: Response) -> ReviewerJudgement:
    criteria = response.version.content["criteria"]
    return ReviewerJudgement({row["id"]: row["levels"][0]["id"] for row in criteria}, "Well said.")


def test_regrade_counts_after_the_reviewer_has_marked(
    waiting: Attempt, dana: User, ravi: User, now: datetime
) -> None:
    faulty = response_of(waiting, "single").version
    plan = planned(faulty, FULL_CREDIT)
    assert (plan.changes, plan.counts["waiting"]) == ([], 1)
    regrade(faulty, FULL_CREDIT, actor=dana)
    assert (fresh(waiting).state, response_of(waiting, "single").mark) == (State.MARKING, 1)
    words = response_of(waiting, "free_text")
    done = marking.mark_answer(words.pk, ravi, best(words), at=now)
    assert (done.state, done.passed, done.percent) == (State.SUBMITTED, True, 100)


@pytest.mark.parametrize(("option", "of"), [(FULL_CREDIT, 2), (DROP, 1)])
def test_attempt_that_needs_no_review_after_regrade_is_judged(
    waiting: Attempt, dana: User, option: str, of: int
) -> None:
    faulty = response_of(waiting, "free_text").version
    done = regrade(faulty, option, actor=dana)
    judged = fresh(waiting)
    assert (judged.state, judged.passed, judged.max_score) == (State.SUBMITTED, False, of)
    assert MarkEvent.objects.get(regrade=done).response.version == faulty
    assert not marking.marking_queue(dana, judged.submitted_at).exists()
    assert applying.find_unfinished_regrades() == []
