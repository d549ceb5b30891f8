"""The honour statement: shown before a quiz starts, required for starting, and kept on record."""

from __future__ import annotations

import hashlib
from typing import Any

from django.test import Client
from django.utils import timezone

import pytest

from accounts.models import User
from ledger.models import Entry
from quizzes.attempts.starting import NotAgreedError, start_attempt
from quizzes.authoring.forms import QuizPageForm
from quizzes.models import Attempt, QuizPage
from tests.factories.quizzes import make_bank, make_quiz, make_ready, make_row
from tests.markup import squeeze_markup

pytestmark = pytest.mark.django_db
WORD = "I answer on my own."


@pytest.fixture
def page(ada: User) -> QuizPage:
    page = make_quiz(make_bank("HONOUR", make_row()), honour=WORD)
    make_ready(ada, page)
    return page


@pytest.fixture
def browser(ada: User, as_: Any) -> Client:
    return as_(ada)


def test_start_page_shows_the_honour_statement_with_a_checkbox(
    page: QuizPage, browser: Client
) -> None:
    shown = squeeze_markup(browser.get(page.get_url()).content.decode())
    assert WORD in shown
    assert 'type="checkbox" name="agreed" value="1" id="agreed" required' in shown
    assert "There is a problem" not in shown


def test_start_without_agreeing_is_refused(page: QuizPage, browser: Client) -> None:
    shown = squeeze_markup(browser.post(f"/quiz/start/{page.pk}/", follow=True).content.decode())
    assert "<title>Error: " in shown
    assert 'href="#agreed">Agree to the statement to start' in shown
    assert not Attempt.objects.exists()


def test_start_records_the_agreed_honour_statement(page: QuizPage, browser: Client) -> None:
    browser.post(f"/quiz/start/{page.pk}/", {"agreed": "1"})
    attempt = Attempt.objects.get()
    entry = Entry.objects.get(kind="attempt.started")
    assert attempt.rules["honour"] == WORD
    assert entry.data["honour_sha256"] == hashlib.sha256(WORD.encode()).hexdigest()


def test_start_function_refuses_without_agreement(ada: User, page: QuizPage) -> None:
    with pytest.raises(NotAgreedError):
        start_attempt(ada, page.quiz, at=timezone.now(), locale="en")
    begun = start_attempt(ada, page.quiz, at=timezone.now(), locale="en", agreed=True)
    assert start_attempt(ada, page.quiz, at=timezone.now(), locale="en") == begun


def test_quiz_without_honour_statement_asks_for_no_agreement(ada: User, browser: Client) -> None:
    page = make_quiz(make_bank("PLAIN", make_row()))
    make_ready(ada, page)
    assert 'name="agreed"' not in browser.get(f"{page.get_url()}?agree").content.decode()
    browser.post(f"/quiz/start/{page.pk}/")
    assert "honour_sha256" not in Entry.objects.get(kind="attempt.started").data


def test_start_page_says_when_answers_are_explained(page: QuizPage, browser: Client) -> None:
    shown = browser.get(page.get_url()).content.decode()
    assert "You see each question and why when you have passed." in shown


@pytest.mark.parametrize(
    ("preset", "differences", "fits"),
    [
        ("exam", {"one_page": True}, False),
        ("exam", {}, True),
        ("practice", {"certifies": True}, False),
        ("practice", {}, True),
        ("practice", {"certifies": True, "one_page": False}, True),
    ],
)
def test_quiz_form_refuses_a_certifying_quiz_on_one_page(
    preset: str, differences: dict[str, bool], fits: bool, page: QuizPage
) -> None:
    page.preset, page.differences = preset, list(differences.items())
    form = exam_form(page)
    assert ("differences" not in form.errors) is fits


def exam_form(page: QuizPage) -> QuizPageForm:
    from wagtail.test.utils.form_data import nested_form_data, streamfield

    bound = page.get_edit_handler().get_form_class()
    stream = streamfield(
        [(child.block_type, "on" if child.value else "") for child in page.differences]
    )
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "code": page.code,
            "intro": "",
            "preset": page.preset,
            "differences": stream,
            "draw": streamfield([]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0},
        }
    )
    return bound(data, instance=page, parent_page=page.get_parent(), for_user=None)
