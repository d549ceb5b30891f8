"""What authors see of a quiz's statistics: the finding first, plots with tables, and no person's name."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any
from xml.etree import ElementTree

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import pytest

from courses import editor_groups
from items.banks import importing
from items.models import ItemVersion
from quizzes.models import Attempt, Quiz, Regrade, Response
from tests.conftest import NOW
from tests.factories.measured import make_sat
from tests.factories.quizzes import make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db
LIST = "/cms/quiz-statistics/"
HOSTILE = "=1+1 <script>alert(1)</script> a < b"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def signed_in(as_: Any) -> Any:
    """`signed_in(dana)` is a browser of somebody whose groups follow their responsibilities."""
    editor_groups.prepare_groups()

    def browser(person: Any) -> Client:
        editor_groups.sync_groups(person, at=NOW)
        return as_(person)

    return browser


@pytest.fixture
def cms(signed_in: Any, dana: Any) -> Client:
    return signed_in(dana)


@pytest.fixture
def quiz() -> Quiz:
    """Four questions. C-3 has a wrong key: strong people choose another option (see `sit`)."""
    rows = [make_row(code=f"C-{n}", stem=f"Question {n} {HOSTILE}") for n in (1, 2, 3, 4)]
    rows[2]["options"][0]["text"] = HOSTILE
    return make_quiz(make_bank("STAT", *rows), title="Posting & replying").quiz


def versions() -> list[ItemVersion]:
    return list(ItemVersion.objects.order_by("item__code", "number"))


def answer(version: ItemVersion, place: int) -> dict[str, str]:
    return {"choice": version.content["options"][place - 1]["id"]}


def sit(quiz: Quiz, number: int = 40, **fields: Any) -> list[Attempt]:
    """Half of the people are right on all but C-3 and choose its first option; the others choose its key."""
    one, two, three, four = versions()
    strong = {
        one: answer(one, 2),
        two: answer(two, 2),
        three: answer(three, 1),
        four: answer(four, 2),
    }
    weak = {
        one: answer(one, 1),
        two: answer(two, 3),
        three: answer(three, 2),
        four: answer(four, 4),
    }
    odd = {**weak, one: answer(one, 2)}
    rows = [strong if n % 2 else odd if n % 8 == 0 else weak for n in range(number)]
    return make_sat(quiz, rows, NOW, **fields)


def of_quiz(quiz: Quiz) -> str:
    return reverse("quiz_statistics:quiz", args=[quiz.pk])


def of_item(place: int) -> str:
    return reverse("quiz_statistics:item", args=[versions()[place - 1].pk])


def page(cms: Client, address: str, **query: str) -> str:
    response = cms.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def test_quiz_list_shows_quizzes_with_submitted_attempts(cms: Client, quiz: Quiz) -> None:
    assert "Nobody has handed in a quiz yet." in page(cms, LIST)
    sit(quiz)
    shown = page(cms, LIST)
    assert "Posting &amp; replying" in shown
    assert of_quiz(quiz) in shown


def test_quiz_page_heading_states_the_finding(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    shown = page(cms, of_quiz(quiz))
    assert '<h2 class="qs-finding">1 question needs a look</h2>' in shown
    assert "Look at these first: C-3" in shown
    assert "check the key" in shown


def test_quiz_page_judges_nothing_below_the_least_number(cms: Client, quiz: Quiz) -> None:
    sit(quiz, 4)
    shown = page(cms, of_quiz(quiz))
    assert "Needs 30 tries, there are 4" in shown
    assert "check the key" not in shown
    assert "Needs 30 tries, there are 4" in page(cms, of_item(3))


def test_statistics_of_a_quiz_without_attempts_are_shown_empty(cms: Client, quiz: Quiz) -> None:
    assert "Needs 30 tries, there are 0" in page(cms, of_quiz(quiz))
    assert "No quiz has asked this version yet" in page(cms, of_item(1))


def test_item_page_shows_advice_before_numbers(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    shown = page(cms, of_item(3))
    assert "This question needs a look" in shown
    advice, numbers = shown.index("check the key"), shown.index("The question in numbers")
    assert advice < numbers
    for heading in ("Correlation", "Bottom 27%", "Discriminative efficiency, %"):
        assert heading in shown


def test_plots_are_labelled_svg_without_inline_styles(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    for address, count in ((of_quiz(quiz), 2), (of_item(3), 2)):
        drawn = [
            ElementTree.fromstring(f"<svg{part.split('</svg>')[0]}</svg>")
            for part in page(cms, address).split("<svg")[1:]
            if 'class="chart"' in part.split(">")[0]
        ]
        assert len(drawn) == count
        for picture in drawn:
            assert picture.attrib["role"] == "img"
            assert [child.tag for child in picture][:2] == ["title", "desc"]
            assert not any("style" in each.attrib for each in picture.iter())


def test_authors_texts_are_escaped(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    for address in (of_quiz(quiz), of_item(3), LIST):
        assert "<script>alert(1)" not in page(cms, address)


def test_csv_has_full_texts_and_no_formulas(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    response = cms.get(of_item(3), {"table": "options"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows_of(response)[0]["Answer"] == f"'{HOSTILE}"
    words = rows_of(cms.get(of_quiz(quiz), {"table": "questions"}))[0]["Words"]
    assert words == f"Question 1 {HOSTILE}"


def test_csv_has_the_numbers_of_the_screen(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    row = rows_of(cms.get(of_quiz(quiz), {"table": "questions"}))[2]
    assert (row["Question"], row["Asked"], row["Facility"], row["A look"]) == (
        "C-3",
        "40",
        "0.5",
        "yes",
    )
    assert float(row["Discrimination"]) < -90
    scores = rows_of(cms.get(of_quiz(quiz), {"table": "scores"}))
    assert sum(int(row["Tries"]) for row in scores) == 40


@pytest.mark.parametrize("query", [{"table": "people"}, {"quiz": "0"}, {"quiz": "x"}])
def test_unknown_tables_and_quizzes_are_not_found(
    cms: Client, quiz: Quiz, query: dict[str, str]
) -> None:
    sit(quiz, 4)
    assert cms.get(of_item(1), query).status_code == 404
    assert cms.get(f"{LIST}999999/").status_code == 404


def test_invalid_query_options_count_nobody_and_say_so(cms: Client, quiz: Quiz) -> None:
    sit(quiz, 4)
    told = page(cms, of_quiz(quiz), tries="<script>", joined="maybe")
    assert "there are 4" not in told
    assert "there are 4" in page(cms, of_quiz(quiz))
    assert "<script>" not in told.split("<main")[1].split("</main>")[0]


def test_versions_are_separate_unless_joined(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    bank = versions()[0].item.bank
    importing.apply_plan(
        importing.plan_import(bank, [make_row(code="C-1", stem="Asked anew")]), actor=None
    )
    new = ItemVersion.objects.get(item__code="C-1", number=2)
    make_sat(quiz, [{new: answer(new, 2)}] * 2, NOW)
    apart = rows_of(cms.get(of_quiz(quiz), {"table": "questions"}))
    joined = rows_of(cms.get(of_quiz(quiz), {"table": "questions", "joined": "on"}))
    assert [(row["Version"], row["Asked"]) for row in apart[:2]] == [("1", "40"), ("2", "2")]
    assert (joined[0]["Version"], joined[0]["Asked"]) == ("1, 2", "42")
    address = reverse("quiz_statistics:item", args=[new.pk])
    assert "Needs 30 tries, there are 2" in page(cms, address)
    assert "Versions 2, 1 as one." in page(cms, address, joined="on")


def test_languages_are_counted_separately(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    sit(quiz, locale="ar")
    languages = rows_of(cms.get(of_item(1), {"table": "languages"}))
    assert [row["Asked"] for row in languages] == ["40", "40"]


def test_statistics_are_cached_until_attempts_or_regrades_change(
    cms: Client, quiz: Quiz, django_assert_max_num_queries: Any
) -> None:
    sit(quiz)
    page(cms, of_quiz(quiz))
    with django_assert_max_num_queries(30) as seen:
        page(cms, of_quiz(quiz))
    assert not any("quizzes_response" in query["sql"] for query in seen.captured_queries)
    sit(quiz, 1)
    assert "41 tries counted" in page(cms, of_quiz(quiz))
    Response.objects.update(mark=1)
    Regrade.objects.create(
        version=versions()[0], option="full_credit", reason="Wrong key", at=NOW, actor="x"
    )
    facilities = rows_of(cms.get(of_quiz(quiz), {"table": "questions"}))
    assert {row["Facility"] for row in facilities} == {"1.0"}


def test_statistics_screens_name_no_person(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    for address in (LIST, of_quiz(quiz), of_item(3)):
        assert "Learner Canary" not in page(cms, address)
    for table in ("scores", "questions"):
        assert b"Canary 1" not in cms.get(of_quiz(quiz), {"table": table}).content


def test_quiz_list_query_count_does_not_grow_with_quizzes(
    cms: Client, quiz: Quiz, django_assert_max_num_queries: Any
) -> None:
    sit(quiz)
    page(cms, LIST)
    with django_assert_max_num_queries(60) as few:
        page(cms, LIST)
    most = len(few)
    for _number in range(3):
        sit(make_quiz(versions()[0].item.bank).quiz)
    page(cms, LIST)
    with django_assert_max_num_queries(most):
        page(cms, LIST)


@pytest.mark.parametrize("person", ["dana", "ravi"])
def test_statistics_are_open_to_authors_and_reviewers(
    signed_in: Any, quiz: Quiz, person: str, request: pytest.FixtureRequest
) -> None:
    browser = signed_in(request.getfixturevalue(person))
    for address in (LIST, of_quiz(quiz), of_item(1)):
        assert browser.get(address).status_code == 200
    assert "Quiz statistics" in browser.get("/cms/").content.decode()


@pytest.mark.parametrize("person", ["ada", "ben", "hugo", "vera", "olga", "carol"])
def test_statistics_are_refused_to_other_roles(
    signed_in: Any, quiz: Quiz, person: str, request: pytest.FixtureRequest
) -> None:
    browser = signed_in(request.getfixturevalue(person))
    for address in (LIST, of_quiz(quiz), of_item(1), f"{of_item(1)}?table=options"):
        response = browser.get(address)
        assert response.status_code in (302, 403)
        assert b"C-1" not in response.content


def test_anonymous_visitor_is_sent_to_login(client: Client, quiz: Quiz) -> None:
    assert client.get(of_quiz(quiz)).status_code == 302


def test_dropped_question_has_no_attempts_in_statistics(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    Response.objects.filter(version=versions()[2]).update(mark=0, max_mark=0)
    assert "Needs 30 tries, there are 0" in page(cms, of_item(3))
    assert "Look at these first" not in page(cms, of_quiz(quiz))
    row = rows_of(cms.get(of_quiz(quiz), {"table": "questions"}))[2]
    assert (row["Question"], row["Asked"], row["Facility"], row["Kind"]) == (
        "C-3",
        "0",
        "",
        "One answer",
    )


def test_item_page_links_to_its_reports(cms: Client, quiz: Quiz) -> None:
    sit(quiz)
    address = reverse("question_reports:version", args=[versions()[2].pk])
    assert address in page(cms, of_item(3))
    assert cms.get(address).status_code == 200
