"""The userbar on pages for people with the editor, and what its Checks panel finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.db.models import TextField
from django.test import Client
from django.urls import reverse

from wagtail.models import Locale, Page, get_page_models

import pytest

from courses import editor_groups
from courses.blocks import LessonBlocks
from courses.models import CoursePage, LessonPage, ModulePage, PrinciplePage
from home.editing import content_checks
from items.models import Item
from tests.conftest import NOW
from tests.factories.courses import BODY, CHECK, lessons_of, make_course, make_principle_page
from tests.factories.quizzes import make_item

BAR = "wagtail-userbar-template"
MARKS = re.compile(r'data-faults="([^"]*)"')
LONG = (
    "Notwithstanding organisational considerations regarding communication responsibilities, individual "
    "representatives necessarily coordinate internationally distributed publication activities beforehand, "
    "including retrospective documentation."
)
EXAMPLE = ("example", {"title": "One", "body": "<p>It happened.</p>"})


def block_faults(kind: str, **changes: Any) -> list[str]:
    block = LessonBlocks().child_blocks[kind]
    value = block.normalize(block.meta.preview_value | changes)
    return content_checks.find_block_faults(kind, value)


def check_options(*texts: str, reason: str = "Because.") -> list[dict[str, Any]]:
    return [
        {"text": text, "correct": place == 0, "reason": reason} for place, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("kind", "changes", "fault"),
    [
        ("figure", {"alt": " "}, "missing_alt"),
        ("text", {"body": f"<p>{LONG}</p>"}, "hard_to_read"),
        ("check", {"options": check_options("Ask first, and early enough to change it", "No", "I do")}, "long_key"),
        ("check", {"options": check_options("One", "Two", "Three", reason="")}, "no_reason"),
    ],
    ids=["missing_alt", "hard_to_read", "long_key", "no_reason"],
)  # fmt: skip
def test_checks_find_the_fault_of_a_block(kind: str, changes: dict[str, Any], fault: str) -> None:
    assert block_faults(kind, **changes) == [fault]


@pytest.mark.parametrize("kind", sorted(set(LessonBlocks().child_blocks) - {"check"}))
def test_checks_find_nothing_in_the_examples_of_blocks(kind: str) -> None:
    assert block_faults(kind) == []


def test_checks_judge_the_reading_grade_of_english_only() -> None:
    block = LessonBlocks().child_blocks["text"]
    value = block.normalize({"heading": "", "body": f"<p>{LONG}</p>"})
    assert content_checks.find_block_faults("text", value, language="fi") == []


def test_checks_have_words_for_every_hint_on_questions() -> None:
    """A hint of another code would mark what no rule of the panel reads."""
    source = Path(content_checks.writing_hints.__file__).read_text()
    assert set(re.findall(r'WritingHint\("(\w+)"', source)) <= content_checks.FAULTS.keys()


@pytest.fixture
def lesson(db: None) -> LessonPage:
    return lessons_of(make_course(modules=1, lessons=1))[0]


@pytest.mark.django_db
def test_checks_miss_an_example_until_a_lesson_of_the_module_has_one(lesson: LessonPage) -> None:
    module = lesson.get_parent().specific
    assert content_checks.find_page_faults(lesson) == ["no_example"]
    assert content_checks.find_page_faults(module) == ["no_example"]
    lesson.body = [*BODY, EXAMPLE]
    assert content_checks.find_page_faults(lesson) == []
    lesson.save()
    assert content_checks.find_page_faults(module) == []


@pytest.mark.django_db
def test_checks_judge_the_reading_grade_of_every_text_field_of_pages() -> None:
    """Only blocks were judged: the statement of a principle could be as hard as it liked."""
    fields = [
        (model, field.name)
        for model in set(get_page_models()) - {Page}
        for field in model._meta.local_fields
        if type(field) is TextField
    ]
    assert (PrinciplePage, "statement") in fields
    for model, name in [*fields, (ModulePage, "summary"), (CoursePage, "audience")]:
        page = model(**{name: f"{LONG} {LONG}"}, locale=Locale(language_code="en-gb"))
        assert content_checks.find_text_faults(page) == ["hard_to_read"], (model, name)
        page.locale = Locale(language_code="fi")
        assert content_checks.find_text_faults(page) == [], (model, name)


@pytest.mark.django_db
def test_checks_of_a_question_name_pictures_without_words() -> None:
    item = make_item(kind="image_choice")
    assert "missing_alt" not in content_checks.find_item_faults(item)
    item.body[0].value["options"][0]["alt"] = ""
    assert "missing_alt" in content_checks.find_item_faults(item)


@pytest.mark.django_db
def test_userbar_is_on_public_and_lesson_pages_for_people_with_the_editor(
    as_: Any, dana: Any, lesson: LessonPage
) -> None:
    browser, principle = cms(as_, dana), make_principle_page(1)
    for page in (principle, lesson, lesson.get_parent().specific):
        html = browser.get(page.url).content.decode()
        assert f'href="//testserver/cms/pages/{page.pk}/edit/"' in html.replace("http:", "")


@pytest.mark.django_db
def test_userbar_is_on_no_page_of_learners_or_strangers(
    as_: Any, ada: Any, lesson: LessonPage
) -> None:
    assert BAR not in as_(ada).get(lesson.url).content.decode()
    assert BAR not in Client().get(make_principle_page(1).url).content.decode()


@pytest.mark.django_db
def test_userbar_is_on_no_page_that_is_not_written(as_: Any, dana: Any) -> None:
    html = cms(as_, dana).get("/me/").content.decode()
    assert BAR not in html


@pytest.mark.django_db
def test_checks_of_a_preview_are_marked_in_it(as_: Any, dana: Any, lesson: LessonPage) -> None:
    browser = cms(as_, dana)
    lesson.body = [("check", CHECK | {"options": check_options("One", "Two", reason="")})]
    lesson.save_revision(clean=False)
    html = browser.get(f"/cms/pages/{lesson.pk}/view_draft/").content.decode()
    assert MARKS.findall(html) == ["few_options no_reason", "no_example"]
    assert "checker-axe-configuration" in html
    assert "postworthy-no-reason" in html


@pytest.mark.django_db
def test_checks_of_a_question_are_marked_in_its_preview(as_: Any, dana: Any) -> None:
    item: Item = make_item(stem="<p>What is not so?</p>", principle="")
    browser, draft = cms(as_, dana), item.save_revision()
    url = reverse("wagtailsnippets_items_item:revisions_view", args=[item.pk, draft.pk])
    (marks,) = MARKS.findall(browser.get(url).content.decode())
    assert "negative_stem" in marks


def cms(as_: Any, person: Any) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(person, at=NOW)
    return as_(person)
