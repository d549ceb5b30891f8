"""Previews of courses, lessons and quizzes as somebody: new, half-way, overdue, passed, failed; and a whole quiz."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.test import Client

from wagtail.models import Page

import pytest

from accounts.models import User
from courses import editor_groups
from courses.writing import readers
from quizzes.models import QuizPage
from tests.conftest import NOW
from tests.factories.courses import lessons_of, make_course
from tests.factories.quizzes import EVERY, STAGED, make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db
MODES = dict(readers.READERS)


@pytest.fixture
def cms(as_: Any, dana: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=NOW)
    return as_(dana)


@pytest.fixture
def quiz(db: None) -> QuizPage:
    rows = [make_row(kind, feedback="") for kind in (*EVERY, *STAGED) if kind != "free_text"]
    page = make_quiz(make_bank("WHOLE", *rows), course=make_course(modules=1, lessons=2))
    page.get_parent().specific.save_revision().publish()
    return page


def show(cms: Client, page: Page, mode: str) -> str:
    answer = cms.get(f"/cms/pages/{page.pk}/view_draft/?mode={mode}")
    assert answer.status_code == 200
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split()) if main else ""


def pages_of(quiz: QuizPage) -> list[Page]:
    course = quiz.get_parent().specific
    return [course, lessons_of(course)[0], quiz]


@pytest.mark.parametrize("place", [0, 1, 2], ids=["course", "lesson", "quiz"])
def test_preview_has_a_mode_for_every_state_of_a_reader(
    cms: Client, quiz: QuizPage, place: int
) -> None:
    page = pages_of(quiz)[place]
    page.save_revision()
    assert [mode for mode, _label in page.preview_modes[: len(MODES)]] == list(MODES)
    for mode in MODES:
        assert page.title in show(cms, page, mode)


def test_preview_of_a_quiz_says_what_each_reader_would_be_told(cms: Client, quiz: QuizPage) -> None:
    quiz.save_revision()
    shown = {mode: show(cms, quiz, mode) for mode in MODES}
    assert "The quiz opens when you have read the lessons." in shown[readers.NEW]
    assert "You have started try 1." in shown[readers.HALF]
    assert "You passed on" in shown[readers.PASSED]
    assert "Start try 2" in shown[readers.FAILED]
    assert len(set(shown.values())) == len(MODES) - 1  # a quiz has no day of its own to be late for


def test_preview_of_a_course_says_what_each_reader_would_be_told(
    cms: Client, quiz: QuizPage
) -> None:
    course = quiz.get_parent().specific
    course.save_revision()
    shown = {mode: show(cms, course, mode) for mode in MODES}
    assert len(set(shown.values())) == len(MODES)


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_preview_leaves_nothing_behind(cms: Client, quiz: QuizPage) -> None:
    quiz.save_revision()
    show(cms, quiz, readers.NEW)
    before = count_rows()
    for mode in MODES:
        show(cms, quiz, mode)
    assert count_rows() == before
    assert not User.objects.filter(hr_id__startswith="PREVIEW").exists()


def test_preview_says_so_when_nobody_can_take_the_quiz(cms: Client, quiz: QuizPage) -> None:
    quiz.draw = []
    quiz.save_revision()
    assert "Nobody can take this quiz yet" in show(cms, quiz, readers.PASSED)


def test_preview_shows_the_draft_rules_and_keeps_the_userbar(cms: Client, quiz: QuizPage) -> None:
    quiz.differences = [("pass_percent", 55)]
    quiz.save_revision()
    answer = cms.get(f"/cms/pages/{quiz.pk}/view_draft/?mode=passed").content.decode()
    assert "55%" in answer
    assert "wagtail-userbar-template" in answer
    assert QuizPage.objects.get(pk=quiz.pk).quiz.rules["pass_percent"] == 80


def test_preview_of_a_whole_quiz_has_every_question_of_a_try_with_its_key(
    cms: Client, quiz: QuizPage
) -> None:
    quiz.save_revision()
    shown = show(cms, quiz, "whole")
    kinds = [kind for kind in (*EVERY, *STAGED) if kind != "free_text"]
    assert all(f"about {kind} " in shown for kind in kinds)
    assert shown.count("The key") == len([k for k in kinds if k not in ("survey", "description")])


def test_preview_of_a_whole_quiz_says_which_draw_is_short(cms: Client, quiz: QuizPage) -> None:
    bank = quiz.draw[0].value["bank"]
    section = {"bank": bank, "principle": None, "count": 99, "critical_only": False}
    quiz.draw = [("section", section | {"mandatory": False})]
    quiz.save_revision()
    assert "the bank has" in show(cms, quiz, "whole")
