"""Connections to PostgreSQL: checked by a look at the socket, without JIT, with statements prepared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

import pytest

pytestmark = [
    pytest.mark.databases,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL"),
]


@pytest.fixture
def kept() -> Iterator[Any]:
    """A connection of its own, as a thread keeps it from request to request."""
    wrapper = connections["default"].copy()
    wrapper.settings_dict = {**wrapper.settings_dict, "CONN_HEALTH_CHECKS": True}
    wrapper.ensure_connection()
    yield wrapper
    wrapper.close()


def ask(wrapper: Any, statement: str) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def begin_request(wrapper: Any) -> None:
    """What Django does with a kept connection when a request begins."""
    wrapper.health_check_done = False
    wrapper.close_if_unusable_or_obsolete()


def test_sound_connection_is_kept_without_a_statement(kept):
    before = ask(kept, "SELECT pg_backend_pid()")
    kept.force_debug_cursor = True
    with CaptureQueriesContext(kept) as asked:
        begin_request(kept)
        assert ask(kept, "SELECT pg_backend_pid()") == before
    assert len(asked) == 1
    assert kept.is_usable()


def test_connection_that_the_server_ended_is_replaced(kept):
    """After a restart of the server no request fails on a connection from before."""
    before = ask(kept, "SELECT pg_backend_pid()")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    begin_request(kept)
    assert ask(kept, "SELECT pg_backend_pid()") != before


def test_connection_with_news_is_asked(kept):
    """A notice that waits is no end: the server is asked, and the connection kept."""
    before = ask(kept, "SELECT pg_backend_pid()")
    with kept.cursor() as cursor:
        cursor.execute("LISTEN postworthy_test")
    with connections["default"].copy().cursor() as other:
        other.execute("NOTIFY postworthy_test")
        other.connection.close()
    begin_request(kept)
    assert ask(kept, "SELECT pg_backend_pid()") == before


def test_plans_are_not_compiled_and_statements_are_prepared(kept):
    assert ask(kept, "SHOW jit") == "off"
    assert settings.DATABASES["default"]["OPTIONS"]["server_side_binding"]
    for _time in range(4):
        ask(kept, "SELECT 7")
    assert (
        ask(kept, "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 7'") == 1
    )
