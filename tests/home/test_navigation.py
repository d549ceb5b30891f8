from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

import pytest
from bs4 import BeautifulSoup

from home.navigation import navigation

RIGHTS = {
    "manages": "/team/",
    "owns_channels": "/channels/",
    "hr": "/people/",
    "marks": "/quiz/marking/",
    "cms": "/cms/",
}


def hrefs(**options) -> list[str]:
    return [link.href for link in navigation(**{"here": "/", "rights": None, **options}).links]


def test_a_visitor_sees_only_what_is_public():
    assert hrefs(signed_in=False) == ["/principles/", "/courses/"]


def test_a_learner_also_sees_their_status():
    assert hrefs(signed_in=True) == ["/principles/", "/courses/", "/me/"]


@pytest.mark.parametrize(("right", "door"), RIGHTS.items())
def test_each_right_opens_one_more_door(right, door):
    rights = SimpleNamespace(**{right: True})
    assert set(hrefs(signed_in=True, rights=rights)) - set(hrefs(signed_in=True)) == {door}


def test_rights_of_a_person_who_is_signed_out_open_nothing():
    rights = SimpleNamespace(**dict.fromkeys(RIGHTS, True))
    assert hrefs(signed_in=False, rights=rights) == hrefs(signed_in=False)


def test_only_the_part_of_the_site_one_is_in_is_current():
    links = navigation(here="/courses/core/", signed_in=True, rights=None).links
    assert [link.href for link in links if link.current] == ["/courses/"]


@pytest.fixture
def soup(rf, settings):
    """A page without content of its own, as a person at an address sees it. No database is at hand."""
    settings.SITE_NAME = "Northlight Academy"

    def look(person: object, *, at: str = "/", bare: bool = False) -> BeautifulSoup:
        request = rf.get(at)
        request.user = person
        return BeautifulSoup(render_to_string("base.html", {"bare": bare}, request), "html.parser")

    return look


def ada(**rights: bool) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=True, nav=SimpleNamespace(**rights))


def test_a_page_shows_the_doors_without_asking_the_database(soup):
    page = soup(ada(hr=True), at="/people/")
    assert [link["href"] for link in page.select("nav a[aria-current]")] == ["/people/"]


def test_a_visitor_is_offered_to_sign_in(soup):
    page = soup(AnonymousUser())
    assert page.select_one('.top a[href="/accounts/login/"]')
    assert not page.select("form")


def test_signing_out_is_a_post_that_forgets_what_the_device_kept(soup):
    form = soup(ada()).select_one("form[data-signout]")
    assert (form["method"], form["action"]) == ("post", "/accounts/logout/")
    assert form.select_one("[name=csrfmiddlewaretoken]")


def test_the_quiet_header_has_brand_and_account_only(soup):
    page = soup(ada(hr=True), bare=True)
    assert not page.select("nav")
    assert page.select_one(".brand").text.strip() == "Northlight Academy"


def test_every_page_has_the_landmarks_and_helps_in_the_same_place(soup):
    page = soup(AnonymousUser())
    assert page.html["lang"] == "en"
    assert page.select_one(".skip")["href"] == f"#{page.main['id']}"
    assert page.select_one('footer a[href^="mailto:"]')
    assert page.select_one("#live[role=status]")
