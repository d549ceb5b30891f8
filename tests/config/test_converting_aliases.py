"""An alias of a page with a code stays one and says how to copy instead; of any other page it may become its own."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.models import Page

import pytest

from courses.models import Course, Principle
from quizzes.models import Quiz
from tests.factories.courses import lessons_of, make_course, make_principle_page
from tests.factories.people import make_person
from tests.factories.quizzes import make_bank, make_quiz, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(as_: Any) -> Client:
    return as_(make_person("Root", is_superuser=True))


def address_of(page: Page) -> str:
    return reverse("wagtailadmin_pages:convert_alias", args=[page.pk])


def make_original(kind: str) -> Page:
    if kind == "principle":
        return make_principle_page(1)
    if kind == "course":
        return make_course("CORE", modules=1, lessons=1)
    return make_quiz(make_bank("B", make_row()))


@pytest.mark.parametrize("kind", ["course", "principle", "quiz"])
def test_alias_of_a_page_with_a_code_is_copied_and_not_converted(root: Client, kind: str) -> None:
    original = make_original(kind)
    records = Course.objects.count(), Quiz.objects.count(), Principle.objects.count()
    alias = original.create_alias(update_slug="again")
    for ask in (root.get, root.post):
        reply = ask(address_of(alias))
        assert (reply.status_code, "Copy it instead" in reply.text) == (409, True)
    step = reverse("wagtailadmin_pages:copy", args=[original.pk])
    assert f'href="{step}"' in reply.text
    assert root.get(step).status_code == 200
    assert Page.objects.get(pk=alias.pk).alias_of_id == original.pk
    assert records == (Course.objects.count(), Quiz.objects.count(), Principle.objects.count())


def test_alias_of_a_lesson_says_that_it_becomes_a_new_lesson(root: Client) -> None:
    course = make_course("CORE", modules=1, lessons=1)
    lesson = lessons_of(course)[0]
    alias = lesson.create_alias(update_slug="again")
    assert "which nobody has read" in " ".join(root.get(address_of(alias)).text.split())
    assert root.post(address_of(alias)).status_code == 302
    assert Page.objects.get(pk=alias.pk).alias_of_id is None


@pytest.mark.parametrize("act", ["convert_alias", "delete", "publish", "unpublish", "copy"])
def test_acts_of_the_editors_api_are_closed(root: Client, act: str) -> None:
    """They would pass by what is asked and refused before the same act of the editor."""
    page = make_original("course")
    reply = root.post(f"/cms/api/main/pages/{page.pk}/action/{act}/", {})
    assert reply.status_code == 404
    assert Page.objects.get(pk=page.pk).live
    assert Page.objects.count() == Page.objects.filter(alias_of=None).count()
