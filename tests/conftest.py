"""The people every test may meet (see docs/architecture.md): ada learns, ben manages her, carol is an outsider…"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import UserSettingsHolder, settings
from django.contrib.auth import login
from django.core.cache import caches
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.utils import timezone

import hypothesis
import pytest
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_delete_signal_handler, post_save_signal_handler

from accounts.models import PersonKind, User
from accounts.sign_in.sessions import SessionStore
from tests import databases
from tests.factories import kept
from tests.factories.people import give_role, make_person, make_region

# Busy machines are slow machines: no test fails by the clock. The suite searches the same places each time;
# POSTWORTHY_SEARCH=1 looks in new ones.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize="POSTWORTHY_SEARCH" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
Case = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def now() -> datetime:
    """A fixed moment for rules and records; never the wall clock."""
    return NOW


@pytest.fixture(autouse=True)
def _fresh_pages() -> None:
    """Clear the page cache, so that lists and rendered bodies do not reach the next test."""
    caches["pages"].clear()


def _render_and_tell(self: Template, context: Context) -> Any:
    if context.template is self:
        template_rendered.send(sender=self, template=self, context=context)
    return self.nodelist.render(context)


@pytest.fixture(scope="session", autouse=True)
def _only_whole_pages_are_noted(django_test_environment: None) -> None:
    """`response.context` is what the view gave its page; the parts that it includes, each with a copy, are left out."""
    Template._render = _render_and_tell


CHAIN = (
    *("_view_middleware", "_template_response_middleware", "_exception_middleware"),
    "_middleware_chain",
)


def _load_once(handler: ClientHandler, first: ClientHandler) -> None:
    """Give the handler the middleware of the first one, unless the settings are others now."""
    if isinstance(settings._wrapped, UserSettingsHolder):
        BaseHandler.load_middleware(handler)
        return
    if first._middleware_chain is None:
        BaseHandler.load_middleware(first)
    for name in CHAIN:
        setattr(handler, name, getattr(first, name))


@pytest.fixture(scope="session", autouse=True)
def _browsers_share_middleware(django_test_environment: None) -> None:
    """A server makes its middleware once, for every request; so do the browsers of a test run."""
    first = ClientHandler()
    ClientHandler.load_middleware = lambda handler, is_async=False: _load_once(handler, first)


FORM = re.compile(rb"<form\b[^>]*\bmethod=.post.*?</form>", re.DOTALL | re.IGNORECASE)
# A check on a page for everybody keeps nothing: it is answered without a token (courses.pages.routing). Wagtail's
# script sends its own token for the list of who else edits a page.
MAY_BE_SENT = (b'name="csrfmiddlewaretoken"', b'action="#check-', b'class="w-editing-sessions"')


@pytest.fixture(scope="session", autouse=True)
def _every_form_can_be_sent(django_test_environment: None) -> None:
    """Each form of each page that any test sees carries the token without which a browser's press is refused.

    Django's test client needs none, and a part included with `only` loses it unless it is handed on.
    """
    ask = Client.request

    def request(self: Client, **environ: Any) -> Any:
        reply = ask(self, **environ)
        if not reply.streaming and b"<form" in reply.content:
            dead = [
                form
                for form in FORM.findall(reply.content)
                if not any(known in form for known in MAY_BE_SENT)
            ]
            assert dead == [], f"{environ['PATH_INFO']} has a form without a token"
        return reply

    Client.request = request


SEARCH_SIGNALS = [(post_save, post_save_signal_handler), (post_delete, post_delete_signal_handler)]


def each_search_signal() -> Iterator[tuple[Any, Any, Any]]:
    """The signals by which a saved or deleted row reaches Wagtail's search index."""
    for model in get_indexed_models():
        for signal, handler in SEARCH_SIGNALS:
            yield signal, handler, model


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_indexed(django_test_environment: None) -> None:
    """Saving costs a third less without the search index; `search_index` is for tests that search."""
    for signal, handler, model in each_search_signal():
        signal.disconnect(handler, sender=model)


