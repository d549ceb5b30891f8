"""No public page has a link to a page that is not there: neither in its frame nor in its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from wagtail.models import Page, PageViewRestriction

import pytest
from bs4 import BeautifulSoup

from tests.factories.courses import (
    make_catalog,
    make_content_page,
    make_course,
    make_home,
    make_principle_page,
    translate,
)

pytestmark = pytest.mark.django_db
FRAME = ["principles", "courses", "accessibility", "sources-and-thanks", "privacy"]


@pytest.fixture
def home() -> Any:
    """A site with every page that its frame leads to."""
    make_principle_page(1)
    make_catalog()
    for slug in FRAME[2:]:
        make_content_page(title=slug, slug=slug)
    return make_home()


def close(page: Page, kind: str) -> None:
    closed = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    if kind == PageViewRestriction.GROUPS:
        closed.groups.add(Group.objects.create(name="Few"))


def move(page: Page) -> None:
    page.slug += "-2"
    page.save()


GONE: dict[str, Callable[[Page], Any]] = {
    "unpublished": Page.unpublish,
    "deleted": Page.delete,
    "moved": move,
    "for some": lambda page: close(page, PageViewRestriction.GROUPS),
    "with a password": lambda page: close(page, PageViewRestriction.PASSWORD),
    "for those signed in": lambda page: close(page, PageViewRestriction.LOGIN),
}


def hrefs(browser: Client, address: str) -> set[str]:
    """Where a page leads on this site."""
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    found = {link["href"].partition("#")[0].partition("?")[0] for link in page.select("a[href]")}
    return {href for href in found if href.startswith("/") and not href.startswith("//")}


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("slug", FRAME)
def test_frame_leads_to_no_page_that_the_reader_does_not_find(home, as_, ada, slug, gone):
    strange, known = Client(), as_(ada)
    pages = ("/", "/nowhere/")
    for browser in (strange, known):
        assert all(f"/{slug}/" in hrefs(browser, page) for page in pages)
    GONE[gone](Page.objects.get(slug=slug).specific)
    for page in pages:
        assert f"/{slug}/" not in hrefs(strange, page)
        assert (f"/{slug}/" in hrefs(known, page)) is (gone == "for those signed in")


def link(page: Page) -> str:
    return f'<p>Read <a linktype="page" id="{page.pk}">this</a>.</p>'


def leads(home: Any, *pages: Page, at: str = "/") -> list[str | None]:
    """Where the links in the text of the front page lead; None for words that lead nowhere."""
    home.refresh_from_db()
    home.body = [("text", {"heading": "", "body": "".join(map(link, pages))})]
    home.save_revision().publish()
    shown = BeautifulSoup(Client().get(at).content, "html.parser")
    return [each.get("href") for each in shown.select(".prose a")]


@pytest.mark.parametrize("gone", ["unpublished", "deleted"])
def test_text_keeps_its_words_and_leads_to_no_page_that_is_not_there(home, gone):
    there, away = Page.objects.get(slug="privacy"), Page.objects.get(slug="accessibility")
    assert leads(home, there, away) == ["/privacy/", "/accessibility/"]
    GONE[gone](away.specific)
    # Nobody has written the page anew: the page that went took its links along.
    shown = BeautifulSoup(Client().get("/").content, "html.parser")
    assert [each.get("href") for each in shown.select(".prose a")] == ["/privacy/", None]
    assert shown.select_one(".prose").text.count("Read this.") == 2


def test_text_leads_to_the_page_in_the_language_of_the_reader_once_it_is_published(home):
    privacy = Page.objects.get(slug="privacy").specific
    finnish = translate(home)
    other = translate(privacy, live=False)
    assert leads(finnish, privacy, at="/fi/") == ["/privacy/"]
    other.save_revision().publish()
    assert leads(finnish, privacy, at="/fi/") == [other.url]


def test_page_outside_of_every_site_is_led_to_by_no_text(home):
    outside = Page.objects.get(depth=1).add_child(instance=Page(title="Out", slug="out"))
    assert leads(home, outside) == [None]


def test_every_link_of_a_public_page_is_answered(home):
    """A course, a lesson and a principle that are gone are led to from nowhere."""
    course, gone = make_course("CORE", modules=1, lessons=2), make_course("GONE")
    gone.unpublish()
    make_principle_page(2).unpublish()
    stranger = Client()
    leads(home, course, gone)
    asked: set[str] = set()
    rest = {"/", "/nowhere/"}
    while rest:
        address = rest.pop()
        asked.add(address)
        if address.endswith("/") and not address.startswith(("/accounts/", "/verify/")):
            rest |= hrefs(stranger, address) - asked
    assert course.url in asked
    dead = {each for each in asked - {"/nowhere/"} if stranger.get(each).status_code == 404}
    assert dead == set()
