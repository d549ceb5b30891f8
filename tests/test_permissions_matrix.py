"""Every route of the URLconf, opened by every persona; a new route without a row in the matrix fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.template.backends.django import Template as DjangoTemplate
from django.test import Client
from django.utils.safestring import SafeString, mark_safe

import pytest

from ledger.models import Entry
from reports.models import ExportRun
from tests.doors import ACCOUNT, PRODUCT, browser_of, example, is_refusal
from tests.permissions_matrix import PERSONAS, ROWS, Row
from tests.worlds import World, build_world

pytestmark = pytest.mark.databases

# Account pages that open without a sign-in: sign-in, sign-out, the closed sign-up and the password reset.
FOR_STRANGERS = (
    *("login/", "logout/", "inactive/", "signup/", "password/reset/", "confirm-email/"),
    *("^confirm-email/", "^password/reset/", "2fa/authenticate/"),
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The personas and one of each object that a route names; built once, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def status(world: World, persona: str, row: Row) -> int:
    """The HTTP status that `persona` gets; the effects of the request are rolled back."""
    browser, path = browser_of(world, persona), row.path.format(**world.names)
    with transaction.atomic():
        if row.path.startswith("/api/"):
            reply = ask_as_tool(world, persona, row, browser, path)
        else:
            reply = getattr(browser, row.method)(path, row.data)
        transaction.set_rollback(True)
    return reply.status_code


def ask_as_tool(world: World, persona: str, row: Row, browser: Client, path: str) -> Any:
    """Ask a row of the API with the persona's token, or with their browser session, which the API refuses."""
    headers = {}
    if row.token and persona != "anonymous":
        headers["Authorization"] = f"Bearer {world.tokens[persona]}"
    machine = Client(raise_request_exception=False) if row.token else browser
    more = {"content_type": "application/json"} if row.method == "post" else {}
    return getattr(machine, row.method)(path, row.data, headers=headers, **more)


FILES = re.compile(r"export|\.csv|jsonl|\.zip")


def test_head_of_a_file_leaves_no_trace(world: World) -> None:
    """Whoever looks at the headers of a file has not got it: the ledger tells of no export, and no row is made."""
    seen = 0
    for row in ROWS:
        if row.method != "get" or row.statuses["root"] != 200 or not FILES.search(row.path):
            continue
        browser, path = browser_of(world, "root"), row.path.format(**world.names)
        with transaction.atomic():
            before = Entry.objects.count(), ExportRun.objects.count()
            reply = browser.head(path, row.data)
            assert (reply.status_code, b"".join(reply)) == (200, b""), path
            assert (Entry.objects.count(), ExportRun.objects.count()) == before, path
            transaction.set_rollback(True)
        seen += 1
    assert seen >= 3


def test_routes_all_have_a_row():
    missing = sorted(set(PRODUCT) - {row.route for row in ROWS})
    assert missing == [], "add rows to tests/permissions_matrix.py"


def test_rows_all_name_an_existing_route():
    assert sorted({row.route for row in ROWS} - set(PRODUCT)) == []


def personas_shown(row: Row) -> list[str]:
    """One persona for each status of the row, another one from row to row."""
    place = ROWS.index(row) % len(PERSONAS)
    turned = PERSONAS[place:] + PERSONAS[:place]
    return list({row.statuses[persona]: persona for persona in turned}.values())


def unwritten(template: Any, *args: Any, **words: Any) -> SafeString:
    return mark_safe("")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_personas_get_the_status_of_the_row(world, row, monkeypatch):
    """Everybody is asked; on PostgreSQL only those who are shown the page.

    The others get the answer of the same view, whose page is not written: that takes most of the time.
    """
    shown = personas_shown(row)
    got = {persona: status(world, persona, row) for persona in shown}
    if connection.vendor == "sqlite":
        monkeypatch.setattr(DjangoTemplate, "render", unwritten)
        got |= {name: status(world, name, row) for name in PERSONAS if name not in shown}
    assert got == {persona: row.statuses[persona] for persona in got}


def test_personas_are_each_shown_a_page_on_every_database():
    assert {persona for row in ROWS for persona in personas_shown(row)} == set(PERSONAS)


@pytest.mark.parametrize("persona", ["dana", "ravi", "root"])
def test_cms_opens_for_authors_and_reviewers(world, persona):
    assert browser_of(world, persona).get("/cms/").status_code == 200


@pytest.mark.parametrize("persona", ["hana", "uwe", "bia"])
def test_cms_is_closed_to_roles_in_one_region(world, persona):
    assert is_refusal(browser_of(world, persona).get("/cms/"))
    assert browser_of(world, persona).get("/cms/login/").status_code == 403


@pytest.mark.parametrize("route", ACCOUNT)
def test_account_page_redirects_strangers_unless_public(world, route):
    reply = browser_of(world, "anonymous").get(example(route))
    if route.removeprefix("accounts/").startswith(FOR_STRANGERS):
        assert reply.status_code in {200, 302}
    else:
        assert reply.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("route", ACCOUNT)
@pytest.mark.parametrize("persona", ["ada", "root"])
def test_account_page_answers_signed_in_personas(world, persona, route):
    assert browser_of(world, persona).get(example(route)).status_code in {200, 302, 403, 404}


# What one person reads of themselves, and what is one thing with an address of its own: there is nothing to choose.
NO_CHOICE = {
    *("robots.txt", "sitemap.xml", "me/status.json", "me/data.json", "verify/<path:text>.json"),
    *("certification/evidence/<uuid:uuid>/", "verify/", "verify/<path:text>/", "verify/channel"),
    *("people/import/<uuid:uuid>/rejects/", "api/v1/openapi.json"),
    "people/columns/",  # lists nobody; what it says of odd addresses is in tests/reports/test_list_columns.py
}
READ = {row.route: row for row in ROWS if row.method == "get" and row.statuses["root"] == 200}


def odd_queries(page: str) -> list[str]:
    """A name that no list has, and of each filter on the page two values, and a value that it cannot have."""
    main = page.partition("<main")[2]
    queries = ["nope=1"]
    for form in re.findall(r"<form[^>]*method=\"get\".*?</form>", main, re.DOTALL):
        for field in re.findall(r"<(?:input|select)[^>]*>", form):
            name = re.search(r'name="(\w+)"', field)
            if name and 'type="submit"' not in field:
                queries.append(f"{name[1]}=&{name[1]}=x")
                queries += [f"{name[1]}=%01"]
                chosen = field.startswith("<select") or 'type="date"' in field
                queries += [f"{name[1]}=no-such-thing"] if chosen else []
    return queries


@pytest.mark.parametrize("route", sorted(READ.keys() - NO_CHOICE))
def test_list_and_export_never_answers_an_odd_filter_with_everybody(world, route):
    """A page with filters says that it lists nobody, a file is 400, the API answers 422. Others have no filters."""
    row = READ[route]
    browser, path = browser_of(world, "root"), row.path.format(**world.names)
    with transaction.atomic():
        if row.token:
            odd = ask_as_tool(world, "root", row, browser, f"{path}?nope=1")
            assert odd.status_code == 422
        elif "?" not in path:
            plain = browser.get(path)
            page = "" if plain.streaming else plain.content.decode()
            is_file = "attachment" in plain.headers.get("Content-Disposition", "")
            for query in odd_queries(page) if is_file or 'method="get"' in page else ():
                odd = browser.get(f"{path}?{query}")
                assert odd.status_code == (400 if is_file else 200), query
                assert re.search(
                    "nothing is listed|On the day: |As known on: |There is a problem", odd.text
                ), query
        transaction.set_rollback(True)
