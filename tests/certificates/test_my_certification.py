"""`/certificates/mine/`: what I hold and until when, what renewing takes and when it opens, what changed, what was."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from courses.models import Course, CourseRelease
from tests.conftest import NOW
from tests.factories.certificates import make_award, make_certification, make_course_record

pytestmark = pytest.mark.databases

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course(db) -> Course:
    return make_course_record("CORE")


@pytest.fixture
def page(as_, ada, course):
    """`page()` is the text of Ada's page, on one line."""
    make_certification("POST", courses=(course,), policy_tz="UTC", mode="anniversary")

    def look() -> str:
        return " ".join(as_(ada).get("/certificates/mine/").content.decode().split())

    return look


def publish(course: Course, change_class: str, note: str) -> CourseRelease:
    return CourseRelease.objects.create(
        course=course,
        number=course.releases.count() + 1,
        change_class=change_class,
        note=note,
        content={},
        sha256="1" * 64,
        published_at=NOW - 2 * DAY,
        actor="system:test",
    )


def test_own_certification_say_until_when_and_what_renewing_takes(ada, page):
    make_award(ada, make_certification("POST"), at=NOW - 100 * DAY)
    text = page()
    assert "It counts until the end of 6 March 2027 in UTC." in text
    assert "Renewing takes the course “Course CORE” and what it asks for." in text
    assert "From 5 January 2027 on, renewing keeps every day that is left." in text
    assert "Renew it" not in text


def test_own_certification_lead_to_the_course_once_renewing_is_open(ada, page):
    make_award(ada, make_certification("POST"), at=NOW - 320 * DAY)
    assert 'href="/channels/training/POST/">Renew it</a>' in page()


def test_own_certification_name_what_changed_since_but_not_words(ada, course, page):
    make_award(ada, make_certification("POST"), at=NOW - 100 * DAY)
    assert "Changed since you passed" not in page()
    publish(course, "editorial", "A comma")
    publish(course, "minor", "A new example")
    text = page()
    assert "Version 3 of 13 June 2026: A new example" in text
    assert "A comma" not in text


def test_own_certification_keep_the_earlier_ones_and_the_tries(ada, page):
    certification = make_certification("POST")
    first = make_award(ada, certification, at=NOW - 330 * DAY)
    second = make_award(ada, certification, at=NOW - 5 * DAY)
    text = page()
    assert text.count('<li class="card') == 1
    for award in (first, second):
        assert f"/certificates/{award.code}/" in text
    assert "Replaced by a newer certificate" in text.partition("Earlier certificates")[2]
    assert 'href="/quiz/tries/"' in text


@pytest.mark.parametrize("number", [1, 4])
def test_own_certification_take_six_statements(as_, ada, page, number, django_assert_num_queries):
    for each in range(number):
        make_award(ada, make_certification(f"C-{each}"), at=NOW - 5 * DAY)
    browser = as_(ada)
    browser.get("/certificates/mine/")
    with django_assert_num_queries(6):
        browser.get("/certificates/mine/")


def test_own_certification_without_a_certificate_leads_to_the_courses(page):
    assert 'href="/courses/">See the courses</a>' in page()
