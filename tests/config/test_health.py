from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from django.core.cache import caches
from django.core.handlers.base import BaseHandler
from django.db import DatabaseError, OperationalError, connection
from django.db.utils import ConnectionHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler

import pytest

from config import middleware
from config.failures.answers import answer_refusal
from config.failures.refusals import find_refusal

pytestmark = pytest.mark.databases


@pytest.fixture(autouse=True)
def _own_middleware(monkeypatch: pytest.MonkeyPatch) -> None:
    """Middleware that has not asked the database for another test."""
    monkeypatch.setattr(ClientHandler, "load_middleware", BaseHandler.load_middleware)


class AtOnce:
    """Asks in the thread of the test, which alone has the test's database."""

    def __init__(self, *, target: Callable[[], None], **_named: Any) -> None:
        self.start = target

    def join(self, _seconds: float) -> None: ...

    def is_alive(self) -> bool:
        return False


@pytest.fixture
def _asked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "Thread", AtOnce)
    monkeypatch.setattr(middleware.connection, "close", lambda: None)


def test_healthz_answers_without_database(client):
    reply = client.get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_probes_accept_any_host_without_tls(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, HTTP_HOST="10.0.0.7:8000").status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_answers_ready_on_migrated_site(client):
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"ready": True, "faults": []}


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_names_unreachable_database(client, monkeypatch):
    monkeypatch.setattr(middleware, "MigrationExecutor", raising)
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["faults"] == ["the database does not answer"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_names_missing_cache_table(client, settings, monkeypatch):
    monkeypatch.setattr(caches["default"], "get", lambda *_args: None)
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert "createcachetable" in reply.json()["faults"][0]


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_names_pending_migrations(client, monkeypatch):
    monkeypatch.setattr(middleware.MigrationExecutor, "migration_plan", lambda *_args: [object()])
    assert "manage.py migrate" in client.get("/readyz").json()["faults"][0]


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_asks_the_database_once_in_a_while(client, monkeypatch):
    client.get("/readyz")
    monkeypatch.setattr(middleware, "find_database_faults", raising)
    assert client.get("/readyz").json()["ready"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_asks_little_once_the_site_was_ready(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(middleware, "READY_SECONDS", 0)
    readiness = middleware.Readiness()
    assert readiness.faults() == []
    monkeypatch.setattr(middleware, "find_readiness_faults", raising)
    assert readiness.faults() == []
    with django_assert_num_queries(1):
        assert middleware.find_database_faults() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_asked_here")
def test_readyz_names_a_database_that_went_away(monkeypatch):
    """The second answer comes from a file without a table, which SQLite makes where the file is gone."""
    monkeypatch.setattr(middleware, "READY_SECONDS", 0)
    monkeypatch.setattr(middleware, "find_readiness_faults", list)
    readiness = middleware.Readiness()
    assert readiness.faults() == []
    gone = ConnectionHandler({"default": settings_of(":memory:")})["default"]
    monkeypatch.setattr(middleware, "connection", gone)
    assert readiness.faults() == ["the database does not answer"]


def test_readyz_answers_within_a_second_while_the_database_lets_it_wait(monkeypatch):
    """One thread asks, however many want to know; what it finds is told once it has found it."""
    freed, asked = Event(), []

    def wait() -> list[str]:
        asked.append(1)
        freed.wait(30)
        return []

    monkeypatch.setattr(middleware, "find_readiness_faults", wait)
    readiness = middleware.Readiness()
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _turn: readiness.faults(), range(8)))
    took = time.monotonic() - begun
    assert (answers, len(asked), took < 2) == ([[middleware.SILENT]] * 8, 1, True)
    begun = time.monotonic()
    assert readiness.faults() == [middleware.SILENT]
    assert time.monotonic() - begun < middleware.ANSWER_SECONDS
    freed.set()
    assert readiness._asking is not None
    readiness._asking.join(10)
    assert readiness.faults() == []


def settings_of(name: str) -> dict[str, Any]:
    return {
        **connection.settings_dict,
        "ENGINE": "config.sqlite_in_turn",
        "NAME": name,
        "OPTIONS": {},
    }


@pytest.mark.django_db
def test_healthz_answers_within_a_second_while_the_database_cannot_be_reached(settings):
    """A server that takes connections and never speaks, and a crowd on the threads of one process."""
    settings.WEB_THREADS = 5
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        host, port = silent.getsockname()
        database = {**settings.DATABASES["default"], "HOST": host, "PORT": port, "NAME": "gone"}
        database |= {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"connect_timeout": 2}}

        def ask_database(request: HttpRequest) -> HttpResponse:
            try:
                ConnectionHandler({"default": database})["default"].ensure_connection()
            except OperationalError as error:
                refusal = find_refusal(request, error)
                return answer_refusal(request, refusal) if refusal else HttpResponse(status=500)
            return HttpResponse("reached")

        serve, make = middleware.HealthMiddleware(ask_database), RequestFactory().get
        with ThreadPoolExecutor(settings.WEB_THREADS) as threads:
            crowd = [threads.submit(serve, make("/me/")) for _person in range(12)]
            begun = time.monotonic()
            health = threads.submit(serve, make("/healthz")).result()
            took = time.monotonic() - begun
            ready = threads.submit(serve, make("/readyz")).result()
            answers = [one.result() for one in crowd]
    assert (health.content, took < 1) == (b"ok\n", True)
    assert (ready.status_code, json.loads(ready.content)) == (
        *(503, {"ready": False, "faults": [middleware.NO_THREAD]}),
    )
    assert {(one.status_code, one["Retry-After"]) for one in answers} == {(503, "10")}


@pytest.mark.parametrize(
    "path",
    [
        "/me/status.json",
        "/verify/channel.json",
        "/quiz/00000000-0000-4000-8000-000000000000/1/save/",
        "/me/",
    ],
)
def test_whoever_is_turned_away_at_the_door_is_answered_as_there(path):
    """No view was come to yet."""
    door = middleware.HealthMiddleware(lambda _request: HttpResponse())
    reply = door._turn_away(RequestFactory().get(path))
    kind = "text/html" if path == "/me/" else "application/json"
    assert (reply.status_code, reply["Content-Type"].split(";")[0]) == (503, kind)
    assert b"Wait 10 seconds" in reply.content


def raising(*_args: object) -> None:
    raise DatabaseError("connection refused")
