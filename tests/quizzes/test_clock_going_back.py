from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from quizzes.attempts.submitting import submit_attempt
from tests.conftest import NOW
from tests.factories.quizzes import make_attempt, make_quiz

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("back", "warned"), [(-1, False), (0, False), (1, True), (90_000, True)])
def test_hand_in_never_lies_before_its_start(ada, caplog, back, warned) -> None:
    attempt = make_attempt(ada, make_quiz(), NOW)
    with caplog.at_level(logging.WARNING, "quizzes.attempts.submitting"):
        done = submit_attempt(attempt.uuid, ada, at=NOW - timedelta(seconds=back))
    assert done.submitted_at == max(NOW, NOW - timedelta(seconds=back))
    assert ("clock went back" in caplog.text) is warned
    marks = [event.at for row in done.responses.all() for event in row.mark_events.all()]
    assert marks
    assert min(marks) >= attempt.started_at
