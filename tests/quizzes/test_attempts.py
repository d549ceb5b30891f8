"""The life of an attempt: start, save, hand in; what comes late; what is not yours."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from courses.models import CourseCompletion
from ledger.models import Entry
from quizzes import attempts
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


def test_right_answers_pass_and_complete_the_course(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now)
    assert attempt.passed
    assert attempt.percent == 100
    completion = CourseCompletion.objects.get()
    assert completion.evidence == f"attempt:{attempt.uuid}"
    assert completion.release == attempt.release


def test_wrong_answers_do_not_pass_and_say_why(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = take(ada, page, now, right=False)
    assert not attempt.passed
    assert [row["code"] for row in attempt.result["reasons"]] == ["below_pass_mark"]
    assert not CourseCompletion.objects.exists()


def test_answers_are_stored_with_real_ids_and_a_mark_each(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = take(ada, page, now)
    for response in attempt.responses.select_related("version"):
        assert response.answer == attempts_answer(response)
        assert response.mark == response.max_mark == 1
    assert MarkEvent.objects.count() == attempt.responses.count()


def attempts_answer(response: object) -> dict:
    from quizzes.content import parse
    from quizzes.previews import example

    return example(parse(response.version.content), right=True)


def test_handing_in_twice_is_one_result(ada: User, page: QuizPage, now: datetime) -> None:
    first = take(ada, page, now)
    second = attempts.submit(first.uuid, ada, at=now + MINUTE)
    assert second.submitted_at == first.submitted_at == now
    assert MarkEvent.objects.count() == first.responses.count()
    assert Entry.objects.filter(kind="attempt.submitted").count() == 1


def test_starting_again_returns_the_open_attempt(ada: User, page: QuizPage, now: datetime) -> None:
    first = make_attempt(ada, page, now)
    assert attempts.start(ada, page.quiz, at=now + MINUTE, locale="en") == first
    assert Attempt.objects.count() == 1


def test_an_older_save_changes_nothing(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    response = attempt.responses.select_related("version").first()
    right, wrong = form_for(response), form_for(response, right=False)
    attempts.save(attempt.uuid, ada, response.slot, right, seq=5, at=now)
    result = attempts.save(attempt.uuid, ada, response.slot, wrong, seq=4, at=now)
    response.refresh_from_db()
    assert (result.saved, result.seq, response.form) == (True, 5, right)


def test_a_pressed_button_beats_every_save(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    attempts.save(attempt.uuid, ada, 1, {"choice": ["old"]}, seq=9, at=now)
    attempts.save(attempt.uuid, ada, 1, {"choice": ["new"]}, seq=3, at=now, pressed=True)
    response = attempt.responses.get(slot=1)
    assert (response.form, response.seq) == ({"choice": ["new"]}, 10)


def test_saving_after_handing_in_says_so(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = take(ada, page, now)
    result = attempts.save(attempt.uuid, ada, 1, {"choice": ["x"]}, seq=99, at=now + MINUTE)
    assert not result.saved
    assert "handed in" in str(result.closed.phrase.text)
    assert attempt.responses.get(slot=1).seq < 99


@pytest.mark.parametrize("slot", [0, 7, 32_000])
def test_a_question_there_is_not_is_no_question(
    slot: int, ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    with pytest.raises(attempts.NoSuchQuestion):
        attempts.save(attempt.uuid, ada, slot, {}, seq=1, at=now)


def test_nobody_saves_or_hands_in_for_somebody_else(
    ada: User, carol: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    with pytest.raises(attempts.NoSuchQuestion):
        attempts.save(attempt.uuid, carol, 1, {"choice": ["x"]}, seq=1, at=now)
    with pytest.raises(Attempt.DoesNotExist):
        attempts.submit(attempt.uuid, carol, at=now)


def test_only_fields_of_an_answer_are_kept(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    hostile = {"csrfmiddlewaretoken": ["x"], "mark": ["1"], "text": ["4\x00" + "9" * 5000]}
    attempts.save(attempt.uuid, ada, 1, hostile, seq=1, at=now)
    assert attempt.responses.get(slot=1).form == {"text": ["4" + "9" * 1999]}


def test_the_deadline_is_the_limit_times_the_persons_factor(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    ada.time_factor = "1.5"
    ada.save()
    assert make_attempt(ada, timed, now).deadline_at == now + 15 * MINUTE


def test_without_a_limit_an_attempt_stays_open(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    assert attempt.deadline_at is None
    assert attempts.sweep(at=now + timedelta(days=4000)) == 0


def test_an_answer_within_the_grace_counts(ada: User, timed: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, timed, now)
    answer_all(attempt, attempt.deadline_at + timedelta(seconds=59))
    done = attempts.submit(attempt.uuid, ada, at=attempt.deadline_at + timedelta(seconds=60))
    assert done.passed
    assert done.submitted_at == attempt.deadline_at


def test_an_answer_after_the_grace_closes_the_attempt_and_says_so(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    response = attempt.responses.select_related("version").first()
    attempts.save(attempt.uuid, ada, response.slot, form_for(response), seq=1, at=now)
    late = attempt.deadline_at + timedelta(seconds=61)
    result = attempts.save(attempt.uuid, ada, 2, {"choice": ["x"]}, seq=1, at=late)
    attempt.refresh_from_db()
    assert (result.saved, attempt.closed_by, attempt.submitted_at) == (
        False,
        "deadline",
        attempt.deadline_at,
    )
    assert result.closed.phrase.params == {"answered": 1}


def test_the_sweeper_hands_in_abandoned_attempts_exactly_once(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    answer_all(attempt, now)
    assert attempts.sweep(at=attempt.deadline_at + MINUTE) == 0
    assert attempts.sweep(at=attempt.deadline_at + 2 * MINUTE) == 1
    assert attempts.sweep(at=attempt.deadline_at + 3 * MINUTE) == 0
    attempt.refresh_from_db()
    assert (attempt.passed, attempt.submitted_at) == (True, attempt.deadline_at)
    assert Entry.objects.filter(kind="attempt.submitted").get().actor == "system:deadline"


def test_twenty_minutes_more_can_be_added_ten_times(
    ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    added = [attempts.add_time(attempt.uuid, ada, at=now) for _ in range(11)]
    attempt.refresh_from_db()
    assert added == [True] * 10 + [False]
    assert attempt.deadline_at == now + 210 * MINUTE


@pytest.mark.parametrize("minutes", [11, 500])
def test_no_time_is_added_after_the_end(
    minutes: int, ada: User, timed: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, timed, now)
    assert not attempts.add_time(attempt.uuid, ada, at=now + minutes * MINUTE)


def test_no_time_is_added_where_the_limit_is_tested(ada: User, now: datetime) -> None:
    page = make_quiz(time_limit_minutes=10, time_is_tested=True)
    attempt = make_attempt(ada, page, now)
    assert not attempts.add_time(attempt.uuid, ada, at=now)


def test_a_larger_factor_reaches_a_running_attempt(
    ada: User, timed: QuizPage, now: datetime, django_capture_on_commit_callbacks: object
) -> None:
    from accounts.signals import people_changed

    attempt = make_attempt(ada, timed, now)
    User.objects.filter(pk=ada.pk).update(time_factor=2)
    with django_capture_on_commit_callbacks(execute=True):
        people_changed.send(sender=User, person_ids=[ada.pk])
    attempt.refresh_from_db()
    assert attempt.deadline_at == now + 20 * MINUTE


def test_a_retake_asks_unseen_questions_first(ada: User, now: datetime) -> None:
    page = make_quiz(count=3)
    first = take(ada, page, now, right=False)
    second = attempts.start(ada, page.quiz, at=now + MINUTE, locale="en")
    asked = {response.version_id for response in first.responses.all()}
    assert asked.isdisjoint(response.version_id for response in second.responses.all())


def test_a_later_change_of_rules_never_reaches_an_attempt(
    ada: User, page: QuizPage, now: datetime
) -> None:
    attempt = make_attempt(ada, page, now)
    page.differences = [("pass_percent", 0)]
    page.save_revision().publish()
    done = attempts.submit(attempt.uuid, ada, at=now)
    assert not done.passed


def test_a_withdrawn_question_counts_as_right(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    for response in attempt.responses.select_related("version"):
        response.version.withdrawn_at = now
        response.version.save()
    assert attempts.submit(attempt.uuid, ada, at=now).passed


def test_an_unknown_attempt_is_nobodys(ada: User, now: datetime) -> None:
    with pytest.raises(Attempt.DoesNotExist):
        attempts.submit(uuid4(), ada, at=now)
