"""The addresses of the URLconf, and browsers in which somebody of the tests' world is signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern, URLPattern
from django.utils import translation

from tests.permissions_matrix import GROUPS
from tests.worlds import World

EDITOR_DOOR = "/cms/login/"


def routes(tree: Any, prefix: str = "") -> Iterator[str]:
    """Every route of the URLconf as it is written there, without the language prefix."""
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


def browser_of(world: World, persona: str) -> Client:
    """A new browser of the persona, who signed in when first asked for: not within what is rolled back."""
    translation.activate("en")
    for cache in caches.all():
        cache.clear()
    browser = Client(raise_request_exception=False)
    if persona == "anonymous":
        return browser
    if persona not in world.cookies:
        browser.force_login(world.people[persona], backend="home.backends.PersonBackend")
        world.cookies[persona] = browser.cookies.output(header="", sep=";")
    browser.cookies.load(world.cookies[persona])
    return browser


def example(route: str) -> str:
    """An address of a route with a value in place of every converter and group."""
    path = re.sub(r"<(\w+):\w+>", lambda gap: {"uuid": UUID, "int": "1"}.get(gap[1], "x"), route)
    path = re.sub(r"<\w+>|\(\?P<\w+>[^)]*\)|\([^?)][^)]*\)", "1", path)
    return "/" + re.sub(r"[\^$\\]|\(\?:|\)|[?+*]", "", path)


UUID = "00000000-0000-4000-8000-000000000000"


def is_refusal(reply: Any) -> bool:
    """Whether a response redirects to a login address or has the status 403, 404 or 405."""
    if reply.status_code == 302:
        return reply.headers["Location"].startswith((EDITOR_DOOR, "/accounts/login/"))
    return reply.status_code in {403, 404, 405}
