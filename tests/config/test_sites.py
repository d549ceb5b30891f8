"""One site is always the default one: its tick moves to another site, and is taken away by nobody."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from wagtail.models import Page, Site

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from tests.factories.courses import make_home
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def home() -> Page:
    return make_home()


@pytest.fixture
def root(as_: Any) -> Client:
    return as_(make_person("Sam Root", is_superuser=True))


def send(client: Client, where: Site | None, **said: Any) -> Any:
    address = (
        reverse("wagtailsites:edit", args=[where.pk]) if where else reverse("wagtailsites:add")
    )
    return client.post(address, {"port": "80", "site_name": "", **said})


def defaults() -> list[str]:
    return list(Site.objects.filter(is_default_site=True).values_list("hostname", flat=True))


def test_tick_of_the_only_site_stays_with_a_reason_and_a_step(home: Page, root: Client) -> None:
    only = Site.objects.get()
    reply = send(root, only, hostname=only.hostname, root_page=home.pk)
    page = BeautifulSoup(reply.content, "html.parser")
    assert "Without a default site nobody finds the pages." in page.text
    step = next(a for a in page.select("a") if a.text == "See the sites")
    assert root.get(step["href"]).status_code == 200
    assert defaults() == [only.hostname]
    assert Client().get("/accounts/login/").status_code == 200


def test_tick_moves_to_the_site_that_gets_it(home: Page, root: Client) -> None:
    only = Site.objects.get()
    fields = {"hostname": "next.example", "root_page": home.pk}
    added = send(root, None, **fields)
    assert (added.status_code, defaults()) == (302, [only.hostname])
    other = Site.objects.exclude(pk=only.pk).get()
    # What the form refuses moves nothing.
    wrong = send(root, other, **fields | {"port": "x", "is_default_site": "on"})
    assert (wrong.status_code, defaults()) == (200, [only.hostname])
    moved = send(root, other, **fields, is_default_site="on")
    assert (moved.status_code, defaults()) == (302, ["next.example"])
    # So the refusal to delete the default one, which says to make another the default one first, leads somewhere.
    again = send(root, None, hostname="third.example", root_page=home.pk, is_default_site="on")
    assert (again.status_code, defaults()) == (302, ["third.example"])
    gone = root.post(reverse("wagtailsites:delete", args=[other.pk]))
    assert (gone.status_code, Site.objects.filter(pk=other.pk).exists()) == (302, False)


@pytest.mark.parametrize("which", ["root", "draft"])
def test_site_shows_a_published_page(home: Page, root: Client, which: str) -> None:
    only = Site.objects.get()
    home.unpublish()
    page = Page.get_first_root_node() if which == "root" else home
    said = {"hostname": only.hostname, "root_page": page.pk, "is_default_site": "on"}
    reply = send(root, only, **said)
    assert "the site would show nothing" in reply.content.decode()


def test_editor_of_a_person_without_the_right_opens_no_site(
    home: Page, as_: Any, dana: User
) -> None:
    reply = send(as_(dana), Site.objects.get(), hostname="x", root_page=home.pk)
    assert reply.status_code in {302, 403}
    assert len(defaults()) == 1
