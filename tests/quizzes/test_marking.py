"""Answers that a person marks: waiting, the queue, the mark, and the result that follows from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

import pytest

from accounts.models import User
from courses.models import CourseCompletion
from items import sentences
from ledger.models import Entry
from notifications.models import Notification
from quizzes.attempts import marking
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.marking import ReviewerJudgement
from quizzes.attempts.starting import NotEligibleError, start_attempt
from quizzes.attempts.submitting import submit_attempt, submit_overdue_attempts
from quizzes.models import Attempt, MarkEvent, QuizPage, Response
from tests.factories.people import give_role, make_person, make_region
from tests.factories.quizzes import CANARY, answer_all, make_attempt, make_bank, make_quiz, make_row
from tests.factories.quizzes import take as take_quiz

pytestmark = [pytest.mark.django_db]
DAY = timedelta(days=1)


@pytest.fixture
def page(db: None) -> QuizPage:
    return make_quiz(make_bank("WORDS", make_row("free_text"), make_row("single")))


@pytest.fixture
def handed_in(ada: User, page: QuizPage, now: datetime) -> Attempt:
    return take_quiz(ada, page, now)


def words_of(attempt: Attempt) -> Response:
    return attempt.responses.select_related("version").get(version__kind="free_text")


def judge(response: Response, *levels: int, comment: str = "Say who you are.") -> ReviewerJudgement:
    """The level at this place (0 is the best) for each criterion."""
    criteria = response.version.content["criteria"]
    picked = {
        row["id"]: row["levels"][level]["id"] for row, level in zip(criteria, levels, strict=False)
    }
    return ReviewerJudgement(picked, comment)


@pytest.mark.databases
def test_attempt_waits_until_a_reviewer_has_marked_it(handed_in: Attempt, now: datetime) -> None:
    assert handed_in.state == Attempt.State.MARKING
    assert (handed_in.submitted_at, handed_in.passed, handed_in.percent) == (now, None, None)
    marks = dict(handed_in.responses.values_list("version__kind", "mark"))
    assert marks == {"free_text": None, "single": 1}
    assert MarkEvent.objects.get().response.version.kind == "single"
    assert not CourseCompletion.objects.exists()
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert ("attempt.handed_in" in kinds, "attempt.submitted" in kinds) == (True, False)


def test_blank_answer_needs_no_reviewer(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    done = submit_attempt(attempt.uuid, ada, at=now)
    assert (done.state, done.passed, done.percent) == (Attempt.State.SUBMITTED, False, 0)


def test_mark_judges_the_attempt_as_of_its_submission(
    handed_in: Attempt, ravi: User, now: datetime
) -> None:
    response = words_of(handed_in)
    done = marking.mark_answer(response.pk, ravi, judge(response, 0, 0), at=now + 3 * DAY)
    assert (done.state, done.passed, done.percent) == (Attempt.State.SUBMITTED, True, 100)
    assert done.submitted_at == now
    assert CourseCompletion.objects.get().completed_at == now
    assert Entry.objects.get(kind="attempt.submitted").effective_at == now


@pytest.mark.databases
def test_mark_is_recorded_with_reviewer_rubric_and_comment(
    handed_in: Attempt, ravi: User, now: datetime
) -> None:
    response = words_of(handed_in)
    judgement = judge(response, 0, 1)
    done = marking.mark_answer(response.pk, ravi, judgement, at=now + DAY)
    event = MarkEvent.objects.get(reason="reviewed")
    assert (event.mark, event.max_mark, event.actor) == (response.max_mark * 3 / 4, 1, ravi.actor)
    assert (event.rubric, event.comment) == (judgement.rubric, "Say who you are.")
    assert (done.percent, done.passed) == (87, True)


def test_low_mark_can_fail_the_attempt(handed_in: Attempt, ravi: User, now: datetime) -> None:
    response = words_of(handed_in)
    done = marking.mark_answer(response.pk, ravi, judge(response, 2, 2), at=now + DAY)
    assert (done.passed, done.percent) == (False, 50)
    assert done.result["told"] == "50"


def test_attempt_is_judged_after_the_last_mark(ada: User, ravi: User, now: datetime) -> None:
    page = make_quiz(make_bank("TWO", make_row("free_text"), make_row("free_text")))
    attempt = take_quiz(ada, page, now)
    first, second = attempt.responses.select_related("version").order_by("slot")
    assert (
        marking.mark_answer(first.pk, ravi, judge(first, 0, 0), at=now).state
        == Attempt.State.MARKING
    )
    assert marking.mark_answer(second.pk, ravi, judge(second, 0, 0), at=now).passed
    assert Notification.objects.filter(kind="answers_marked").count() == 1


@pytest.mark.parametrize(
    ("levels", "comment", "problems"),
    [
        ((0,), "Fine.", 1),
        ((), "", 2),
        ((0, 1), "  ", 1),
        ((0, 0), "", 0),
    ],
    ids=["a level missing", "nothing", "no words for a lower mark", "full needs no words"],
)
def test_mark_needs_every_level_and_a_comment_when_reduced(
    levels: tuple[int, ...], comment: str, problems: int, handed_in: Attempt, ravi: User, now: Any
) -> None:
    response = words_of(handed_in)
    judgement = judge(response, *levels, comment=comment)
    if not problems:
        assert marking.mark_answer(response.pk, ravi, judgement, at=now).passed
        return
    with pytest.raises(marking.MarkRefusedError) as caught:
        marking.mark_answer(response.pk, ravi, judgement, at=now)
    assert len(caught.value.problems) == problems
    assert words_of(handed_in).mark is None


@pytest.mark.databases
def test_second_mark_of_the_same_answer_is_refused(
    handed_in: Attempt, ravi: User, now: datetime
) -> None:
    other = give_role(make_person("Other Reviewer"), "reviewer")
    response = words_of(handed_in)
    marking.mark_answer(response.pk, ravi, judge(response, 0, 0), at=now)
    with pytest.raises(marking.AlreadyMarkedError):
        marking.mark_answer(response.pk, other, judge(response, 2, 2), at=now)
    assert MarkEvent.objects.filter(reason="reviewed").count() == 1


def test_second_reviewer_is_told_the_answer_is_marked(
    handed_in: Attempt, ravi: User, as_: Any
) -> None:
    other = give_role(make_person("Other Reviewer"), "reviewer")
    response = words_of(handed_in)
    marking.mark_answer(response.pk, other, judge(response, 0, 0), at=timezone.now())
    criteria = response.version.content["criteria"]
    form = {f"level-{row['id']}": row["levels"][2]["id"] for row in criteria} | {"comment": "No."}
    shown = as_(ravi).post(f"/quiz/marking/{response.pk}/", form, follow=True)
    assert b"Another reviewer has marked this answer" in shown.content


def test_reviewer_cannot_mark_their_own_answer(
    ravi: User, page: QuizPage, now: datetime, as_: Any
) -> None:
    response = words_of(take_quiz(ravi, page, now))
    assert list(marking.marking_queue(ravi, now)) == []
    with pytest.raises(Response.DoesNotExist):
        marking.mark_answer(response.pk, ravi, judge(response, 0, 0), at=now)
    browser = as_(ravi)
    assert browser.get(f"/quiz/marking/{response.pk}/").status_code == 404
    assert b"1 answer of your own waits" in browser.get("/quiz/marking/").content


@pytest.mark.databases
def test_regional_reviewer_marks_only_people_of_the_region(
    ada: User, handed_in: Attempt, page: QuizPage, now: datetime
) -> None:
    brazil = make_region("BR")
    lena = give_role(make_person("Lena Reviewer"), "reviewer", region=brazil)
    from_brazil = make_person("Bia Souza", region=brazil)
    theirs = words_of(take_quiz(from_brazil, page, now))
    assert list(marking.marking_queue(lena, now)) == [theirs]
    others = words_of(handed_in)
    with pytest.raises(Response.DoesNotExist):
        marking.mark_answer(others.pk, lena, judge(others, 0, 0), at=now)


def test_person_without_the_reviewer_role_cannot_mark(
    handed_in: Attempt, ada: User, now: datetime
) -> None:
    former = make_person("Former Reviewer")
    assert list(marking.marking_queue(former, now)) == []
    with pytest.raises(Response.DoesNotExist):
        marking.mark_answer(
            words_of(handed_in).pk, former, judge(words_of(handed_in), 0, 0), at=now
        )


def test_review_screens_show_the_answer_without_a_name(
    handed_in: Attempt, ada: User, ravi: User, as_: Any
) -> None:
    browser = as_(ravi)
    queue = browser.get("/quiz/marking/").content.decode()
    answer = browser.get(f"/quiz/marking/{words_of(handed_in).pk}/").content.decode()
    assert "1 answer waits for a mark" in queue
    assert f"{CANARY} model" in answer
    for shown in (queue, answer):
        assert not [
            n for n in (ada.display_name, ada.email, ada.hr_id, str(ada.uuid)) if n in shown
        ]


@pytest.mark.databases
def test_marking_queue_has_the_oldest_first(
    ada: User, ben: User, page: QuizPage, ravi: User, now: datetime
) -> None:
    young = words_of(take_quiz(ben, page, now))
    old = words_of(take_quiz(ada, page, now - 9 * DAY))
    assert list(marking.marking_queue(ravi, now)) == [old, young]


def test_result_page_says_the_attempt_waits_for_review(
    handed_in: Attempt, ada: User, as_: Any
) -> None:
    shown = as_(ada).get(f"/quiz/{handed_in.uuid}/result/").content.decode()
    assert "<h1>Handed in, waiting for a reviewer</h1>" in shown
    assert "Expect your result by 22 June 2026" in shown
    assert CANARY not in shown
    assert "%" not in shown.split("<main", 1)[1].split("</main>")[0]


def test_start_is_refused_while_an_attempt_waits_for_review(
    handed_in: Attempt, page: QuizPage, ada: User, as_: Any
) -> None:
    with pytest.raises(NotEligibleError) as caught:
        start_attempt(ada, page.quiz, at=timezone.now(), locale="en")
    reason = caught.value.eligibility.reasons[0]
    shown = as_(ada).get(page.get_url()).content.decode()
    assert reason.code == "marking"
    assert sentences.translate(reason.phrase, reason.when, ada) in shown
    assert "Start try" not in shown


def test_save_after_submit_for_review_changes_nothing(
    handed_in: Attempt, ada: User, now: datetime
) -> None:
    response = words_of(handed_in)
    late = save_answer(
        handed_in.uuid, ada, response.slot, {"essay": ["Better"]}, seq=99, at=now, pressed=True
    )
    assert late.closed
    assert words_of(handed_in).form == response.form


@pytest.mark.databases
def test_sweep_submits_an_attempt_for_review_once(ada: User, ravi: User, now: datetime) -> None:
    page = make_quiz(make_bank("TIMED", make_row("free_text")), time_limit_minutes=10)
    attempt = make_attempt(ada, page, now)
    answer_all(attempt, now)
    assert submit_overdue_attempts(at=now + DAY) == 1
    assert submit_overdue_attempts(at=now + 2 * DAY) == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.closed_by) == (Attempt.State.MARKING, "deadline")
    response = words_of(attempt)
    assert marking.mark_answer(response.pk, ravi, judge(response, 0, 0), at=now + 3 * DAY).passed


@pytest.mark.databases
def test_notifications_go_to_learner_once_and_reviewers_daily(
    ada: User, ben: User, ravi: User, page: QuizPage, now: datetime
) -> None:
    first, _second = take_quiz(ada, page, now), take_quiz(ben, page, now)
    assert Notification.objects.get(kind="answers_wait").recipient == ravi
    response = words_of(first)
    marking.mark_answer(response.pk, ravi, judge(response, 0, 0), at=now)
    message = Notification.objects.get(kind="answers_marked")
    assert (message.recipient, message.link) == (ada, f"/quiz/{first.uuid}/result/")
    assert message.subject.startswith("Your answers have been marked")
    assert "Ravi" not in message.body


def test_result_page_shows_the_reviewers_comment(
    handed_in: Attempt, ada: User, ravi: User, as_: Any
) -> None:
    response = words_of(handed_in)
    marking.mark_answer(response.pk, ravi, judge(response, 0, 1), at=timezone.now())
    shown = as_(ada).get(f"/quiz/{handed_in.uuid}/result/").content.decode()
    assert "Say who you are." in shown
    assert f"{CANARY} Tone in part" in shown


def test_reviewers_comment_is_shown_when_the_key_is_hidden(
    handed_in: Attempt, ada: User, ravi: User, as_: Any
) -> None:
    response = words_of(handed_in)
    marking.mark_answer(response.pk, ravi, judge(response, 2, 2), at=timezone.now())
    shown = as_(ada).get(f"/quiz/{handed_in.uuid}/result/").content.decode()
    assert "Say who you are." in shown
    assert CANARY not in shown


def test_reviewer_can_mark_with_the_form(handed_in: Attempt, ravi: User, as_: Any) -> None:
    browser, response = as_(ravi), words_of(handed_in)
    here = f"/quiz/marking/{response.pk}/"
    shown = browser.post(here, {}).content.decode()
    assert "There is a problem" in shown
    assert shown.count("Choose a level.") >= 2
    criteria = response.version.content["criteria"]
    form = {f"level-{row['id']}": row["levels"][1]["id"] for row in criteria}
    assert b"Say what would have earned" in browser.post(here, form).content
    done = browser.post(here, form | {"comment": "Name yourself."}, follow=True)
    assert b"The mark is given." in done.content
    assert words_of(handed_in).mark == response.max_mark / 2


@pytest.mark.parametrize(
    ("handed_in_on", "by"),
    [
        (date(2026, 6, 15), date(2026, 6, 22)),
        (date(2026, 6, 19), date(2026, 6, 26)),
        (date(2026, 6, 20), date(2026, 6, 26)),
        (date(2026, 6, 21), date(2026, 6, 26)),
    ],
    ids=["monday", "friday", "saturday", "sunday"],
)
def test_review_is_promised_within_five_working_days(handed_in_on: date, by: date) -> None:
    assert marking.expected_marking_day(handed_in_on) == by


def test_withdrawn_question_needs_no_reviewer(ada: User, page: QuizPage, now: datetime) -> None:
    attempt = make_attempt(ada, page, now)
    answer_all(attempt, now)
    version = words_of(attempt).version
    version.withdrawn_at = datetime(2026, 6, 1, tzinfo=UTC)
    version.save()
    assert submit_attempt(attempt.uuid, ada, at=now).passed
