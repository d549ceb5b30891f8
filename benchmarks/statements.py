"""How many statements a path takes, counted in this process by the site's own WSGI application."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.addresses import AskedPath
from benchmarks.wsgi_requests import FORM, send_request

_application: list[Any] = []


def count_statements(path: AskedPath) -> int:
    """The fewest of three requests that follow a first one: once a second a process also looks for a new edition."""
    _send(path, 1)
    counts = []
    for number in (2, 3, 4):
        with CaptureQueriesContext(connection) as taken:
            _send(path, number)
        counts.append(len([one for one in taken.captured_queries if one["sql"] != "SELECT 1"]))
    return min(counts)


def _send(path: AskedPath, number: int) -> None:
    body, kind = path.body, dict(path.headers).get("Content-Type", "")
    if path.send:
        body = urlencode(path.send(number), doseq=True).encode()
        kind = FORM
    if not _application:
        _application.append(WSGIHandler())
    status, _answer = send_request(
        _application[0],
        path.path,
        session=path.session,
        body=body,
        kind=kind,
        authorization=dict(path.headers).get("Authorization", ""),
    )
    if status[0] not in "23":
        raise RuntimeError(f"{path.path}: {status}")
