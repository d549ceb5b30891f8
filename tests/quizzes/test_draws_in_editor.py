"""What the quiz page's editor says of its draws, and how questions are added, copied and found."""

from __future__ import annotations

from typing import Any

from django.test import Client

from wagtail.models import Page

import pytest

from courses import editor_groups
from items.models import Item
from quizzes.authoring.draws import count_draws
from quizzes.cms.item_search import search_items
from quizzes.models import QuizPage
from tests.conftest import NOW
from tests.factories.quizzes import make_bank, make_principle, make_quiz, make_row

pytestmark = pytest.mark.django_db
SECTION = {"principle": None, "count": 2, "critical_only": False, "mandatory": False}


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return as_(dana)


@pytest.fixture
def quiz(db: None) -> QuizPage:
    make_principle(1)
    rows = [make_row(code=f"D-{n}", principle="P1" if n < 4 else "") for n in range(1, 6)]
    rows.append(make_row(code="D-6", critical=True))
    return make_quiz(make_bank("DRAW", *rows))


def fits(page: Page, **changes: Any) -> tuple[int, bool, bool]:
    bank = page.draw[0].value["bank"]
    page.draw = [("section", SECTION | {"bank": bank} | changes)]
    (found,) = count_draws(page)
    return found.fitting, found.is_short, found.repeats


def test_draw_says_how_many_questions_fit(quiz: QuizPage) -> None:
    assert fits(quiz) == (6, False, False)
    assert fits(quiz, principle=make_principle(1)) == (3, False, True)
    assert fits(quiz, critical_only=True) == (1, True, False)
    assert fits(quiz, mandatory=True, count=None, critical_only=True) == (1, False, False)


def test_draw_counts_no_question_that_no_try_asks(quiz: QuizPage) -> None:
    Item.objects.filter(code="D-1").update(retired=True)
    Item.objects.filter(code="D-2").update(live=False)
    assert fits(quiz)[0] == 4


def test_draw_without_a_bank_is_not_counted(quiz: QuizPage) -> None:
    quiz.draw = [("section", SECTION | {"bank": None})]
    assert count_draws(quiz) == []


def test_draws_are_counted_in_the_editor_with_ways_to_add_and_copy(
    cms: Client, quiz: QuizPage
) -> None:
    html = cms.get(f"/cms/pages/{quiz.pk}/edit/").content.decode()
    bank, item = quiz.draw[0].value["bank"], Item.objects.get(code="D-1")
    assert "6 questions fit." in html
    assert f'href="/cms/snippets/quizzes/item/add/?bank={bank.pk}"' in html
    assert f'href="/cms/snippets/quizzes/item/copy/{item.pk}/"' in html


def test_draws_are_counted_with_the_same_number_of_queries(
    quiz: QuizPage, django_assert_num_queries: Any
) -> None:
    bank = quiz.draw[0].value["bank"]
    quiz.draw = [("section", SECTION | {"bank": bank})] * 3
    with django_assert_num_queries(1):
        assert len(count_draws(quiz)) == 3


def test_added_question_begins_where_the_draw_needs_it(cms: Client, quiz: QuizPage) -> None:
    bank, principle = quiz.draw[0].value["bank"], make_principle(1)
    address = "/cms/snippets/quizzes/item/add/"
    form = cms.get(f"{address}?bank={bank.pk}&principle={principle.pk}&critical=true").context[
        "form"
    ]
    assert (form.instance.bank, form.instance.principle, form.instance.critical) == (
        bank,
        principle,
        True,
    )
    assert cms.get(f"{address}?bank=none&principle=9999999").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("eschwer", "S-1"),  # in the middle of a word
        ("Ääni", "S-2"),  # an answer, whatever the case
        ("erklär", "S-3"),  # an explanation
        ("NOTICE", "S-4"),  # a reason
        ("eschwer kunden", "S-1"),
        ("s-2", "S-2"),  # the code
        ("eschwer ääni", None),
        ("options", None),  # a name in our storage is no word of an author
    ],
)
def test_search_finds_parts_of_words_answers_and_explanations(
    query: str, found: str | None
) -> None:
    answers = [{"text": "vain ÄÄNIÄ", "correct": True}, {"text": "muuta", "correct": False}]
    reasons = [
        {"text": "eins", "correct": True, "reason": "Others notice it."},
        {"text": "zwei", "correct": False},
    ]
    make_bank(
        "S",
        make_row(code="S-1", stem="Eine Kundenbeschwerde kommt. Was nun?"),
        make_row(code="S-2", options=answers),
        make_row(code="S-3", feedback="Das erklärt es."),
        make_row(code="S-4", options=reasons),
    )
    codes = search_items(Item.objects.filter(bank__code="S"), query)
    assert [item.code for item in codes] == ([found] if found else [])


def test_search_of_the_list_finds_part_of_a_word(cms: Client) -> None:
    make_bank("S", make_row(code="S-1", stem="Eine Kundenbeschwerde"), make_row(code="S-2"))
    html = cms.get("/cms/snippets/quizzes/item/?q=beschw").content.decode()
    assert "S-1" in html
    assert "S-2" not in html
