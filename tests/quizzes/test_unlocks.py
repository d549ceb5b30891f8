"""One more try, given by a manager or an author with a reason: who may, what it does, who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from django.core import mail
from django.utils import timezone

import pytest

from accounts.models import User
from ledger.models import Entry
from quizzes.attempts import unlocks
from quizzes.attempts.starting import check_eligibility, start_attempt
from quizzes.models import QuizPage, Unlock
from tests.factories.people import make_person
from tests.factories.quizzes import make_quiz, take

pytestmark = [pytest.mark.django_db]
WHY = "She was ill that day."
HOUR = timedelta(hours=1)


@pytest.fixture
def page(db: None) -> QuizPage:
    return make_quiz(attempts_allowed=1, attempts_window_hours=0)


@pytest.fixture
def stuck(ada: User, page: QuizPage, now: datetime) -> User:
    take(ada, page, now, right=False)
    return ada


@pytest.mark.databases
def test_unlocked_attempt_can_be_started_immediately(
    stuck: User, ben: User, page: QuizPage, now: datetime
) -> None:
    assert not check_eligibility(stuck, page.quiz, at=now).may_start
    unlocks.give_tries(stuck, page.quiz, reason=WHY, actor=ben, at=now + HOUR)
    found = check_eligibility(stuck, page.quiz, at=now + HOUR)
    assert (found.may_start, found.attempts_left) == (True, 1)
    assert start_attempt(stuck, page.quiz, at=now + HOUR, locale="en").number == 2


@pytest.mark.databases
def test_unlock_is_recorded_and_the_learner_is_mailed(
    stuck: User,
    ben: User,
    page: QuizPage,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        unlocks.give_tries(stuck, page.quiz, reason=WHY, actor=ben, at=timezone.now())
    entry = Entry.objects.get(kind="attempts.unlocked")
    assert (entry.subject, entry.actor) == (stuck.actor, ben.actor)
    assert WHY not in str(entry.data)
    letter = mail.outbox[0]
    assert letter.to == [stuck.email]
    assert "another try" in letter.subject
    assert WHY in letter.body
    assert page.get_url() in letter.body


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ben", True),
        ("dana", True),
        ("ada", False),
        ("carol", False),
        ("hugo", False),
        ("vera", False),
        ("ravi", False),
    ],
)
def test_unlock_is_allowed_to_managers_and_authors_only(
    who: str, may: bool, stuck: User, page: QuizPage, request: pytest.FixtureRequest, as_: Any
) -> None:
    actor = request.getfixturevalue(who)
    assert unlocks.may_give_tries(actor, stuck, timezone.now()) is may
    here = f"/quiz/unlock/{stuck.uuid}/{page.quiz.code}/"
    assert as_(actor).get(here).status_code == (200 if may else 404)
    as_(actor).post(here, {"reason": WHY})
    assert Unlock.objects.count() == int(may)


def test_unlock_for_oneself_is_refused(dana: User, page: QuizPage, now: datetime) -> None:
    take(dana, page, now, right=False)
    with pytest.raises(unlocks.UnlockRefusedError, match="manager or an author"):
        unlocks.give_tries(dana, page.quiz, reason=WHY, actor=dana, at=now)


@pytest.mark.parametrize("reason", ["", "   ", "please", "because \n yes"])
def test_unlock_requires_a_reason(
    reason: str, stuck: User, ben: User, page: QuizPage, now: datetime
) -> None:
    with pytest.raises(unlocks.UnlockRefusedError, match="why"):
        unlocks.give_tries(stuck, page.quiz, reason=reason, actor=ben, at=now)
    assert not Unlock.objects.exists()


@pytest.mark.parametrize("tries", [0, 11])
def test_unlock_refuses_too_few_or_too_many_attempts(
    tries: int, stuck: User, ben: User, page: QuizPage, now: datetime
) -> None:
    with pytest.raises(unlocks.UnlockRefusedError):
        unlocks.give_tries(stuck, page.quiz, tries=tries, reason=WHY, actor=ben, at=now)


@pytest.mark.databases
def test_unlock_twice_gives_one_attempt(stuck: User, ben: User, page: QuizPage, as_: Any) -> None:
    here = f"/quiz/unlock/{stuck.uuid}/{page.quiz.code}/"
    browser = as_(ben)
    for _press in range(2):
        shown = browser.post(here, {"reason": WHY}, follow=True)
    assert Unlock.objects.count() == 1
    assert "does not wait for a try" in shown.content.decode()


def test_unlock_for_a_person_who_passed_is_refused(
    ada: User, ben: User, page: QuizPage, now: datetime
) -> None:
    take(ada, page, now)
    with pytest.raises(unlocks.UnlockRefusedError, match="have passed"):
        unlocks.give_tries(ada, page.quiz, reason=WHY, actor=ben, at=now)


def test_unlock_ends_a_cool_down(ada: User, ben: User, now: datetime) -> None:
    page = make_quiz(cool_down_hours=[48])
    take(ada, page, now, right=False)
    assert check_eligibility(ada, page.quiz, at=now).next_at == now + 48 * HOUR
    unlocks.give_tries(ada, page.quiz, reason=WHY, actor=ben, at=now + HOUR)
    assert check_eligibility(ada, page.quiz, at=now + HOUR).may_start


def letter_on(shown: str) -> str:
    return unquote(shown.partition('href="mailto:')[2].partition('"')[0].replace("&amp;", "&"))


def test_refusal_offers_a_prepared_mail_to_the_manager(
    stuck: User, page: QuizPage, as_: Any
) -> None:
    shown = as_(stuck).get(page.get_url()).content.decode()
    assert "Ask Ben Aalto for another try" in shown
    assert letter_on(shown).startswith("ben@northlight.example?subject=Another try")
    assert f"/quiz/unlock/{stuck.uuid}/{page.quiz.code}/" in letter_on(shown)


def test_refusal_names_the_social_team_without_a_manager(
    carol: User, page: QuizPage, as_: Any, now: datetime
) -> None:
    take(carol, page, now, right=False)
    shown = as_(carol).get(page.get_url()).content.decode()
    assert "Ask the global social team for another try" in shown
    assert letter_on(shown).startswith("social@northlight.example?")


def test_refusal_does_not_name_a_manager_who_left(
    stuck: User, ben: User, page: QuizPage, as_: Any
) -> None:
    User.objects.filter(pk=ben.pk).update(left_at=timezone.now() - HOUR)
    assert "Ask Ben" not in as_(stuck).get(page.get_url()).content.decode()


@pytest.mark.databases
class TestStuckPeople:
    def test_stuck_lists_people_who_wait_with_their_quizzes(
        self, stuck: User, carol: User, page: QuizPage, now: datetime
    ) -> None:
        found = unlocks.find_stuck_people([stuck, carol], now)
        assert {person: [one.quiz for one in waits] for person, waits in found.items()} == {
            stuck: [page.quiz]
        }

    def test_stuck_leaves_out_people_with_an_unlock(
        self, stuck: User, ben: User, page: QuizPage, now: datetime
    ) -> None:
        unlocks.give_tries(stuck, page.quiz, reason=WHY, actor=ben, at=now)
        assert unlocks.find_stuck_people([stuck], now) == {}

    def test_stuck_takes_three_queries_for_any_number(
        self, page: QuizPage, now: datetime, django_assert_num_queries: Any
    ) -> None:
        team = [make_person(f"Person {n}") for n in range(4)]
        for person in team:
            take(person, page, now, right=False)
        with django_assert_num_queries(3):
            assert len(unlocks.find_stuck_people(team, now)) == 4


def test_unlock_is_shown_in_the_persons_history(
    stuck: User, ben: User, hugo: User, page: QuizPage, as_: Any
) -> None:
    unlocks.give_tries(stuck, page.quiz, reason=WHY, actor=ben, at=timezone.now())
    shown = as_(hugo).get(f"/people/{stuck.uuid}/").content.decode()
    assert "Another try given" in shown
    assert f"{page.title}: {WHY}" in shown
