"""How many statements a page may take that is opened again: those of `docs/performance.md` that no other test counts.

The session and the person with their roles are two of them.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

import pytest
from allauth.usersessions.models import UserSession

from accounts.models import User
from accounts.readers import kept_counts
from channels.models import Channel, PostingPermission
from reports.console.moments import AskedMoment
from reports.filters import PeopleFilters
from reports.listing import counts
from reports.listing.people import PeopleQuestion, read_page
from tests.factories.channels import make_channel, make_owner, make_poster
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def blog(olga: User, ada: User) -> Channel:
    channel = make_channel("BLOG", title="Corporate blog")
    make_owner(channel, olga)
    make_poster(ada, channel)
    return channel


BUDGETS = {
    "/people/": ("hugo", 6),
    "/people/?q=ada": ("hugo", 6),
    "/people/?status=certified": ("hugo", 6),
    "/people/?sort=-until": ("hugo", 6),
    "/certification/": ("hugo", 7),
    "/channels/": ("olga", 4),
    "/channels/?q=blog": ("olga", 4),
    "/channels/BLOG/": ("olga", 6),
    "/channels/BLOG/#reader": ("ada", 5),
    "/me/": ("ada", 3),
    "/accounts/login/": ("", 0),
}


@pytest.mark.parametrize(("address", "who", "most"), [(a, *b) for a, b in BUDGETS.items()])
def test_page_takes_at_most_so_many_statements(
    blog, as_, request, django_assert_max_num_queries, address, who, most
):
    browser = as_(request.getfixturevalue(who)) if who else Client()
    address = address.partition("#")[0]
    assert browser.get(address).status_code == 200
    with django_assert_max_num_queries(most):
        browser.get(address)


def test_sign_in_takes_as_many_statements_however_many_sessions_there_are(
    ada, django_assert_max_num_queries
):
    ada.set_password("a-password-of-the-tests")
    ada.save()
    form = {"login": ada.email, "password": "a-password-of-the-tests"}
    for number in range(4):
        browser = Client()
        browser.get("/accounts/login/")
        with django_assert_max_num_queries(18):
            assert browser.post("/accounts/login/", form).status_code == 302
        assert UserSession.objects.filter(user=ada).count() == number + 1
    browser.logout()
    assert Client().post("/accounts/login/", form).status_code == 302
    assert UserSession.objects.filter(user=ada).count() == 4


# long lists: what a page costs does not grow, and nothing is counted for a page view


@pytest.fixture
def left_for_later(monkeypatch: Any) -> list[Any]:
    acts: list[Any] = []
    monkeypatch.setattr(kept_counts, "run_later", acts.append)
    return acts


def words(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_long_list_of_people_is_counted_after_the_answer_and_once_a_minute(
    as_, hugo, monkeypatch, time_machine, left_for_later, django_assert_max_num_queries
):
    monkeypatch.setattr(counts, "COUNTED", 50)
    for _number in range(51):
        make_person()
    browser = as_(hugo)
    time_machine.move_to(timezone.now(), tick=False)
    browser.get("/people/")
    with django_assert_max_num_queries(6):
        shown = words(browser.get("/people/"))
    assert 'More than <strong class="num">50</strong> people.' in shown
    (act,) = left_for_later
    act()
    with django_assert_max_num_queries(6):
        shown = words(browser.get("/people/"))
    assert '<strong class="num">52</strong> people' in shown
    assert '<strong class="num">0</strong> may post today' in shown
    assert "counted at" in shown
    assert len(left_for_later) == 1
    time_machine.shift(kept_counts.FRESH)
    assert '<strong class="num">52</strong> people' in words(browser.get("/people/"))
    assert len(left_for_later) == 2


def grow(channel: Channel, holders: int) -> None:
    """More people with everything in order, by three statements for a poster that is there."""
    poster = PostingPermission.objects.filter(channel=channel).order_by("pk")[0]
    made = [
        User(email=f"h{n}@x.example", hr_id=f"H{n}", display_name=f"Holder {n:04d}")
        for n in range(holders)
    ]
    for person in User.objects.bulk_create(made):
        poster.pk, poster.person, poster.uuid = None, person, person.uuid
        poster.save(force_insert=True)


def test_channel_page_judges_whom_it_shows_and_counts_the_others_later(
    blog, olga, as_, time_machine, left_for_later, django_assert_max_num_queries
):
    browser = as_(olga)
    time_machine.move_to(timezone.now(), tick=False)
    assert "1 of 1 can post today" in words(browser.get("/channels/BLOG/"))
    grow(blog, 60)
    browser.get("/channels/BLOG/")
    with django_assert_max_num_queries(8):
        shown = words(browser.get("/channels/BLOG/"))
    assert "More than 50 people have a role" in shown
    assert shown.count("Cannot post") + shown.count("Can post") == 50
    (act,) = left_for_later
    act()
    with django_assert_max_num_queries(8):
        shown = words(browser.get("/channels/BLOG/"))
    assert "1 of 61 can post today" in shown
    assert "Counted at" in shown
    assert len(left_for_later) == 1
    assert words(browser.get("/channels/BLOG/?page=2")).count("Cannot post") == 11


@pytest.mark.parametrize("sort", ["name", "-name", "hr_id", "-hr_id"])
def test_page_of_people_is_read_in_the_order_of_an_index(sort, django_assert_num_queries):
    """So the database stops after a page, however many people there are. PostgreSQL chooses by its statistics."""
    if connection.vendor != "sqlite":
        pytest.skip("its plan is that of a small table")
    now = timezone.now()
    asked = PeopleQuestion(PeopleFilters(sort=sort), None, None, AskedMoment(now, now))
    with django_assert_num_queries(1) as taken:
        read_page(asked, {})
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {taken.captured_queries[0]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert len(plan) == 1
    assert "USING INDEX" in plan[0]
