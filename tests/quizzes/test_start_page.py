"""What to expect before starting: tries, pauses, hours, time, in words that fit the kind of quiz."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

import pytest

from accounts.models import User
from courses.models import CoursePage
from quizzes.models import Attempt, QuizPage
from quizzes.rules import presets
from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_ready, make_row, take
from tests.markup import squeeze_markup

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shown(ada: User, as_: Any) -> Any:
    def show(page: QuizPage) -> str:
        markup = squeeze_markup(as_(ada).get(page.get_url()).content.decode())
        return " ".join(markup.split())

    return show


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param({}, "<dd>3 tries in 24 hours, 3 left</dd>", id="tries"),
        pytest.param({"cool_down_hours": [1]}, "Then a pause of 1 hour.", id="a pause"),
        pytest.param(
            {"cool_down_hours": [2, 24, 72]},
            "Then a pause of 2 hours, next time 1 day, next time 3 days.",
            id="longer pauses",
        ),
        pytest.param({"recap_gate": True}, "Read the recaps of your weak principles.", id="recaps"),
        pytest.param({"time_limit_minutes": 40}, "40 minutes, and you can add more", id="time"),
        pytest.param({"pass_percent": 0}, "None: this is for practice", id="no pass mark"),
    ],
)
def test_start_page_describes_the_rules(rules: dict[str, Any], told: str, shown: Any) -> None:
    assert told in shown(make_quiz(**rules))


def test_start_page_announces_opening_and_closing(shown: Any, ada: User) -> None:
    now = timezone.now()
    page = make_quiz(opens_at=now + DAY, closes_at=now + 9 * DAY)
    make_ready(ada, page)
    told = shown(page)
    assert "This quiz opens on" in told
    assert "<dt>Closes</dt>" in told
    assert "A try you have started by then is handed in as it stands." in told
    assert "Start try 1" not in told


def test_start_page_promises_accommodations_their_whole_time(shown: Any, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(time_factor="1.5")
    page = make_quiz(time_limit_minutes=40, closes_at=timezone.now() + DAY)
    assert "A try you have started by then keeps its whole time." in shown(page)


def test_closed_quiz_says_who_can_help(shown: Any, ada: User) -> None:
    page = make_quiz(closes_at=timezone.now() - DAY)
    make_ready(ada, page)
    told = shown(page)
    assert "This quiz closed on" in told
    assert 'href="mailto:social@northlight.example">Ask the global social team' in told


def test_start_page_hides_attempts_left_after_a_pass(shown: Any, ada: User) -> None:
    page = make_quiz()
    take(ada, page, timezone.now())
    assert "<dd>3 tries in 24 hours</dd>" in shown(page)


@pytest.mark.parametrize(("certifies", "told"), [(True, True), (False, False)])
def test_certificate_is_promised_only_by_a_certifying_quiz(
    certifies: bool, told: bool, shown: Any
) -> None:
    page = make_quiz(certifies=certifies)
    assert ("your certificate is issued at once" in shown(page)) is told


def test_survey_that_was_answered_links_to_the_answers(shown: Any, ada: User) -> None:
    page = make_quiz(
        make_bank("ASKS", make_row("survey")),
        preset=presets.SURVEY,
        differences=[],
    )
    done = take(ada, page, timezone.now())
    told = shown(page)
    assert "None: nothing is right or wrong" in told
    assert "You answered on" in told
    assert f'href="/quiz/{done.uuid}/result/">Read your answers' in told


def test_practice_can_be_repeated(shown: Any, ada: User) -> None:
    page = make_quiz(preset=presets.PRACTICE, differences=[])
    for _time in range(2):
        take(ada, page, timezone.now())
    assert "Start the quiz" in shown(page)


def test_try_whose_time_is_up_is_handed_in_told_and_followed_by_the_next(
    shown: Any, ada: User, as_: Any
) -> None:
    page = make_quiz(time_limit_minutes=10)
    over = make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
    told = shown(page)
    assert "Time was up for try 1 at" in told
    assert f'href="/quiz/{over.uuid}/result/">See your result' in told
    assert ("Start try 2" in told, "Continue where you stopped" in told) == (True, False)
    over.refresh_from_db()
    assert (over.state, over.closed_by) == ("submitted", "deadline")


def test_start_pressed_on_an_old_page_hands_in_the_try_whose_time_is_up(
    ada: User, as_: Any
) -> None:
    page = make_quiz(time_limit_minutes=10)
    make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
    as_(ada).post(f"/quiz/start/{page.pk}/")
    tries = Attempt.objects.order_by("number").values_list("number", "state")
    assert list(tries) == [(1, "submitted"), (2, "open")]


class TestCourseQuizCard:
    def test_quiz_card_calls_no_try_open_whose_time_is_up(self, ada: User, as_: Any) -> None:
        page = make_quiz(time_limit_minutes=10)
        make_attempt(ada, page, timezone.now() - timedelta(minutes=12))
        course = CoursePage.objects.get(pk=page.get_parent().pk)
        assert "About the quiz" in as_(ada).get(course.get_url()).content.decode()

    def test_quiz_card_shows_the_certifying_quiz_first(self, ada: User, as_: Any) -> None:
        practice = make_quiz(preset=presets.PRACTICE, differences=[])
        course = CoursePage.objects.get(pk=practice.get_parent().pk)
        exam = make_quiz(course=course)
        card = as_(ada).get(course.get_url()).context["quiz_card"]
        assert card["title"] == exam.title
        assert [other["title"] for other in card["others"]] == [practice.title]

    def test_quiz_card_offers_to_continue_an_open_attempt(self, ada: User, as_: Any) -> None:
        page = make_quiz()
        make_attempt(ada, page, timezone.now())
        course = CoursePage.objects.get(pk=page.get_parent().pk)
        assert "Continue the quiz" in as_(ada).get(course.get_url()).content.decode()
