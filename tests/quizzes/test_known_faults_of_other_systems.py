"""Faults that other systems are known for, each tried here. Faults of clocks, races, regrades and statistics have
their tests beside those subjects."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from courses.models import CourseCompletion
from items import publishing
from items.kinds.content import kind_of, parse_content
from quizzes.attempts.autosave import save_answer
from quizzes.attempts.starting import check_eligibility, start_attempt
from quizzes.attempts.submitting import submit_attempt
from quizzes.models import Attempt, QuizPage, Response
from quizzes.rules.settings import EVERYTHING
from tests.factories.quizzes import (
    CANARY,
    form_for,
    make_attempt,
    make_bank,
    make_item,
    make_quiz,
    make_ready,
    make_row,
    take,
)

pytestmark = [pytest.mark.django_db]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def one_question(**changes: object) -> QuizPage:
    return make_quiz(make_bank(f"ONE-{changes.get('code', 'Q')}", make_row(**changes)))


def page_of(attempt: Attempt, slot: int = 1) -> str:
    return reverse("quizzes:question", args=[attempt.uuid, slot])


def only(attempt: Attempt) -> Response:
    return attempt.responses.select_related("version").get()


@pytest.mark.databases
def test_edited_question_reaches_only_attempts_started_later(
    ada: User, ben: User, now: datetime
) -> None:
    """Docebo locks every option while anybody is at the test; Canvas shows the old version to latecomers."""
    item = make_item()
    page = make_quiz(item.bank)
    running = make_attempt(ada, page, now)
    item.stem = "<p>Mended</p>"
    item.save()
    mended = publishing.cut_version(item, actor="system:test", at=now)
    assert only(running).version.number == mended.number - 1
    assert only(make_attempt(ben, page, now)).version == mended
    save_answer(running.uuid, ada, 1, form_for(only(running)), seq=1, at=now)
    assert submit_attempt(running.uuid, ada, at=now).passed


def test_question_may_have_26_options(ada: User, now: datetime) -> None:
    """Frappe LMS #1731: a question could have four options only, later ten."""
    options = [{"text": f"Way {n}", "correct": n == 26, "reason": ""} for n in range(1, 27)]
    done = take(ada, one_question(kind="single", options=options), now)
    assert done.passed
    assert len(only(done).order) == 26


def test_check_of_an_empty_answer_reveals_nothing(ada: User, browser: Client) -> None:
    """Frappe LMS: one call with an empty answer yields the key before handing in."""
    page = make_quiz(feedback=EVERYTHING, certifies=False)
    attempt = make_attempt(ada, page, timezone.now())
    for slot in range(1, attempt.responses.count() + 1):
        shown = browser.post(page_of(attempt, slot), {"tell": "1"}, follow=True)
        assert CANARY not in shown.content.decode()


def test_repeated_right_answer_earns_its_points_once(ada: User, now: datetime) -> None:
    """Frappe LMS: a right row sent twice is marked twice."""
    attempt = make_attempt(ada, one_question(kind="multiple"), now)
    form = {name: values * 5 for name, values in form_for(only(attempt)).items()}
    save_answer(attempt.uuid, ada, 1, form, seq=1, at=now)
    done = submit_attempt(attempt.uuid, ada, at=now)
    assert (done.score, done.max_score) == (1, 1)


def test_looking_at_the_questions_uses_an_attempt(ada: User, now: datetime) -> None:
    """Frappe LMS #1730: look at all questions, reload, and try again with a fresh count."""
    page = make_quiz(count=3)
    seen = make_attempt(ada, page, now)
    again = start_attempt(ada, page.quiz, at=now + MINUTE, locale="en")
    assert again == seen
    submit_attempt(seen.uuid, ada, at=now + MINUTE)
    assert check_eligibility(ada, page.quiz, at=now + MINUTE).attempts_left == 2


