"""Odd but plain requests to every address: long ids, control characters, broken bodies, unusual methods. No 5xx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client

from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.viewsets import viewsets
from wagtail.models import Page, get_page_models

import pytest

from accounts.models import User
from accounts.query_strings import StrictFiltersMixin
from accounts.sign_in.sessions import SessionStore
from courses.models import CatalogPage
from items.models import Item, ItemVersion
from quizzes.models import Quiz
from tests import draw_once
from tests.doors import ROUTES, browser_of, example
from tests.permissions_matrix import PERSONAS, ROWS
from tests.test_house import ROOMS
from tests.worlds import World, build_world

HUGE = "9" * 20
# An odd value for each parameter that a page, a filter or Wagtail's editor reads from an address.
NAMES = (
    *("q", "p", "page", "next", "code", "region", "status", "role", "ends", "check", "minutes"),
    *("locale", "collection_id", "user", "id", "bank", "quiz", "item", "table", "ordering"),
    *("at", "known_at", "target", "person", "people", "address", "url", "typed", "allowed"),
    *("note", "answer", "since", "passed_on", "earned_on", "step", "reason", "name", "email"),
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
NUL_FORM = {
    "data": "&".join(f"{name}=a%00b" for name in NAMES),
    "content_type": "application/x-www-form-urlencoded",
}
NUL_COOKIE = 'sessionid="\\000aaaaaaaa"; csrftoken="\\000aaaaaaaa"; django_language="\\000"'
EDITOR = [route for route in ROUTES if route.startswith("cms/")]
OTHERS = [route for route in ROUTES if not route.startswith("cms/")]
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
        yield "POST", huge, ODD_FORM
        yield "POST", plain, NO_BOUNDARY
        yield "PUT", huge, BAD_JSON


def nul_asks(routes: list[str]) -> Iterator[Ask]:
    """A NUL in every known parameter and field: PostgreSQL keeps none and is asked with none."""
    for plain in sorted({example(route) for route in routes}):
        yield "GET", plain + NUL_QUERY, {}
        yield "POST", plain, NUL_FORM


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
def test_method_that_no_address_takes_is_refused_as_such(world: World, persona: str) -> None:
    """It carries no token either, but it was no page that was open too long: 405, not there, or sign in first."""
    browser = Client(enforce_csrf_checks=True)
    if persona == "root":
        browser.force_login(world.people["root"], backend="home.backends.PersonBackend")
    paths = sorted({example(route) for route in (ROUTES if persona == "anonymous" else OTHERS)})
    asks = [("PUT", path) for path in paths]
    asks += [(method, "/me/") for method in ("PATCH", "DELETE", "PROPFIND", "TRACE")]
    asks += [("POST", path) for path in ("/me/", "/quiz/tries/", "/people/")]
    wrong, refused = [], 0
    for method, path in asks:
        with transaction.atomic():
            reply = browser.generic(method, path)
            transaction.set_rollback(True)
        told = not reply.streaming and "open too long" in reply.text
        taken = reply.headers.get("Allow", "GET").split(", ")
        if told or reply.status_code not in {301, 302, 401, 403, 404, 405} or method in taken:
            wrong.append(f"{reply.status_code} {method} {path}")
        refused += reply.status_code == 405
    assert wrong == []
    assert refused >= 80


def test_form_without_a_token_is_refused_as_one_where_forms_are_taken(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    for path in ("/accounts/login/", "/people/import/"):
        reply = browser.post(path, {"login": "x"})
        assert (reply.status_code, "open too long" in reply.text) == (403, True)


@pytest.mark.parametrize("persona", ["anonymous", "root"])
def test_odd_requests_to_the_product_get_no_server_error(world: World, persona: str) -> None:
    person = world.people.get(persona)
    assert server_errors(person, odd_asks(OTHERS)) == []
    if person is None:
        assert server_errors(person, odder_asks(OTHERS)) == []


@pytest.mark.databases
@pytest.mark.parametrize("persona", ["anonymous", "root"])
def test_nul_in_a_request_to_the_product_gets_no_server_error(world: World, persona: str) -> None:
    assert server_errors(world.people.get(persona), nul_asks(OTHERS)) == []


@pytest.mark.databases
def test_nul_in_a_cookie_is_no_session_and_gets_no_server_error(world: World) -> None:
    assert SessionStore("\0aaaaaaaa").session_key is None
    for path in ("/", "/me/", "/accounts/login/", "/cms/", "/api/v1/channels"):
        browser = Client(raise_request_exception=False)
        assert browser.get(path, headers={"Cookie": NUL_COOKIE}).status_code < 500


@pytest.mark.filterwarnings(
    "ignore:.*AutocompleteFields:RuntimeWarning"
)  # a search for whole words
def test_odd_requests_to_the_editor_get_no_server_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_once.build_forms_once(monkeypatch)
    draw_once.draw_menus_once(monkeypatch)
    asks = (ask for ask in odd_asks(EDITOR) if HUGE_QUERY in ask[1] or ask[2] is NO_BOUNDARY)
    assert server_errors(world.people["root"], asks) == []


def test_form_of_the_editor_without_its_fields_is_told_that_it_cannot_be_read(world: World) -> None:
    """Only the token of the form arrives: how many blocks, options or formsets there are is not said."""
    asked = list(empty_forms())
    assert len(asked) >= 12
    browser, answers = Client(raise_request_exception=False), {}
    browser.force_login(world.people["root"], backend="home.backends.PersonBackend")
    for path in asked:
        with transaction.atomic():
            reply = browser.post(path, {"csrfmiddlewaretoken": "x"})
            transaction.set_rollback(True)
        answers[path] = reply.status_code
        assert reply.status_code != 400 or "cannot be read" in reply.text
    assert {path: status for path, status in answers.items() if status not in {200, 302, 400}} == {}
    assert 400 in answers.values()


def empty_forms() -> Iterator[str]:
    """The addresses of forms for one page of each kind, and for whatever else is written in the editor."""
    for kind in get_page_models():
        if page := kind.objects.filter(depth__gt=2, alias_of=None).first():
            yield f"/cms/pages/{page.pk}/edit/"
            yield f"/cms/pages/{page.pk}/copy/"
            yield f"/cms/pages/{page.pk}/move/"
            yield f"/cms/pages/add/{kind._meta.app_label}/{kind._meta.model_name}/{page.get_parent().pk}/"
    item = Item.objects.latest("pk")
    for act in ("add", f"edit/{item.pk}", f"copy/{item.pk}"):
        yield f"/cms/snippets/quizzes/item/{act}/"
    for path in ("snippets/quizzes/itembank", "images", "documents"):
        yield f"/cms/{path}/add/"


def test_editor_guard_answers_only_what_the_editor_offers_nowhere(world: World) -> None:
    """A fault of ours behind the same views stays a fault: only the named cases are turned away."""
    browser = Client()
    browser.force_login(world.people["root"], backend="home.backends.PersonBackend")
    page = Page.objects.filter(depth__gt=2).latest("pk")
    cases = {
        "/cms/failwhale/": 404,
        "/cms/pages/1/set_position/": 404,
        f"/cms/pages/1/move/{page.pk}/confirm/": 404,
        f"/cms/pages/{page.pk}/set_position/": 200,
        "/cms/images/chooser/create/": 200,
    }
    with transaction.atomic():
        answers = {path: browser.post(path).status_code for path in cases}
        transaction.set_rollback(True)
    assert answers == cases


def test_address_of_a_button_opened_by_itself_leads_to_a_page(world: World) -> None:
    """Whoever signs in to finish an act comes back to its address by GET, which is no empty 405."""
    led, pressed = {}, [row for row in ROWS if row.method == "post" and row.route[:4] != "api/"]
    for row in pressed:
        path = row.path.format(**world.names)
        allowed = [one for one in PERSONAS[1:] if row.statuses[one] not in {403, 404}]
        with transaction.atomic():
            browser = browser_of(world, (allowed or ["root"])[0])
            led[row.path] = browser.get(path, follow=True).status_code
            transaction.set_rollback(True)
    assert len(pressed) >= 40
    assert {path: status for path, status in led.items() if status != 200} == {}


# The lists that narrow down by an address, and wrong values of each filter that has choices.
LISTS = {
    "/people/": ("certification", "region", "status", "employment", "sort", "ends"),
    "/people/export.csv": ("certification", "region", "status", "employment", "profile"),
    "/team/": (),
    "/channels/": (),
    "/channels/official/": (),
    "{catalogue}": ("minutes",),
    "/quiz/marking/": (),
    "/cms/award/": ("certification", "basis"),
    "/cms/certification/": (),
    "/cms/snippets/quizzes/item/": ("kind", "bank", "principle", "look"),
    "/cms/snippets/quizzes/itembank/": (),
    "/cms/snippets/courses/principle/": (),
    "/cms/question-reports/": (),
    "/cms/quiz-statistics/": (),
    "/cms/quiz-statistics/{quiz}/": ("tries", "joined"),
    "/cms/quiz-statistics/item/{version}/": ("tries", "joined"),
    "/api/v1/channels": ("state", "region"),
}

# What else may be said to them, of which every printable value is one.
SEARCHED = {
    "/people/": ("q",),
    "/channels/": ("q",),
    "/channels/official/": ("q",),
    "{catalogue}": ("q",),
    "/api/v1/channels": ("cursor",),
}


@pytest.mark.parametrize("listed", LISTS)
def test_unknown_filter_or_value_lists_nothing_and_says_so(world: World, listed: str) -> None:
    path = listed.format(
        quiz=Quiz.objects.latest("pk").pk,
        version=ItemVersion.objects.latest("pk").pk,
        catalogue=CatalogPage.objects.live().latest("pk").get_url(),
    )
    browser, headers = Client(), {}
    if path.startswith("/api/"):
        headers["Authorization"] = f"Bearer {world.tokens['vera']}"
    else:
        browser.force_login(world.people["root"], backend="home.backends.PersonBackend")
    plain = browser.get(path, headers=headers)
    names = LISTS[listed]
    asks = ["no-such-filter=1", *(f"{name}=no-such-value" for name in names)]
    # Twice, even alike or empty: one of the two would be left out without a sound.
    asks += [f"{name}=&{name}=" for name in (*names, *SEARCHED.get(listed, ()))[-2:]]
    asks += [f"{name}=%00" for name in SEARCHED.get(listed, ())]
    said = {}
    for ask in asks:
        reply = browser.get(f"{path}?{ask}", headers=headers)
        said[ask] = (reply.status_code, "nothing is listed" in reply.content.decode())
    assert plain.status_code == 200
    assert {status for status, _words in said.values()} <= {200, 400, 422}
    assert [ask for ask, (_status, words) in said.items() if not words] == []


def test_lists_of_the_editor_are_all_strict_about_filters() -> None:
    ours = [
        one
        for one in viewsets.viewsets
        if hasattr(one, "index_view_class") and type(one).__module__.partition(".")[0] in ROOMS
    ]
    assert len(ours) >= 5
    loose = [one for one in ours if not issubclass(one.index_view_class, StrictFiltersMixin)]
    assert loose == []


ODD_IDS = ("id=abc", "id=", "id=1&id=x", "id=1.5", "id=all&childOf=abc", "id=all&childOf=")
PLAIN_IDS = ("", "id=all&childOf=999999")


def bulk_addresses() -> list[str]:
    registry = bulk_action_registry
    registry._scan_for_bulk_actions()
    return [
        f"/cms/bulk/{app}/{model}/{action}/"
        for app, models in registry.actions.items()
        for model, actions in models.items()
        for action in actions
    ]


def test_bulk_action_refuses_ids_that_no_record_can_have(world: World) -> None:
    addresses = bulk_addresses()
    assert {"/cms/bulk/wagtailcore/page/delete/", "/cms/bulk/items/item/retire/"} <= {*addresses}
    browser, wrong = Client(), []
    browser.force_login(world.people["root"], backend="home.backends.PersonBackend")
    asks = [(query, {400}) for query in ODD_IDS] + [(query, {200, 404, 409}) for query in PLAIN_IDS]
    seen = set()
    for address in (*addresses, "/cms/bulk/no/such/delete/"):
        of_model = address.rsplit("/", 2)[0]
        # What an id may be is the model's affair: its other actions are asked once.
        once = of_model in seen
        seen.add(of_model)
        for query, right in asks[:1] if once else asks:
            with transaction.atomic():
                reply = browser.get(f"{address}?{query}")
                transaction.set_rollback(True)
            taken = right if address in addresses else {404}
            if reply.status_code not in taken:
                wrong.append(f"{reply.status_code} {address}?{query}")
    assert wrong == []
    refused = browser.post(f"{addresses[0]}?id=abc")
    assert (refused.status_code, "This request cannot be read" in refused.text) == (400, True)