@pytest.fixture
def search_index() -> Iterator[None]:
    """What is saved can be found by search, as on the running site."""
    for signal, handler, model in each_search_signal():
        signal.connect(handler, sender=model)
    yield
    for signal, handler, model in each_search_signal():
        signal.disconnect(handler, sender=model)


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Acts are recorded at NOW while this is in use, or at the moment it is called with."""

    def show(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    show(NOW)
    return show


@pytest.fixture
def ben(db: None) -> User:
    return make_person("Ben Aalto", email="ben@northlight.example")


@pytest.fixture
def ada(db: None, ben: User) -> User:
    return make_person("Ada Virtanen", email="ada@northlight.example", manager=ben)


@pytest.fixture
def carol(db: None) -> User:
    return make_person("Carol Souza", email="carol@northlight.example", region=make_region("BR"))


@pytest.fixture
def dana(db: None) -> User:
    return give_role(make_person("Dana Lee", email="dana@northlight.example"), "author")


@pytest.fixture
def hugo(db: None) -> User:
    return give_role(make_person("Hugo Berg", email="hugo@northlight.example"), "hr")


@pytest.fixture
def olga(db: None) -> User:
    return make_person("Olga Niemi", email="olga@northlight.example")


@pytest.fixture
def ravi(db: None) -> User:
    return give_role(make_person("Ravi Iyer", email="ravi@northlight.example"), "reviewer")


@pytest.fixture
def vera(db: None) -> User:
    return give_role(make_person("Vera Costa", email="vera@northlight.example"), "auditor")


@pytest.fixture
def case(db: None, subtests: pytest.Subtests) -> Case:
    """`with case("name"):` is one of many cases in one world: what it writes is undone, and its failure told by name.

    To make the world anew for each case costs more than most of them.
    """

    @contextmanager
    def alone(name: str) -> Iterator[None]:
        caches["pages"].clear()
        with subtests.test(name), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return alone


@pytest.fixture
def tool(db: None) -> User:
    """The account of a publishing tool, which asks the API about people."""
    return User.objects.create_user("tool@x.example", display_name="Tool", kind=PersonKind.SERVICE)


@pytest.fixture
def as_(db: None):
    """`as_(ada)` is a browser in which ada has signed in."""

    def browser(person: User) -> Client:
        client, request = Client(), HttpRequest()
        # `force_login` does the same, and before it makes and throws away the session of somebody signed out.
        request.session = SessionStore()
        login(request, person, backend="home.backends.PersonBackend")
        request.session.save()
        client._set_login_cookies(request)
        return client

    return browser


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
):
    """A test database copied from a migrated template: the template is rebuilt when a migration changes."""
    with django_db_blocker.unblock():
        remove = databases.create(getattr(request.config, "workerinput", {}).get("workerid", ""))
    yield
    with django_db_blocker.unblock():
        remove()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a test with changed functions makes is not written down for the tests after it."""
    info = item._fixtureinfo
    known = [fixture for fixtures in info.name2fixturedefs.values() for fixture in fixtures]
    ours = [fixture for fixture in known if fixture.baseid]
    asked = {name for fixture in ours for name in fixture.argnames}
    kept.may_keep = "monkeypatch" not in asked | set(info.argnames)
    # What several tests share has its numbers already; what lasts for the whole run makes no rows.
    if {one.scope for one in ours} <= {"function", "session"}:
        kept.Numbers.restart()


def asks_some_of_postgresql() -> bool:
    url = os.environ.get("DATABASE_URL", "")
    return url.startswith("postgres") and "POSTWORTHY_ALL" not in os.environ


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """On PostgreSQL a file without the mark `databases` is not even read."""
    if not asks_some_of_postgresql() or not collection_path.name.startswith("test_"):
        return None
    return True if b"mark.databases" not in collection_path.read_bytes() else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been collected stays: no later search for garbage looks at it again, and few are made.

    A request leaves thousands of objects behind. To look through them as often as usual takes a fifth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that look at code share one worker, which has read it; those of the demo one with a process to ask it."""
    if hasattr(item.module, "walk_syntax") or hasattr(item.module, "find_calls"):
        item.add_marker(pytest.mark.xdist_group("syntax"))
    if hasattr(item.module, "copy_of_demo"):
        item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL is asked what a database can get wrong; POSTWORTHY_ALL=1 asks it everything."""
    if not asks_some_of_postgresql():
        return
    asked = [item for item in items if item.get_closest_marker("databases")]
    config.hook.pytest_deselected(
        items=[item for item in items if not item.get_closest_marker("databases")]
    )
    items[:] = asked
