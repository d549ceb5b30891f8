"""One request through a WSGI application of this process, without a server."""

from __future__ import annotations

import io
from typing import Any

TOKEN = "a" * 32
FORM = "application/x-www-form-urlencoded"


def send_request(
    application: Any,
    path: str,
    *,
    session: str = "",
    body: bytes | None = None,
    kind: str = FORM,
    authorization: str = "",
) -> tuple[str, bytes]:
    """The status and the body of the answer. With a body it is a POST; `path` may hold a query."""
    place, _, question = path.partition("?")
    cookie = f"csrftoken={TOKEN}"
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
        "HTTP_COOKIE": f"sessionid={session}; {cookie}" if session else cookie,
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
    if authorization:
        environ["HTTP_AUTHORIZATION"] = authorization
    return _read_answer(application, environ)


def _read_answer(application: Any, environ: dict[str, Any]) -> tuple[str, bytes]:
    told: list[str] = []
    reply = application(environ, lambda status, _headers, _fault=None: told.append(status))
    answer = b"".join(reply)
    reply.close()
    return told[0], answer
