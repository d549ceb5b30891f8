"""Every address × every persona, read from the URLconf: a new address without a row fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLPattern
from django.utils import translation

import pytest

from tests.permissions_matrix import GROUPS, PERSONAS, ROWS, Row
from tests.worlds import World, build_world

pytestmark = pytest.mark.databases

EDITOR_DOOR = "/cms/login/"
# What of the editor a browser may load without a sign-in: a list of words, no content.
EDITORS_OPEN_WORDS = {"/cms/jsi18n/", "/cms/sprite/"}
# What of the account pages is for strangers: signing in, out, up (closed) and the password reset.
FOR_STRANGERS = (
    *("login/", "logout/", "inactive/", "signup/", "password/reset/", "confirm-email/"),
    *("^confirm-email/", "^password/reset/", "2fa/authenticate/"),
)


def routes(tree: Any, prefix: str = "") -> Iterator[str]:
    """Every address of the URLconf, as it is written there; the language prefix is left out."""
    for part in tree:
        own = "" if isinstance(part.pattern, LocalePrefixPattern) else str(part.pattern)
        if isinstance(part, URLPattern):
            yield prefix + own
        else:
            yield from routes(part.url_patterns, prefix + own)


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
PRODUCT = [route for route in ROUTES if not route.startswith(GROUPS)]
EDITOR = [route for route in ROUTES if route.startswith("cms/")]
ACCOUNT = [route for route in ROUTES if route.startswith("accounts/")]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The personas and one of everything they may meet; built once, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def status(world: World, persona: str, row: Row) -> int:
    """What `persona` gets; whatever the request did is undone."""
    with transaction.atomic():
        path = row.path.format(**world.names)
        if row.path.startswith("/api/"):
            reply = ask_as_tool(world, persona, row, path)
        else:
            reply = getattr(browser_of(world, persona), row.method)(path, row.data)
        transaction.set_rollback(True)
    return reply.status_code


def ask_as_tool(world: World, persona: str, row: Row, path: str) -> Any:
    """A row of the API: with the persona's token, or (to no avail) with their browser's session."""
    headers = {}
    if row.token and persona != "anonymous":
        headers["Authorization"] = f"Bearer {world.tokens[persona]}"
    machine = Client(raise_request_exception=False) if row.token else browser_of(world, persona)
    more = {"content_type": "application/json"} if row.method == "post" else {}
    return getattr(machine, row.method)(path, row.data, headers=headers, **more)


def browser_of(world: World, persona: str) -> Client:
    translation.activate("en")
    for cache in caches.all():
        cache.clear()
    browser = Client(raise_request_exception=False)
    if persona != "anonymous":
        browser.force_login(world.people[persona], backend="home.backends.PersonBackend")
    return browser


def example(route: str) -> str:
    """An address of a route with something in every gap."""
    path = re.sub(r"<(\w+):\w+>", lambda gap: {"uuid": UUID, "int": "1"}.get(gap[1], "x"), route)
    path = re.sub(r"<\w+>|\(\?P<\w+>[^)]*\)|\([^?)][^)]*\)", "1", path)
    return "/" + re.sub(r"[\^$\\]|\(\?:|\)|[?+*]", "", path)


UUID = "00000000-0000-4000-8000-000000000000"


def test_every_address_of_the_product_has_a_row():
    missing = sorted(set(PRODUCT) - {row.route for row in ROWS})
    assert missing == [], "add rows to tests/permissions_matrix.py"


def test_every_row_is_an_address_of_the_product():
    assert sorted({row.route for row in ROWS} - set(PRODUCT)) == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_persona_gets_what_the_row_says(world, row):
    got = {persona: status(world, persona, row) for persona in PERSONAS}
    assert got == dict(row.statuses)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("persona", ["anonymous", "ada", "hugo", "vera"])
def test_the_editor_opens_to_no_one_else(world, persona, method):
    """Every one of Wagtail's addresses, its side doors (preview, copy, history, compare) too."""
    browser = browser_of(world, persona)
    opened = {}
    for path in sorted({example(route) for route in EDITOR} - EDITORS_OPEN_WORDS):
        reply = getattr(browser, method)(path)
        if not is_refusal(reply):
            opened[path] = reply.status_code
    assert opened == {}


def is_refusal(reply: Any) -> bool:
    """Sent to the editor's door or to the sign-in page, or told no."""
    if reply.status_code == 302:
        return reply.headers["Location"].startswith((EDITOR_DOOR, "/accounts/login/"))
    return reply.status_code in {403, 404, 405}


@pytest.mark.parametrize("persona", ["dana", "ravi", "root"])
def test_the_editor_opens_to_those_who_write_and_review(world, persona):
    assert browser_of(world, persona).get("/cms/").status_code == 200


@pytest.mark.parametrize("route", ACCOUNT)
def test_an_account_page_asks_strangers_to_sign_in_unless_it_is_for_them(world, route):
    reply = browser_of(world, "anonymous").get(example(route))
    if route.removeprefix("accounts/").startswith(FOR_STRANGERS):
        assert reply.status_code in {200, 302}
    else:
        assert reply.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("route", ACCOUNT)
@pytest.mark.parametrize("persona", ["ada", "root"])
def test_an_account_page_answers_whoever_has_signed_in(world, persona, route):
    assert browser_of(world, persona).get(example(route)).status_code in {200, 302, 403, 404}
