from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import caches
from django.db import DatabaseError, OperationalError
from django.db.utils import ConnectionHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

import pytest

from config import middleware
from config.failures.answers import answer_refusal
from config.failures.refusals import find_refusal

pytestmark = pytest.mark.databases


def test_healthz_answers_without_database(client):
    reply = client.get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_accept_any_host_without_tls(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, HTTP_HOST="10.0.0.7:8000").status_code == 200


@pytest.mark.django_db
def test_readyz_answers_ready_on_migrated_site(client):
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"ready": True, "faults": []}


def test_readyz_names_unreachable_database(client, monkeypatch):
    monkeypatch.setattr(middleware, "MigrationExecutor", raising)
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["faults"] == ["the database does not answer"]


@pytest.mark.django_db
def test_readyz_names_missing_cache_table(client, settings, monkeypatch):
    monkeypatch.setattr(caches["default"], "get", lambda *_args: None)
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert "createcachetable" in reply.json()["faults"][0]


@pytest.mark.django_db
def test_readyz_names_pending_migrations(client, monkeypatch):
    monkeypatch.setattr(middleware.MigrationExecutor, "migration_plan", lambda *_args: [object()])
    assert "manage.py migrate" in client.get("/readyz").json()["faults"][0]


@pytest.mark.django_db
def test_readyz_asks_the_database_once_in_a_while(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        assert client.get("/readyz").json()["ready"]


@pytest.mark.django_db
def test_readyz_asks_little_once_the_site_was_ready(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(middleware, "READY_SECONDS", 0)
    readiness = middleware.Readiness()
    assert readiness.faults() == []
    with django_assert_num_queries(1):
        assert readiness.faults() == []


def test_readyz_names_a_database_that_went_away(monkeypatch):
    monkeypatch.setattr(middleware, "READY_SECONDS", 0)
    monkeypatch.setattr(middleware, "find_readiness_faults", list)
    readiness = middleware.Readiness()
    assert readiness.faults() == []
    monkeypatch.setattr(middleware.connection, "cursor", raising)
    assert readiness.faults() == ["the database does not answer"]


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


def raising(*_args: object) -> None:
    raise DatabaseError("connection refused")
