"""Redirects that authors write, and how little a page that is not there takes without one."""

from __future__ import annotations

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/old/", "/old/"),
        ("/old", "/old/?from=letter"),
        ("/old/?b=2&a=1", "/old/?a=1&b=2"),
        ("/päivä/", "/p%C3%A4iv%C3%A4/"),
        ("/channels/OLD/", "/channels/OLD/"),
    ],
)
def test_page_that_moved_is_found_by_its_old_address(as_, ada, written, asked):
    Redirect.add_redirect(written, "/courses/")
    reply = as_(ada).get(asked)
    assert (reply.status_code, reply.headers.get("Location")) == (301, "/courses/")


def test_page_that_moved_is_found_on_its_own_site_only(as_, ada):
    other = Site.objects.create(
        hostname="other.example", root_page=Site.objects.get().root_page, port=80
    )
    Redirect.add_redirect("/old/", "/courses/", site=other)
    assert as_(ada).get("/old/").status_code == 404


def test_refusal_of_an_address_that_nothing_moved_from_takes_one_statement(
    client, django_assert_num_queries
):
    client.get("/verify/garbage/")
    with django_assert_num_queries(1):
        assert client.get("/verify/garbage/").status_code == 404
