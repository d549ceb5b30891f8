"""Lessons carry Wagtail's view restriction, so that the editor, lists and the sitemap know that they are not public."""

from __future__ import annotations

import re

from django.contrib.auth.models import Group
from django.test import Client

from wagtail.models import Page, PageViewRestriction

import pytest

from accounts.models import User
from courses import editor_groups
from courses.models import LessonPage
from courses.pages.privacy import only_for_signed_in, only_public
from tests.factories.courses import lessons_of, make_course, make_lesson, make_module
from tests.factories.people import give_role

pytestmark = pytest.mark.django_db
# The words of the status panel for a page that is not public, when they are not hidden.
PRIVATE = re.compile(r'class="!w-my-0\s*"')


@pytest.fixture
def root_browser(as_) -> Client:
    return as_(User.objects.create_superuser("root@northlight.example", display_name="Root"))


def types_of(page: Page) -> list[str]:
    found = PageViewRestriction.objects.filter(page=page.pk)
    return list(found.values_list("restriction_type", flat=True))


def test_every_lesson_carries_one_restriction_however_it_was_made(course_page, root_browser):
    lesson = lessons_of(course_page)[0]
    copy = lesson.copy(update_attrs={"title": "Copy", "slug": "copy"})
    alias = lesson.create_alias(update_slug="alias")
    module = lesson.get_parent()
    root_browser.post(
        f"/cms/pages/add/courses/lessonpage/{module.pk}/",
        {
            "title": "Made",
            "slug": "made",
            "minutes": "3",
            "body-count": "0",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
        },
    )
    made = LessonPage.objects.get(slug="made")
    for page in (lesson, copy, alias, made):
        assert types_of(page) == ["login"], page.title


def test_lesson_stays_closed_when_its_restriction_is_taken(course_page):
    lesson = lessons_of(course_page)[0]
    PageViewRestriction.objects.get(page=lesson).delete()
    assert types_of(lesson) == ["login"]
    lesson.delete()
    assert types_of(lesson) == []


def test_status_panel_and_privacy_form_know_that_a_lesson_is_closed(course_page, root_browser):
    lesson, module = lessons_of(course_page)[0], lessons_of(course_page)[0].get_parent()
    listed = root_browser.get(f"/cms/pages/{module.pk}/").content.decode()
    assert listed.count("protected from public view") == module.numchild
    new = f"/cms/pages/add/courses/lessonpage/{module.pk}/"
    for address in (f"/cms/pages/{lesson.pk}/edit/", new):
        assert PRIVATE.search(root_browser.get(address).text)
    assert not PRIVATE.search(root_browser.get(f"/cms/pages/{module.pk}/edit/").text)
    form = root_browser.get(f"/cms/pages/{lesson.pk}/privacy/").json()
    assert "has been disabled" in form["html"]


def test_signed_out_reader_of_a_lesson_goes_to_the_one_sign_in_page(client, course_page):
    lesson = lessons_of(course_page)[0]
    reply = client.get(lesson.url)
    assert reply.headers["Location"] == f"/accounts/login/?next={lesson.url}"
    assert "no-store" in reply.headers["Cache-Control"]
    reply = client.post(f"/learning/read/{lesson.translation_key}/")
    assert reply.headers["Location"] == f"/accounts/login/?next={lesson.url}"


def test_lists_leave_out_what_is_closed_as_wagtail_does(course_page):
    club = PageViewRestriction.objects.create(page=make_course("CLUB"), restriction_type="groups")
    club.groups.add(Group.objects.create(name="Club"))
    ours = set(only_public(Page.objects.all()))
    assert ours == set(Page.objects.public())
    assert not ours & {page.page_ptr for page in LessonPage.objects.all()}
    for_members = set(only_for_signed_in(LessonPage.objects.all()))
    assert for_members == set(lessons_of(course_page))


def test_lists_ask_one_statement_however_many_lessons(course_page, django_assert_num_queries):
    module = make_module(course_page, lessons=0)
    for _ in range(3):
        make_lesson(module)
    with django_assert_num_queries(1):
        list(only_public(Page.objects.all()))


def test_editor_opens_for_a_group_only_while_its_role_is_held_everywhere(as_, ada, dana):
    """Whose role has ended is in the group until the daily run: the editor is closed from that instant."""
    editor_groups.prepare_groups()
    for person in (ada, dana):
        person.groups.add(Group.objects.get(name="Authors"))
    assert as_(dana).get("/cms/").status_code == 200
    give_role(ada, "author", region=ada.region)
    assert as_(ada).get("/cms/").status_code == 302
    assert as_(ada).get("/cms/login/").status_code == 403
