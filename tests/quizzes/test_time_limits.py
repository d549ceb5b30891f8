"""How long an attempt has: the limit, the person's factor, added time, and the day the quiz closes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts import people
from accounts.models import User
from quizzes.attempts import deadlines
from quizzes.attempts.deadlines import add_time, compute_deadline
from quizzes.attempts.starting import check_eligibility
from quizzes.attempts.submitting import submit_attempt, submit_overdue_attempts
from quizzes.rules.settings import QuizRules
from tests.factories.quizzes import answer_all, make_attempt, make_quiz, take

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rules(limit: int | None, closes: int | None) -> QuizRules:
    """A limit in minutes, and a close so many minutes after the start."""
    closing = (NOW + closes * MINUTE).isoformat() if closes is not None else ""
    return QuizRules(time_limit_minutes=limit, closes_at=closing)


@pytest.mark.parametrize(
    ("limit", "closes", "factor", "added", "expected"),
    [
        pytest.param(None, None, 1, 0, None, id="no limit, no close"),
        pytest.param(40, None, 1, 0, 40, id="the limit"),
        pytest.param(40, None, "1.5", 0, 60, id="the limit with more time"),
        pytest.param(40, None, "1.5", 2, 100, id="and what the person added"),
        pytest.param(40, 30, 1, 0, 30, id="the close cuts the limit"),
        pytest.param(40, 50, 1, 1, 50, id="the close cuts what was added"),
        pytest.param(None, 30, 1, 0, 30, id="without a limit it ends with the close"),
        pytest.param(40, 50, "1.5", 0, 60, id="the close never cuts an accommodation"),
        pytest.param(40, 1, "1.5", 0, 60, id="nor one started in the last minute"),
        pytest.param(40, 50, "1.5", 3, 60, id="but it cuts what is added to it"),
        pytest.param(40, 90, "1.5", 3, 90, id="added time lasts until the close"),
        pytest.param(40, 50, "0.5", 0, 20, id="a smaller factor is no accommodation"),
    ],
)
def test_deadline_follows_limit_factor_extensions_and_close(
    limit: int | None, closes: int | None, factor: Any, added: int, expected: int | None
) -> None:
    end = compute_deadline(
        rules(limit, closes), started_at=NOW, time_factor=Decimal(factor), extensions=added
    )
    assert end == (None if expected is None else NOW + expected * MINUTE)


def test_no_second_is_left_only_when_time_is_up() -> None:
    """A page that is told 0 sends its form at once; a moment too early it would not be handed in."""
    left = [deadlines.count_seconds(NOW, NOW - timedelta(seconds=one)) for one in (1.5, 0.1, 0, -1)]
    assert left == [2, 1, 0, 0]


@pytest.mark.django_db
class TestStoredDeadlines:
    def test_attempt_is_submitted_when_the_quiz_closes(self, ada: User, now: datetime) -> None:
        page = make_quiz(time_limit_minutes=40, closes_at=now + 30 * MINUTE)
        attempt = make_attempt(ada, page, now)
        answer_all(attempt, now)
        assert submit_overdue_attempts(at=now + 32 * MINUTE) == 1
        attempt.refresh_from_db()
        assert (attempt.passed, attempt.submitted_at) == (True, now + 30 * MINUTE)

    def test_add_time_never_goes_beyond_the_close(self, ada: User, now: datetime) -> None:
        page = make_quiz(time_limit_minutes=10, closes_at=now + 25 * MINUTE)
        attempt = make_attempt(ada, page, now)
        assert add_time(attempt.uuid, ada, at=now)
        assert not add_time(attempt.uuid, ada, at=now)
        attempt.refresh_from_db()
        assert attempt.deadline_at == now + 25 * MINUTE
        assert not deadlines.may_add_time(attempt)

    def test_add_time_without_a_limit_is_refused(self, ada: User, now: datetime) -> None:
        attempt = make_attempt(ada, make_quiz(closes_at=now + 25 * MINUTE), now)
        assert not add_time(attempt.uuid, ada, at=now)

    @pytest.mark.parametrize("left", [1, 4, 39])
    def test_new_time_factor_extends_an_attempt_near_its_end(
        self, left: int, ada: User, now: datetime, django_capture_on_commit_callbacks: Any
    ) -> None:
        page = make_quiz(time_limit_minutes=40, closes_at=now + 40 * MINUTE)
        attempt = make_attempt(ada, page, now)
        late = now + (40 - left) * MINUTE
        with django_capture_on_commit_callbacks(execute=True):
            people.change_person(ada, actor="system:test", at=late, time_factor=Decimal("1.5"))
        attempt.refresh_from_db()
        assert attempt.deadline_at == now + 60 * MINUTE
        answer_all(attempt, now + 59 * MINUTE)
        assert submit_attempt(attempt.uuid, ada, at=now + 59 * MINUTE).passed

    def test_smaller_time_factor_never_shortens_an_open_attempt(
        self, ada: User, now: datetime, django_capture_on_commit_callbacks: Any
    ) -> None:
        ada.time_factor = Decimal("1.5")
        ada.save()
        attempt = make_attempt(ada, make_quiz(time_limit_minutes=40), now)
        with django_capture_on_commit_callbacks(execute=True):
            people.change_person(ada, actor="system:test", at=now, time_factor=Decimal(1))
        attempt.refresh_from_db()
        assert attempt.deadline_at == now + 60 * MINUTE

    def test_extra_attempt_counts_immediately(self, ada: User, now: datetime) -> None:
        page = make_quiz(attempts_allowed=1)
        take(ada, page, now, right=False)
        assert not check_eligibility(ada, page.quiz, at=now).may_start
        people.change_person(ada, actor="system:test", at=now, extra_attempts=1)
        assert check_eligibility(ada, page.quiz, at=now).may_start

    def test_start_page_shows_the_extended_time(self, ada: User, as_: Any) -> None:
        User.objects.filter(pk=ada.pk).update(time_factor="1.5")
        page = make_quiz(time_limit_minutes=40)
        shown = " ".join(as_(ada).get(page.get_url()).content.decode().split())
        assert "1 hour, extended for you from 40 minutes" in shown
