"""How many queries a page may take on its second load, whatever the number of lessons and courses."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from accounts.models import User
from courses.blocks import LessonBlocks
from courses.progress import course_progress
from tests.factories.courses import (
    lessons_of,
    make_case_study,
    make_catalog,
    make_course,
    make_principle_page,
)
from tests.factories.quizzes import make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(ada, course_page) -> dict[str, str]:
    """The addresses of a course that Ada has begun, a principle with a case study, and the lists."""
    principle = make_principle_page(1)
    make_case_study(principle)
    lessons = lessons_of(course_page)
    course_progress.complete_step(ada, lessons[0], at=timezone.now())
    return {
        "home": "/",
        "principles": "/principles/",
        "principle": principle.url,
        "catalogue": make_catalog().url,
        "course": course_page.url,
        "module": lessons[0].get_parent().url,
        "lesson": lessons[1].url,
    }


LIMITS = {
    "home": 5,
    "principles": 4,
    "principle": 4,
    "catalogue": 6,
    "course": 8,
    "module": 6,
    "lesson": 5,
}


@pytest.mark.parametrize(("name", "most"), LIMITS.items(), ids=LIMITS)
def test_page_stays_within_query_budget(as_, ada, site, django_assert_max_num_queries, name, most):
    browser = as_(ada)
    browser.get(site[name])
    with django_assert_max_num_queries(most):
        assert browser.get(site[name]).status_code == 200


@pytest.mark.parametrize("name", ["home", "principles", "principle", "catalogue", "course"])
def test_signed_out_page_takes_no_query_again(client, site, django_assert_num_queries, name):
    client.get(site[name])
    with django_assert_num_queries(0):
        assert client.get(site[name]).status_code == 200


def test_catalogue_query_count_is_independent_of_courses(
    as_, ada, site, django_assert_max_num_queries
):
    for _ in range(4):
        make_course(modules=1, lessons=1)
    browser = as_(ada)
    browser.get(site["catalogue"])
    with django_assert_max_num_queries(6):
        browser.get(site["catalogue"])


def test_mark_as_read_stays_within_query_budget(
    as_, ada, course_page, django_assert_max_num_queries
):
    browser, lesson = as_(ada), lessons_of(course_page)[0]
    with django_assert_max_num_queries(34):
        browser.post(f"/learning/read/{lesson.translation_key}/")


def make_blocks(number: int) -> list[tuple[str, Any]]:
    """`number` blocks, of each kind in turn; each figure has a picture of its own."""
    kinds = list(LessonBlocks().child_blocks.values())
    made = [
        (block.name, block.meta.preview_value) for block, _n in zip(cycle(kinds), range(number))
    ]
    return [
        (name, value | {"picture": make_image(place).pk} if name == "figure" else value)
        for place, (name, value) in enumerate(made, 1)
    ]


def test_editor_of_a_lesson_takes_as_many_queries_for_many_blocks(as_, course_page):
    browser = as_(User.objects.create_superuser("root@x.example", None, display_name="Root"))
    counts = []
    for number in (8, 40):
        lesson = lessons_of(course_page)[0]
        lesson.body = LessonBlocks().to_python(
            [{"type": name, "value": value} for name, value in make_blocks(number)]
        )
        lesson.save_revision().publish()
        address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
        assert browser.get(address).status_code == 200  # the first load makes the small pictures
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        counts.append(len(asked))
    assert counts[1] == counts[0]
