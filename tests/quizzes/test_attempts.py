"""The life of an attempt: start, save, hand in; late saves; attempts of other people."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from courses.models import CourseCompletion
from ledger.models import Entry
from quizzes.attempts.autosave import NoSuchQuestionError, save_answer
from quizzes.attempts.deadlines import add_time
from quizzes.attempts.starting import start_attempt
from quizzes.attempts.submitting import submit_attempt, submit_overdue_attempts
from quizzes.models import Attempt, MarkEvent, QuizPage
from tests.factories.quizzes import answer_all, form_for, make_attempt, make_quiz, take

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def page(db: None) -> QuizPage:
    return make_quiz()


@pytest.fixture
def timed(db: None) -> QuizPage:
    return make_quiz(time_limit_minutes=10)


def test_submit_with_right_answers_passes_and_completes_the_course(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now)
    assert attempt.passed
    assert attempt.percent == 100
    completion = CourseCompletion.objects.get()
    assert completion.evidence == f"attempt:{attempt.uuid}"
    assert completion.release == attempt.release


def test_submit_with_wrong_answers_fails_with_a_reason(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now, right=False)
    assert not attempt.passed
    assert [row["code"] for row in attempt.result["reasons"]] == ["below_pass_mark"]
    assert not CourseCompletion.objects.exists()


def test_submit_stores_answers_with_real_ids_and_marks(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now)
    for response in attempt.responses.select_related("version"):
        assert response.answer == attempts_answer(response)
        assert response.mark == response.max_mark == 1
    assert MarkEvent.objects.count() == attempt.responses.count()


def attempts_answer(response: object) -> dict:
    from items.kinds.content import parse_content
    from quizzes.screens.previews import example_answer

    return example_answer(parse_content(response.version.content), right=True)


def test_submit_twice_gives_one_result(ada: User, page: QuizPage, now: datetime) -> None:
    first = take(ada, page, now)
    second = submit_attempt(first.uuid, ada, at=now + MINUTE)
    assert second.submitted_at == first.submitted_at == now
    assert MarkEvent.objects.count() == first.responses.count()
    assert Entry.objects.filter(kind="attempt.submitted").count() == 1


def test_start_returns_the_open_attempt(ada: User, page: QuizPage, now: datetime) -> None:
    first = make_attempt(ada, page, now)
    assert start_attempt(ada, page.quiz, at=now + MINUTE, locale="en") == first
    assert Attempt.objects.count() == 1


def test_save_with_a_lower_sequence_number_is_refused_with_what_stands(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    response = attempt.responses.select_related("version").first()
    right, wrong = form_for(response), form_for(response, right=False)
    save_answer(attempt.uuid, ada, response.slot, right, seq=5, at=now)
    result = save_answer(attempt.uuid, ada, response.slot, wrong, seq=4, at=now)
    response.refresh_from_db()
    assert (result.saved, result.seq, response.form) == (False, 5, right)
    assert result.stands == response


def test_pressed_save_replaces_one_with_a_higher_sequence_number(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    response = attempt.responses.select_related("version").get(slot=1)
    new = form_for(response)
    save_answer(attempt.uuid, ada, 1, form_for(response, right=False), seq=9, at=now)
    save_answer(attempt.uuid, ada, 1, new, seq=3, at=now, pressed=True)
    response.refresh_from_db()
    assert (response.form, response.seq) == (new, 10)


def test_save_after_submit_is_refused_with_a_reason(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now)
    result = save_answer(attempt.uuid, ada, 1, {"choice": ["x"]}, seq=99, at=now + MINUTE)
    assert not result.saved
    assert "handed in" in str(result.closed.phrase.text)
    assert attempt.responses.get(slot=1).seq < 99


@pytest.mark.parametrize("slot", [0, 7, 32_000])
def test_save_into_a_slot_that_does_not_exist_raises(
    slot: int, ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    with pytest.raises(NoSuchQuestionError):
        save_answer(attempt.uuid, ada, slot, {}, seq=1, at=now)


def test_save_and_submit_refuse_somebody_elses_attempt(
    ada: User, carol: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    with pytest.raises(NoSuchQuestionError):
        save_answer(attempt.uuid, carol, 1, {"choice": ["x"]}, seq=1, at=now)
    with pytest.raises(Attempt.DoesNotExist):
        submit_attempt(attempt.uuid, carol, at=now)


def test_save_keeps_only_answer_fields_and_cleans_them(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    hostile = {"csrfmiddlewaretoken": ["x"], "mark": ["1"], "text": ["4\x00" + "9" * 5000]}
    save_answer(attempt.uuid, ada, 1, hostile, seq=1, at=now, pressed=True)
    assert attempt.responses.get(slot=1).form == {"text": ["4" + "9" * 1999]}


def test_deadline_is_the_limit_times_the_persons_time_factor(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    ada.time_factor = "1.5"
    ada.save()
    assert make_attempt(ada, timed, now).deadline_at == now + 15 * MINUTE


def test_attempt_without_a_time_limit_is_never_swept(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    assert attempt.deadline_at is None
    assert submit_overdue_attempts(at=now + timedelta(days=4000)) == 0


def test_answer_within_the_grace_period_counts(ada: User, timed: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, timed, now)
    answer_all(attempt, attempt.deadline_at + timedelta(seconds=59))
    done = submit_attempt(attempt.uuid, ada, at=attempt.deadline_at + timedelta(seconds=60))
    assert done.passed
    assert done.submitted_at == attempt.deadline_at


def test_save_after_the_grace_period_closes_the_attempt(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    response = attempt.responses.select_related("version").first()
    save_answer(attempt.uuid, ada, response.slot, form_for(response), seq=1, at=now)
    late = attempt.deadline_at + timedelta(seconds=61)
    result = save_answer(attempt.uuid, ada, 2, {"choice": ["x"]}, seq=1, at=late)
    attempt.refresh_from_db()
    assert (result.saved, attempt.closed_by, attempt.submitted_at) == (
        False,
        "deadline",
        attempt.deadline_at,
    )
    assert result.closed.phrase.params == {"answered": 1}


def test_sweep_submits_an_abandoned_attempt_exactly_once(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    answer_all(attempt, now)
    assert submit_overdue_attempts(at=attempt.deadline_at + MINUTE) == 0
    assert submit_overdue_attempts(at=attempt.deadline_at + 2 * MINUTE) == 1
    assert submit_overdue_attempts(at=attempt.deadline_at + 3 * MINUTE) == 0
    attempt.refresh_from_db()
    assert (attempt.passed, attempt.submitted_at) == (True, attempt.deadline_at)
    assert Entry.objects.filter(kind="attempt.submitted").get().actor == "system:deadline"


def test_add_time_allows_ten_extensions_of_twenty_minutes(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    added = [add_time(attempt.uuid, ada, at=now) for _ in range(11)]
    attempt.refresh_from_db()
    assert added == [True] * 10 + [False]
    assert attempt.deadline_at == now + 210 * MINUTE


@pytest.mark.parametrize("minutes", [11, 500])
def test_add_time_is_refused_after_the_deadline(
    minutes: int, ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    assert not add_time(attempt.uuid, ada, at=now + minutes * MINUTE)


def test_add_time_is_refused_when_time_is_tested(ada: User, now: datetime) -> None:
    page = make_quiz(time_limit_minutes=10, time_is_tested=True)
    attempt = make_attempt(ada, page, now)
    assert not add_time(attempt.uuid, ada, at=now)


def test_larger_time_factor_extends_an_open_attempt(
    ada: User, timed: QuizPage, now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    from accounts.signals import people_changed

    attempt = make_attempt(ada, timed, now)
    User.objects.filter(pk=ada.pk).update(time_factor=2)
    with django_capture_on_commit_callbacks(execute=True):
        people_changed.send(sender=User, person_ids=[ada.pk])
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 20 * MINUTE


def test_second_attempt_asks_unseen_questions_first(ada: User, now: datetime) -> None:
    page = make_quiz(count=3)
    first = take(ada, page, now, right=False)
    second = start_attempt(ada, page.quiz, at=now + MINUTE, locale="en")
    asked = {response.version_id for response in first.responses.all()}
    assert asked.isdisjoint(response.version_id for response in second.responses.all())


def test_open_attempt_keeps_the_rules_it_started_with(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    page.differences = [("pass_percent", 0)]
    page.save_revision().publish()
    done = submit_attempt(attempt.uuid, ada, at=now)
    assert not done.passed


def test_new_pass_mark_changes_no_submitted_attempt(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now, right=False)
    page.differences = [("pass_percent", 0)]
    page.save_revision().publish()
    attempt.refresh_from_db()
    assert not attempt.passed
    assert not CourseCompletion.objects.exists()


def test_withdrawn_question_counts_as_right(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    for response in attempt.responses.select_related("version"):
        response.version.withdrawn_at = now
        response.version.save()
    assert submit_attempt(attempt.uuid, ada, at=now).passed


def test_submit_of_an_unknown_attempt_raises(ada: User, now: datetime) -> None:
    with pytest.raises(Attempt.DoesNotExist):
        submit_attempt(uuid4(), ada, at=now)
