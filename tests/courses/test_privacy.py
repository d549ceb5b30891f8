"""View restrictions of the CMS hold on pages, lists and learning posts."""

from __future__ import annotations

from django.contrib.auth.models import Group

from wagtail.models import PageViewRestriction

import pytest

from tests.factories.courses import lessons_of, make_catalog, make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def club(course_page) -> Group:
    """The course is for this group only."""
    group = Group.objects.create(name="Club")
    restriction = PageViewRestriction.objects.create(page=course_page, restriction_type="groups")
    restriction.groups.add(group)
    return group


def test_restricted_course_closes_its_lessons(as_, ada, course_page, club):
    response = as_(ada).get(lessons_of(course_page)[0].url)
    assert response["Location"].startswith("/accounts/login/")


def test_restricted_lesson_opens_for_group_member(as_, ada, course_page, club):
    ada.groups.add(club)
    assert as_(ada).get(lessons_of(course_page)[0].url).status_code == 200


@pytest.mark.parametrize("act", ["start", "read"])
def test_restricted_course_refuses_learning_posts(as_, ada, course_page, club, act):
    key = course_page.course.key if act == "start" else lessons_of(course_page)[0].translation_key
    assert as_(ada).post(f"/learning/{act}/{key}/").status_code == 404


def test_catalogue_and_home_hide_restricted_course(as_, ada, course_page, club):
    assert course_page.url not in as_(ada).get(make_catalog().url).content.decode()
    assert course_page.url not in as_(ada).get("/").content.decode()


def test_catalogue_shows_restricted_course_to_member(as_, ada, course_page, club):
    ada.groups.add(club)
    assert course_page.url in as_(ada).get(make_catalog().url).content.decode()


def test_login_restriction_on_home_closes_all_pages(client, course_page):
    PageViewRestriction.objects.create(page=make_home(), restriction_type="login")
    for page in (make_home(), make_catalog(), course_page):
        assert client.get(page.url).status_code == 302


def test_restriction_applies_immediately(client, course_page):
    assert client.get(course_page.url).status_code == 200
    PageViewRestriction.objects.create(page=course_page, restriction_type="login")
    assert client.get(course_page.url).status_code == 302