def test_browser_storage_key_differs_for_quizzes_with_one_title(ada: User, browser: Client) -> None:
    """Frappe LMS keeps answers in the browser under the title of the quiz."""
    course_page = make_quiz(title="Quiz")
    other = make_quiz(make_bank("OTHER", make_row()), title="Quiz")
    kept = set()
    for page in (course_page, other):
        attempt = make_attempt(ada, page, timezone.now())
        soup = BeautifulSoup(browser.get(page_of(attempt)).content, "html.parser")
        kept.add(soup.select_one("form[data-autosave]")["data-autosave"])
    assert len(kept) == 2


@pytest.mark.parametrize(
    "typed", ["I work for Northlite", "Northlight for work I", "work Northlight"]
)
def test_short_text_refuses_nearly_the_same_words(typed: str) -> None:
    """Frappe LMS takes 85 % of the letters, in any order of the words, for right."""
    spec = parse_content(
        {
            "kind": "short_text",
            "stem": "Who are you?",
            "accept": [{"id": "a", "text": "I work for Northlight", "credit": "1"}],
        }
    )
    assert kind_of(spec).grade(spec, {"text": typed}).fraction == 0


def test_result_of_an_attempt_without_scored_items_is_shown(ada: User, browser: Client) -> None:
    """MDL-87182: a division by zero on the page of such an attempt."""
    page = make_quiz(
        make_bank("OPINIONS", make_row("survey"), make_row("description")), pass_percent=0
    )
    done = take(ada, page, timezone.now())
    shown = browser.get(reverse("quizzes:result", args=[done.uuid]))
    assert shown.status_code == 200
    assert (done.score, done.max_score) == (0, 0)


@pytest.mark.databases
def test_database_refuses_a_second_open_attempt(ada: User, now: datetime) -> None:
    """relate: "Fix race condition in attempt_count checking"."""
    attempt = make_attempt(ada, make_quiz(), now)
    attempt.pk, attempt.uuid, attempt.number = None, None, 2
    attempt.uuid = Attempt._meta.get_field("uuid").get_default()
    with pytest.raises(IntegrityError, match=r"one_open|UNIQUE"), transaction.atomic():
        attempt.save(force_insert=True)


def test_reading_all_lessons_does_not_complete_the_course(ada: User, now: datetime) -> None:
    """Sensei #5841 and Frappe LMS #531: the course is done, and certified, without its quiz."""
    make_ready(ada, make_quiz(), now)
    assert not CourseCompletion.objects.exists()


def test_question_markup_loses_scripts_and_data_addresses() -> None:
    """Frappe LMS wrote pictures out of data addresses in answers to public files."""
    bad = (
        '<p onclick="x()">Hi<script>x()</script><img src="data:image/svg+xml,<svg onload=x()>"></p>'
    )
    row = make_row(code="HARMLESS", stem_html=bad)
    row.pop("stem")
    stem = make_bank("CLEAN", row).items.get().versions.get().content["stem"]
    assert not [sign for sign in ("<script", "onclick", "<img", "data:") if sign in stem]


def test_time_factor_holds_for_every_quiz(ada: User, now: datetime) -> None:
    """Moodle sets an accommodation quiz by quiz: "repeat these steps for each quiz"."""
    ada.time_factor = 2
    ada.save()
    other = make_quiz(make_bank("SECOND", make_row()), time_limit_minutes=10)
    for page in (make_quiz(time_limit_minutes=30), other):
        attempt = make_attempt(ada, page, now)
        assert attempt.deadline_at == now + 2 * page.quiz.rules["time_limit_minutes"] * MINUTE


def test_question_pages_have_unique_titles_and_legends(ada: User, browser: Client) -> None:
    """MDL-88173: radio buttons without their question; MDL-84805: pages with the same title."""
    attempt = make_attempt(ada, make_quiz(), timezone.now())
    titles = set()
    for response in attempt.responses.all():
        soup = BeautifulSoup(browser.get(page_of(attempt, response.slot)).content, "html.parser")
        titles.add(soup.title.get_text())
        for control in soup.select("#question input[type=radio], #question input[type=checkbox]"):
            legend = control.find_parent("fieldset").find("legend")
            assert legend.get_text(strip=True)
    assert len(titles) == attempt.responses.count()
