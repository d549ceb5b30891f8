from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

import pytest
from bs4 import BeautifulSoup

from courses.pages.fixed_pages import FixedPages
from home import context_processors
from home.navigation import build_top_bar

RIGHTS = {
    "manages": "/team/",
    "owns_channels": "/channels/",
    "hr": "/people/",
    "certifies": "/certification/",
    "marks": "/quiz/marking/",
    "cms": "/cms/",
}


PAGES = FixedPages(principles="/principles/", courses="/courses/", privacy="/privacy/")


def hrefs(**options) -> list[str]:
    options = {"here": "/", "rights": None, "pages": PAGES, **options}
    return [link.href for link in build_top_bar(**options).links]


def test_navigation_leads_to_no_page_that_is_not_there():
    assert hrefs(signed_in=True, pages=FixedPages(courses="/courses/")) == ["/courses/", "/me/"]
    assert hrefs(signed_in=False, pages=FixedPages()) == []


def test_navigation_shows_visitor_public_links_only():
    assert hrefs(signed_in=False) == ["/principles/", "/courses/"]


def test_navigation_shows_learner_status_link():
    assert hrefs(signed_in=True) == ["/principles/", "/courses/", "/me/"]


@pytest.mark.parametrize(("right", "door"), RIGHTS.items())
def test_navigation_adds_one_link_per_right(right, door):
    rights = SimpleNamespace(**{right: True})
    assert set(hrefs(signed_in=True, rights=rights)) - set(hrefs(signed_in=True)) == {door}


def test_navigation_ignores_rights_when_signed_out():
    rights = SimpleNamespace(**dict.fromkeys(RIGHTS, True))
    assert hrefs(signed_in=False, rights=rights) == hrefs(signed_in=False)


def test_navigation_marks_only_current_section():
    links = build_top_bar(here="/courses/core/", signed_in=True, rights=None, pages=PAGES).links
    assert [link.href for link in links if link.current] == ["/courses/"]


@pytest.fixture
def soup(rf, settings, monkeypatch):
    """The base template, rendered for a person at an address without a database."""
    settings.SITE_NAME = "Northlight Academy"
    monkeypatch.setattr(context_processors, "find_fixed_pages", lambda _request, **_who: PAGES)

    def look(person: object, *, at: str = "/", bare: bool = False) -> BeautifulSoup:
        request = rf.get(at)
        request.user = person
        return BeautifulSoup(render_to_string("base.html", {"bare": bare}, request), "html.parser")

    return look


def ada(**rights: bool) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=True, nav=SimpleNamespace(**rights))


def test_header_shows_navigation_without_database(soup):
    page = soup(ada(hr=True), at="/people/")
    assert [link["href"] for link in page.select("nav a[aria-current]")] == ["/people/"]


def test_header_offers_visitor_sign_in(soup):
    page = soup(AnonymousUser())
    assert page.select_one('.top a[href="/accounts/login/"]')
    assert not page.select("form")


def test_sign_out_is_a_post_form_with_csrf_token(soup):
    form = soup(ada()).select_one("form[data-signout]")
    assert (form["method"], form["action"]) == ("post", "/accounts/logout/")
    assert form.select_one("[name=csrfmiddlewaretoken]")


def test_bare_header_has_brand_and_no_navigation(soup):
    page = soup(ada(hr=True), bare=True)
    assert not page.select("nav")
    assert page.select_one(".brand").text.strip() == "Northlight Academy"


def test_page_has_landmarks_skip_link_and_help(soup):
    page = soup(AnonymousUser())
    assert page.html["lang"] == "en"
    assert page.select_one(".skip")["href"] == f"#{page.main['id']}"
    assert page.select_one('footer a[href^="mailto:"]')
    assert [link["href"] for link in page.select("footer li a")] == ["/privacy/"]
    assert page.select_one("#live[role=status]")
