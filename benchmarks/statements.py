"""How many statements a path takes, counted in this process by the site's own WSGI application."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.addresses import AskedPath
from benchmarks.running import TOKEN

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
        kind = "application/x-www-form-urlencoded"
    place, _, question = path.path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST",
        "PATH_INFO": place,
        "SCRIPT_NAME": "",
        "QUERY_STRING": question,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": f"sessionid={path.session}; csrftoken={TOKEN}"
        if path.session
        else f"csrftoken={TOKEN}",
        "HTTP_X_CSRFTOKEN": TOKEN,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body or b"")),
        "wsgi.input": io.BytesIO(body or b""),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }
    if "Authorization" in dict(path.headers):
        environ["HTTP_AUTHORIZATION"] = dict(path.headers)["Authorization"]
    if not _application:
        _application.append(WSGIHandler())
    told: list[str] = []
    reply = _application[0](environ, lambda status, _headers, _fault=None: told.append(status))
    b"".join(reply)
    reply.close()
    if told[0][0] not in "23":
        raise RuntimeError(f"{path.path}: {told}")
