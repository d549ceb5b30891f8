"""An author throws away whole trees of pages, and nobody one on which facts rest."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from wagtail.models import Page

import pytest

from accounts.models import User
from config.editor import kept_pages
from courses import editor_groups
from courses.models import Course, CoursePage
from courses.progress import course_progress
from quizzes.models import Quiz, QuizPage
from tests.factories.courses import lessons_of, make_course, make_home
from tests.factories.quizzes import make_attempt, make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def cms(as_: Any, dana: User) -> Client:
    editor_groups.prepare_groups()
    editor_groups.sync_groups(dana, at=timezone.now())
    return as_(dana)


@pytest.fixture
def course() -> CoursePage:
    """A published course with lessons and a quiz."""
    page = make_course("CORE", modules=1, lessons=1)
    make_quiz(make_bank("ALL", make_row()), course=page)
    return page


def addresses_of(*pages: Page) -> list[str]:
    """Where one page, and where many are deleted."""
    many = "&".join(f"id={page.pk}" for page in pages)
    return [f"/cms/pages/{pages[0].pk}/delete/", f"/cms/bulk/wagtailcore/page/delete/?{many}"]


@pytest.mark.parametrize("way", [0, 1], ids=["one", "many"])
def test_author_throws_away_the_copy_of_a_course_with_all_its_records(
    cms: Client, course: CoursePage, way: int
) -> None:
    before = Course.objects.count(), Quiz.objects.count()
    copy = course.copy(recursive=True, update_attrs={"slug": "copy", "title": "Copy"})
    assert (Course.objects.count(), Quiz.objects.count()) == (before[0] + 1, before[1] + 1)
    address = addresses_of(copy)[way]
    assert cms.get(address).status_code == 200
    assert cms.post(address).status_code == 302
    assert not Page.objects.filter(pk=copy.pk).exists()
    assert (Course.objects.count(), Quiz.objects.count()) == before


def test_author_deletes_a_module_and_a_course_that_nobody_has_begun(
    cms: Client, course: CoursePage
) -> None:
    for page in (lessons_of(course)[0].get_parent(), course):
        assert cms.post(addresses_of(page)[0]).status_code == 302
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize("place", ["course", "catalogue", "quiz"])
def test_pages_with_a_tried_quiz_anywhere_below_are_refused_with_the_reason(
    cms: Client, course: CoursePage, ada: User, place: str
) -> None:
    page = QuizPage.objects.get()
    make_attempt(ada, page, timezone.now())
    free = make_course("FREE", modules=1, lessons=1)
    kept = {"course": course, "catalogue": course.get_parent(), "quiz": page}[place]
    for address in addresses_of(kept, free):
        for ask in (cms.get, cms.post):
            reply = ask(address)
            assert (reply.status_code, "1 × tries" in reply.text) == (409, True)
            assert f"/cms/pages/{kept.pk}/unpublish/" in reply.text
    assert Page.objects.filter(pk__in=[course.pk, page.pk, free.pk]).count() == 3


def test_course_that_somebody_has_begun_is_kept_and_its_alias_is_not(
    cms: Client, course: CoursePage, ada: User
) -> None:
    alias = course.create_alias(recursive=True, update_slug="alias")
    course_progress.complete_step(ada, lessons_of(course)[0], at=timezone.now())
    assert cms.post(addresses_of(course)[0]).status_code == 409
    assert cms.post(addresses_of(alias)[0]).status_code == 302
    assert Page.objects.filter(pk=course.pk).exists()


def test_home_of_a_site_is_kept() -> None:
    assert dict(kept_pages.count_facts_below([make_home()])) == {"sites": 1}
