"""Checks inside lessons, answered without JavaScript: nothing is recorded and the key stays hidden."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.factories.courses import lessons_of, make_principle_page
from tests.markup import squeeze_markup

pytestmark = pytest.mark.django_db

KEYS = ("RIGHT-REASON", "WRONG-REASON", "NEVER-REASON", "SUMMARY", "correct")


@pytest.fixture
def lesson(course_page):
    return lessons_of(course_page)[0]


def parts(page) -> tuple[str, list[str]]:
    """The id of the page's check, and the ids of its options in order: right, wrong, never."""
    block = next(block for block in page.body if block.block_type == "check")
    return block.id, [child.id for child in block.value["options"].bound_blocks]


def answer(browser, page, *options: str) -> str:
    check, _ids = parts(page)
    reply = browser.post(page.url, {"check": check, "answer": list(options)})
    return squeeze_markup(reply.content.decode())


def test_check_hides_the_key_before_an_answer(as_, ada, lesson):
    shown = as_(ada).get(lesson.url).content.decode()
    assert not [word for word in KEYS if word in shown]


def test_wrong_answer_shows_only_its_own_reason(as_, ada, lesson):
    shown = answer(as_(ada), lesson, parts(lesson)[1][1])
    assert "Not quite" in shown
    assert [word for word in KEYS if word in shown] == ["WRONG-REASON"]


def test_right_answer_shows_all_reasons(as_, ada, lesson):
    shown = answer(as_(ada), lesson, parts(lesson)[1][0])
    assert all(word in shown for word in KEYS[:4])


def test_verdict_is_at_the_form_anchor(as_, ada, lesson):
    check, ids = parts(lesson)
    shown = answer(as_(ada), lesson, ids[0])
    assert f'id="check-{check}"' in shown
    assert f'action="#check-{check}"' in shown


def test_chosen_answer_stays_checked(as_, ada, lesson):
    ids = parts(lesson)[1]
    assert f'value="{ids[1]}" checked' in answer(as_(ada), lesson, ids[1])


def test_check_answer_records_nothing(as_, ada, lesson):
    answer(as_(ada), lesson, parts(lesson)[1][0])
    assert not ada.steps.exists()
    assert not ada.enrolments.exists()


@pytest.mark.parametrize(
    "options",
    [[], ["junk"], ["0"], ["<script>alert(1)</script>"], ["x"] * 2_000, ["\0"], ["é" * 10_000]],
    ids=["none", "junk", "number", "markup", "many", "nul", "long"],
)
def test_foreign_answers_count_as_no_answer(as_, ada, lesson, options):
    shown = answer(as_(ada), lesson, *options)
    assert "Select an answer first" in shown
    assert not [word for word in KEYS if word in shown]
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "check", ["", "junk", "\0", "é" * 10_000], ids=["empty", "junk", "nul", "long"]
)
def test_unknown_check_is_ignored(as_, ada, lesson, check):
    response = as_(ada).post(lesson.url, {"check": check, "answer": "x"})
    assert response.status_code == 200
    assert "Select an answer first" not in response.content.decode()


def test_check_in_locked_lesson_answers_403(as_, ada, course_page):
    locked = lessons_of(course_page)[-1]
    check, ids = parts(locked)
    response = as_(ada).post(locked.url, {"check": check, "answer": ids[0]})
    assert response.status_code == 403
    assert not [word for word in KEYS if word in response.content.decode()]


def test_check_on_principle_works_signed_out(client):
    page = make_principle_page(1)
    assert "RIGHT-REASON" in answer(client, page, parts(page)[1][0])


def test_check_in_lesson_redirects_signed_out_reader_to_login(client, lesson):
    check, ids = parts(lesson)
    assert client.post(lesson.url, {"check": check, "answer": ids[0]}).status_code == 302


def section(as_, ada, page, *options: str) -> BeautifulSoup:
    check, _ids = parts(page)
    reply = as_(ada).post(page.url, {"check": check, "answer": list(options)})
    return BeautifulSoup(reply.content, "html.parser").find(id=f"check-{check}")


@pytest.mark.parametrize(
    ("place", "verdict"), [(0, "Right"), (1, "Not quite"), (None, "Select an answer first")]
)
def test_verdict_is_a_status_that_takes_the_focus(as_, ada, lesson, place, verdict):
    """What static/js/fetched.js puts in place and focuses is there without JavaScript as well."""
    ids = parts(lesson)[1]
    card = section(as_, ada, lesson, *([] if place is None else [ids[place]]))
    (told,) = card.select("[data-told]")
    assert (told["role"], told["tabindex"]) == ("status", "-1")
    assert verdict in told.get_text(" ", strip=True)
    assert card.has_attr("data-check")


def test_unchosen_wrong_answers_are_nobodys_fault(as_, ada, lesson):
    """After a right answer the others are not stopped at, nor called a mistake."""
    card = section(as_, ada, lesson, parts(lesson)[1][0])
    looks = [option["class"] for option in card.select(".option")]
    assert looks == [["option", "go"], ["option"], ["option"]]
    words = [tag.get_text(strip=True) for tag in card.select(".option .tag")]
    assert words == ["Right answer", "Not this one", "Not this one"]
    assert not card.select(".stop")
