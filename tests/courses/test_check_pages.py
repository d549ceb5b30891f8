"""Checks in place: without script, without a record, without giving the key away."""

from __future__ import annotations

import pytest

from tests.factories.courses import lessons_of, make_principle_page
from tests.markup import squeezed

pytestmark = pytest.mark.django_db

KEYS = ("RIGHT-REASON", "WRONG-REASON", "NEVER-REASON", "SUMMARY", "correct")


@pytest.fixture
def lesson(course_page):
    return lessons_of(course_page)[0]


def parts(page) -> tuple[str, list[str]]:
    """The id of the page's check, and of its options in order: right, wrong, never."""
    block = next(block for block in page.body if block.block_type == "check")
    return block.id, [child.id for child in block.value["options"].bound_blocks]


def answer(browser, page, *options: str) -> str:
    check, _ids = parts(page)
    reply = browser.post(page.url, {"check": check, "answer": list(options)})
    return squeezed(reply.content.decode())


def test_nothing_of_the_key_reaches_the_browser_before_an_answer(as_, ada, lesson):
    shown = as_(ada).get(lesson.url).content.decode()
    assert not [word for word in KEYS if word in shown]


def test_a_wrong_answer_gives_its_own_reason_and_no_more(as_, ada, lesson):
    shown = answer(as_(ada), lesson, parts(lesson)[1][1])
    assert "Not quite" in shown
    assert [word for word in KEYS if word in shown] == ["WRONG-REASON"]


def test_the_right_answer_gives_all_reasons(as_, ada, lesson):
    shown = answer(as_(ada), lesson, parts(lesson)[1][0])
    assert all(word in shown for word in KEYS[:4])


def test_the_verdict_stands_at_the_anchor_that_the_form_leads_to(as_, ada, lesson):
    check, ids = parts(lesson)
    shown = answer(as_(ada), lesson, ids[0])
    assert f'id="check-{check}"' in shown
    assert f'action="#check-{check}"' in shown


def test_the_chosen_answer_stays_chosen(as_, ada, lesson):
    ids = parts(lesson)[1]
    assert f'value="{ids[1]}" checked' in answer(as_(ada), lesson, ids[1])


def test_answering_records_nothing(as_, ada, lesson):
    answer(as_(ada), lesson, parts(lesson)[1][0])
    assert not ada.steps.exists()
    assert not ada.enrolments.exists()


@pytest.mark.parametrize(
    "options",
    [[], ["junk"], ["0"], ["<script>alert(1)</script>"], ["x"] * 2_000, ["\0"], ["é" * 10_000]],
    ids=["none", "junk", "number", "markup", "many", "nul", "long"],
)
def test_foreign_answers_count_as_none(as_, ada, lesson, options):
    shown = answer(as_(ada), lesson, *options)
    assert "Select an answer first" in shown
    assert not [word for word in KEYS if word in shown]
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "check", ["", "junk", "\0", "é" * 10_000], ids=["empty", "junk", "nul", "long"]
)
def test_an_unknown_check_changes_nothing(as_, ada, lesson, check):
    response = as_(ada).post(lesson.url, {"check": check, "answer": "x"})
    assert response.status_code == 200
    assert "Select an answer first" not in response.content.decode()


def test_a_locked_lesson_judges_nothing(as_, ada, course_page):
    locked = lessons_of(course_page)[-1]
    check, ids = parts(locked)
    response = as_(ada).post(locked.url, {"check": check, "answer": ids[0]})
    assert response.status_code == 403
    assert not [word for word in KEYS if word in response.content.decode()]


def test_a_signed_out_reader_checks_a_principle(client):
    page = make_principle_page(1)
    assert "RIGHT-REASON" in answer(client, page, parts(page)[1][0])


def test_a_signed_out_answer_to_a_lesson_leads_to_signing_in(client, lesson):
    check, ids = parts(lesson)
    assert client.post(lesson.url, {"check": check, "answer": ids[0]}).status_code == 302
