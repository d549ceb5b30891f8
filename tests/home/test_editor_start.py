"""The editor's start page: my drafts and the questions that need a look. The outline of a course on one page."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from wagtail.admin.panels import FieldPanel, get_edit_handler
from wagtail.snippets.models import get_snippet_models

import pytest

from certificates.models import Award, Certification
from certificates.wagtail_hooks import register_certificates
from courses import editor_groups
from courses.models import CoursePage, LessonPage, ModulePage, Principle
from courses.progress import course_progress
from courses.writing.pages import WrittenPage
from home.editing import course_outline, start_page
from items.models import Item
from tests.conftest import NOW
from tests.factories.courses import (
    lessons_of,
    make_course,
    make_lesson,
    make_principle_page,
    translate,
)
from tests.factories.quizzes import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(as_: Any) -> Any:
    def signed(person: Any) -> Client:
        editor_groups.prepare_groups()
        editor_groups.sync_groups(person, at=NOW)
        return as_(person)

    return signed


@pytest.fixture
def course(db: None) -> CoursePage:
    return make_course(modules=2, lessons=2)


def test_start_page_lists_my_drafts_only(
    sign_in: Any, dana: Any, ravi: Any, course: CoursePage
) -> None:
    mine, theirs = lessons_of(course)[:2]
    mine.title, theirs.title = "Half an idea", "Somebody's idea"
    mine.save_revision(user=dana)
    theirs.save_revision(user=ravi)
    item = make_item(stem="<p>Is this half a question?</p>")
    item.save_revision(user=dana)
    html = sign_in(dana).get("/cms/").content.decode()
    panel = html.partition("My drafts")[2].partition("</table>")[0]
    assert "Half an idea" in panel
    assert "Is this half a question?" in panel
    assert "Somebody" not in panel


def test_start_page_forgets_a_draft_that_was_published(dana: Any, course: CoursePage) -> None:
    lesson = lessons_of(course)[0]
    lesson.save_revision(user=dana)
    assert [draft.is_live for draft in start_page.find_my_drafts(dana)] == [True]
    lesson.save_revision(user=dana).publish()
    assert start_page.find_my_drafts(dana) == []


def test_start_page_lists_drafts_in_two_queries(
    dana: Any, course: CoursePage, django_assert_num_queries: Any
) -> None:
    for lesson in lessons_of(course):
        lesson.save_revision(user=dana)
    start_page.find_my_drafts(dana)
    with django_assert_num_queries(2):
        assert len(start_page.find_my_drafts(dana)) == 4


def test_start_page_names_the_questions_that_need_a_look(
    sign_in: Any, dana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, retired = make_item(stem="<p>Who answers wrong?</p>"), make_item()
    Item.objects.filter(pk=retired.pk).update(retired=True)
    figures = {one.pk: (None, Numbers()) for one in (item, retired)}
    monkeypatch.setattr(start_page, "load_item_figures", lambda: figures)
    monkeypatch.setattr(start_page.reports, "needs_a_look", lambda _numbers: True)
    html = sign_in(dana).get("/cms/").content.decode()
    panel = html.partition("Questions that need a look")[2]
    assert "Who answers wrong?" in panel
    assert retired.code not in panel


class Numbers:
    enough = True


def outline(page: CoursePage) -> list[course_outline.OutlineRow]:
    return list(course_outline.read_course_outline(page).rows)


def test_outline_says_state_minutes_checks_languages_and_people(
    course: CoursePage, ada: Any
) -> None:
    module = ModulePage.objects.child_of(course).first()
    module.principle = make_principle_page(1).principle
    module.save()
    lesson = LessonPage.objects.child_of(module).first()
    translate(lesson)
    make_lesson(module, live=False, title="A draft")
    course_progress.complete_step(ada, lesson, at=NOW)
    read = course_outline.read_course_outline(course)
    top, first, _second, draft = read.rows[:4]
    assert (top.minutes, top.checks, top.principle, top.readers) == (9, 3, "P1", None)
    assert (first.minutes, first.checks, first.translations, first.readers) == (3, 1, ("fi",), 1)
    assert draft.page.status_string == "draft"
    assert (read.people, read.checks) == (1, (("", 2), ("P1", 3)))


def test_outline_takes_the_same_number_of_queries_for_more_lessons(
    course: CoursePage, django_assert_max_num_queries: Any
) -> None:
    small = count_queries(course, django_assert_max_num_queries)
    for module in ModulePage.objects.child_of(course):
        make_lesson(module)
    assert count_queries(course, django_assert_max_num_queries) == small


def count_queries(page: CoursePage, counting: Any) -> int:
    with counting(40) as found:
        outline(page)
    return len(found)


def titles(page: CoursePage) -> list[str]:
    return [row.page.title for row in outline(page)]


def test_outline_is_put_in_another_order_by_its_buttons(
    sign_in: Any, dana: Any, course: CoursePage
) -> None:
    cms, address = sign_in(dana), reverse("course_outline", args=[course.pk])
    first = outline(course)[1]
    assert (first.before, bool(first.after)) == (None, True)
    assert f'value="{first.page.pk} {first.after}"' in cms.get(address).content.decode()
    before = titles(course)
    told = cms.post(address, {"down": f"{first.page.pk} {first.after}"})
    assert told.headers["Location"] == f"{address}#up-{first.page.pk}"  # it is the last of two
    assert titles(course) == [before[0], before[2], before[1], *before[3:]]
    cms.post(address, {"up": f"{first.page.pk} {first.after}"})
    assert titles(course) == before


def test_outline_says_what_another_order_means_for_the_people_in_the_course(
    sign_in: Any, dana: Any, ada: Any, course: CoursePage
) -> None:
    cms, address = sign_in(dana), reverse("course_outline", args=[course.pk])
    module, other = ModulePage.objects.child_of(course)
    said = (
        "people find one that moves forward open, and one that moves behind an unread module closed"
    )
    assert said not in " ".join(cms.get(address).text.split())
    course_progress.complete_step(ada, LessonPage.objects.child_of(module).first(), at=NOW)
    assert said in " ".join(cms.get(address).text.split())
    moved = cms.post(address, {"up": f"{other.pk} {module.pk}"}, follow=True)
    assert "has its new place. 1 person in the course meets it there." in moved.text
    CoursePage.objects.filter(pk=course.pk).update(in_order=False)
    assert said not in " ".join(cms.get(address).text.split())


def test_outline_moves_nothing_out_of_its_place(
    sign_in: Any, dana: Any, course: CoursePage
) -> None:
    cms, address = sign_in(dana), reverse("course_outline", args=[course.pk])
    rows, elsewhere = outline(course), lessons_of(make_course())[0]
    before = titles(course)
    other = f"{rows[1].page.pk} {rows[4].page.pk}"
    for press in ({"down": other}, {"up": f"{elsewhere.pk} 1"}, {"up": "x y"}, {}):
        assert cms.post(address, press).status_code == 404
    assert titles(course) == before


def test_outline_is_put_in_another_order_by_authors_only(
    sign_in: Any, ravi: Any, ada: Any, course: CoursePage
) -> None:
    address, first = reverse("course_outline", args=[course.pk]), outline(course)[1]
    reviewer, before = sign_in(ravi), titles(course)
    assert "outline-move" in reviewer.get(address).content.decode()
    assert 'name="down"' not in reviewer.get(address).content.decode()
    reviewer.post(address, {"down": f"{first.page.pk} {first.after}"})
    assert titles(course) == before
    assert sign_in(ada).get(address).status_code in {302, 403}


def test_outline_is_offered_at_the_top_of_the_course(
    sign_in: Any, dana: Any, course: CoursePage
) -> None:
    address = reverse("course_outline", args=[course.pk])
    html = sign_in(dana).get(f"/cms/pages/{course.pk}/edit/").content.decode()
    assert f'href="{address}"' in html


# Wagtail's dialog around these says what they do.
SCHEDULE = {"go_live_at", "expire_at"}
# What people fill in and edit in the editor. A principle is written on its page.
EDITED = [
    *(model for model in apps.get_models() if issubclass(model, WrittenPage)),
    *(model for model in apps.get_models() if model in {*get_snippet_models()} - {Principle}),
    Certification,
]


def fields_of(panel: Any) -> list[Any]:
    inner = getattr(panel, "children", ())
    return [panel] * isinstance(panel, FieldPanel) + [one for p in inner for one in fields_of(p)]


def form_of(model: Any) -> Any:
    """The panels of a model's form: of a page its own, of another what its view set shows."""
    viewset = getattr(model, "snippet_viewset", None)
    own = getattr(model, "get_edit_handler", None) or getattr(viewset, "get_edit_handler", None)
    return own() if own else get_edit_handler(model)


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_every_field_of_the_editor_has_help(model: Any) -> None:
    panels = fields_of(form_of(model))
    silent = [
        panel.field_name
        for panel in panels
        if panel.field_name not in SCHEDULE and not (panel.help_text or panel.db_field.help_text)
    ]
    assert (silent, bool(panels)) == ([], True)


def test_every_model_that_is_written_in_the_editor_is_asked_for_help() -> None:
    """Awards are only looked at; people are set up in Wagtail's own form."""
    viewsets = [one for group in (register_certificates(),) for one in group.items]
    assert {one.model for one in viewsets} - {Award} <= {*EDITED}
