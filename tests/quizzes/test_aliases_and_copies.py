"""A quiz page shown twice is one quiz; a copy, of a page or a question, is another one with a free code."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

import pytest

from items.models import Item
from quizzes.models import Quiz, QuizPage
from quizzes.publishing import quiz_rules
from quizzes.reporting import item_usage
from tests.factories.courses import make_course
from tests.factories.quizzes import make_bank, make_quiz, make_row
from tests.quizzes.test_authoring import cms, item_form, post  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> QuizPage:
    return make_quiz(make_bank("ALIAS", make_row(), make_row()))


def test_alias_of_a_quiz_is_the_same_quiz_with_its_questions(
    page: QuizPage, client: Client
) -> None:
    alias = page.create_alias(parent=make_course(), update_slug="alias")
    assert (alias.quiz_id, Quiz.objects.count()) == (page.quiz_id, 1)
    course = page.quiz.course_id
    quiz_rules.sync_quiz(alias)
    quiz = Quiz.objects.get(pk=page.quiz_id)
    assert (quiz.course_id, bool(quiz.rules["sections"])) == (course, True)
    assert client.get(alias.url).status_code == 200


def test_copy_of_a_quiz_is_a_draft_with_a_free_code(page: QuizPage) -> None:
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=True)
    assert (copy.live, copy.quiz_id == page.quiz_id) == (False, False)
    assert copy.code == copy.quiz.code != page.code
    assert copy.quiz.rules == {}  # nobody can start it


def test_use_list_names_a_copy_by_its_code(page: QuizPage) -> None:
    item = Item.objects.select_related("bank", "principle").filter(bank__code="ALIAS").first()
    assert item_usage.names_of(item, item_usage.list_quiz_draws()) == [page.title]
    copy = page.copy(update_attrs={"slug": "copy"})
    copy.get_latest_revision().publish()
    codes = sorted(Quiz.objects.values_list("code", flat=True))
    names = item_usage.names_of(item, item_usage.list_quiz_draws())
    assert sorted(names) == sorted(f"{page.title} ({code})" for code in codes)


def test_quiz_draft_that_is_thrown_away_leaves_no_quiz(page: QuizPage) -> None:
    copy = page.copy(update_attrs={"slug": "copy"})
    copy.delete()
    assert list(Quiz.objects.all()) == [page.quiz]


def test_copy_of_a_question_asks_no_code_and_gets_a_free_one(cms: Client) -> None:  # noqa: F811
    item = make_bank("COPIES", make_row(code="COPIES-2")).items.get()
    shown = cms.get(reverse(Item.snippet_viewset.get_url_name("copy"), args=[item.pk]))
    assert shown.context["form"].initial["code"] == ""
    response = post(cms, item_form(item.bank, code=""))
    assert response.status_code == 302, response.context["form"].errors
    assert set(item.bank.items.values_list("code", flat=True)) == {"COPIES-2", "COPIES-3"}


@pytest.mark.parametrize("code", ["", "MINE"])
def test_code_of_a_question_is_kept_or_proposed(cms: Client, code: Any) -> None:  # noqa: F811
    bank = make_bank("FREE", make_row(code="OLD"))
    post(cms, item_form(bank, code=code))
    assert bank.items.exclude(code="OLD").get().code == (code or "FREE-2")
