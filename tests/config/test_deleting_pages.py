"""An author throws away whole trees of pages, and nobody one on which facts rest."""

from __future__ import annotations

import html
from collections import Counter
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
from tests.factories.courses import (
    lessons_of,
    make_course,
    make_home,
    make_principle_page,
    translate,
)
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
    assert kept_pages.count_facts_below([make_home()]) == kept_pages.PageUses(Counter(), sites=1)


@pytest.mark.parametrize("place", ["principles", "principle", "module", "lesson"])
def test_pages_that_people_have_learned_from_are_unpublished_and_not_deleted(
    cms: Client, course: CoursePage, ada: User, place: str
) -> None:
    principle, lesson = make_principle_page(1), lessons_of(course)[0]
    module = lesson.get_parent().specific
    module.principle = principle.principle
    module.save()
    course_progress.complete_step(ada, lesson, at=timezone.now())
    kept = {"principles": principle.get_parent(), "principle": principle} | {
        "module": module,
        "lesson": lesson,
    }
    for address in addresses_of(kept[place]):
        for ask in (cms.get, cms.post):
            reply = ask(address)
            assert (reply.status_code, "First remove" in reply.text) == (409, False)
            for words in ("People have learned", "<li>1 person</li>", "1 × lessons that were read"):
                assert words in reply.text, words
            step = reply.text.split('<a class="button" href="')[1].split('"')[0]
            assert step == f"/cms/pages/{kept[place].pk}/unpublish/"
            assert cms.get(step).status_code == 200
    assert Page.objects.filter(pk__in=[principle.pk, module.pk, lesson.pk]).count() == 3


def test_many_kept_pages_are_unpublished_at_once_and_below_a_draft_what_is_live(
    cms: Client, course: CoursePage, ada: User
) -> None:
    other = make_course("OTHER", modules=1, lessons=1)
    pages = [lessons_of(one)[0] for one in (course, other)]
    for page in pages:
        course_progress.complete_step(ada, page, at=timezone.now())
    reply = cms.get(addresses_of(*pages)[1])
    step = html.unescape(reply.text.split('<a class="button" href="')[1].split('"')[0])
    assert step.startswith("/cms/bulk/wagtailcore/page/unpublish/")
    assert all(f"id={page.pk}" in step for page in pages)
    assert cms.get(step).status_code == 200
    CoursePage.objects.filter(pk=course.pk).update(live=False)
    below = cms.get(addresses_of(CoursePage.objects.get(pk=course.pk))[0]).text
    assert f"/cms/pages/{pages[0].get_parent().pk}/unpublish/" in below


def test_question_about_a_principle_that_somebody_was_asked_keeps_its_page(ada: User) -> None:
    principle = make_principle_page(1)
    bank = make_bank("ABOUT", make_row(principle=principle.principle.code))
    assert not kept_pages.count_facts_below([principle])
    make_attempt(ada, make_quiz(bank), timezone.now())
    uses = kept_pages.count_facts_below([principle])
    assert (dict(uses.facts), uses.people) == ({"tries": 1}, 1)


def test_page_that_another_language_has_too_can_be_deleted(course: CoursePage, ada: User) -> None:
    lesson = lessons_of(course)[0]
    course_progress.complete_step(ada, lesson, at=timezone.now())
    finnish = translate(lesson)
    assert not kept_pages.count_facts_below([finnish])
    assert not kept_pages.count_facts_below([lesson])
    assert kept_pages.count_facts_below([finnish, lesson])
