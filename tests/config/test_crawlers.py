from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings

from wagtail.models import Site

import pytest

from tests.factories.courses import make_content_page, make_course

pytestmark = pytest.mark.django_db


def test_sitemap_lists_only_pages_that_open_without_sign_in(client) -> None:
    make_content_page()
    make_course("CORE", modules=1, lessons=1)
    listed = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").text)
    paths = [urlsplit(address).path for address in listed]
    assert {address.removesuffix(urlsplit(address).path) for address in listed} == {
        settings.BASE_URL
    }
    assert "/privacy/" in paths
    assert {client.get(path).status_code for path in paths} == {200}


def test_sitemap_of_no_site_is_not_there(client) -> None:
    Site.objects.all().delete()
    assert client.get("/sitemap.xml").status_code == 404


def test_alias_is_no_page_of_its_own_for_search_engines(client) -> None:
    page = make_content_page()
    alias = page.create_alias(update_slug="alias")
    assert alias.url not in client.get("/sitemap.xml").text
    link = f'<link rel="canonical" href="{page.full_url}">'
    assert [link in client.get(one.url).text for one in (page, alias)] == [False, True]
    assert 'rel="canonical"' not in client.get(page.url).text


def test_robots_keeps_search_engines_out_of_personal_pages(client) -> None:
    said = client.get("/robots.txt").text
    assert "Disallow: /me/\n" in said
    assert "/sitemap.xml" in said


def test_favicon_leads_to_the_drawing(client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")
