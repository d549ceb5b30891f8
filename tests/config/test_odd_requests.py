"""Odd but plain requests to every address: long ids, control characters, broken bodies, unusual methods. No 5xx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client

import pytest

from accounts.models import User
from tests.doors import ROUTES, example
from tests.worlds import World, build_world

HUGE = "9" * 20
# An odd value for each parameter that a page, a filter or Wagtail's editor reads from an address.
NAMES = (
    *("q", "p", "page", "next", "code", "region", "status", "role", "ends", "check", "minutes"),
    *("locale", "collection_id", "user", "id", "bank", "quiz", "item", "table", "ordering"),
)
HUGE_QUERY = "?" + "&".join(f"{name}={HUGE}" for name in NAMES)
NUL_QUERY = "?" + "&".join(f"{name}=%00%ff%ed%a0%80" for name in NAMES)
NO_BOUNDARY = {"data": b"no boundary", "content_type": "multipart/form-data"}
BAD_PARTS = {"data": b"--x\r\nnot as it says", "content_type": "multipart/form-data; boundary=x"}
BAD_JSON = {"data": b"\xff{", "content_type": "application/json"}
ODD_FORM = {
    "data": "&".join(f"{name}={HUGE}" for name in (*NAMES, "seq", "slot", "version", "%ff%00")),
    "content_type": "application/x-www-form-urlencoded",
}
EDITOR = [route for route in ROUTES if route.startswith("cms/")]
OTHERS = [route for route in ROUTES if not route.startswith("cms/")]
# Faults of Wagtail's own views, which only forged requests of an editor meet; /failwhale/ fails on purpose.
FAULTS_OF_WAGTAIL = re.compile(
    r"/cms/failwhale/|/cms/pages/1/(move/1/confirm|set_position)/|POST /cms/snippets/choose/\w+/\w+/create/"
)
Ask = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def odd_asks(routes: list[str]) -> Iterator[Ask]:
    """Requests to an example of each address; in half of them 20 digits stand for every number and word."""
    for plain in sorted({example(route) for route in routes}):
        huge = re.sub(r"/(?:1|x)(?=[/.]|$)", f"/{HUGE}", plain)
        yield "GET", huge + HUGE_QUERY, {}
        yield "GET", plain + NUL_QUERY, {}
        yield "POST", huge, ODD_FORM
        yield "POST", plain, NO_BOUNDARY
        yield "PUT", huge, BAD_JSON


def odder_asks(routes: list[str]) -> Iterator[Ask]:
    for path in sorted({example(route) for route in routes}):
        yield "GET", path + HUGE_QUERY, {}
        yield "POST", path, BAD_PARTS
        yield "POST", path, BAD_JSON
        yield "HEAD", path, {}
        yield "OPTIONS", path, {}
        yield "DELETE", path, NO_BOUNDARY


def server_errors(person: User | None, asks: Iterator[Ask]) -> list[str]:
    """What the requests were that got a 5xx; each request is rolled back."""
    browser, found, cookies = Client(raise_request_exception=False), [], {}
    if person is not None:
        browser.force_login(person, backend="home.backends.PersonBackend")
        cookies = dict(browser.cookies)
    for method, path, body in asks:
        browser.cookies.update(cookies)
        with transaction.atomic():
            reply = browser.generic(method, path, **body)
            transaction.set_rollback(True)
        if reply.status_code >= 500:
            found.append(f"{reply.status_code} {method} {path}")
    return found


@pytest.mark.parametrize("persona", ["anonymous", "root"])
def test_odd_requests_to_the_product_get_no_server_error(world: World, persona: str) -> None:
    person = world.people.get(persona)
    assert server_errors(person, odd_asks(OTHERS)) == []
    if person is None:
        assert server_errors(person, odder_asks(OTHERS)) == []


@pytest.mark.filterwarnings(
    "ignore:.*AutocompleteFields:RuntimeWarning"
)  # a search for whole words
def test_odd_requests_to_the_editor_get_no_server_error(world: World) -> None:
    asks = (ask for ask in odd_asks(EDITOR) if HUGE_QUERY in ask[1] or ask[2] is NO_BOUNDARY)
    found = server_errors(world.people["root"], asks)
    assert [fault for fault in found if not FAULTS_OF_WAGTAIL.search(fault)] == []
