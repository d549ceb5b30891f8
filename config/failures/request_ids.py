"""A number for each request, so that a page, a log line and a mail about one failure can be put together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

_current: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    """The number of the request that is being served; "-" outside a request."""
    return _current.get()


class RequestIdMiddleware:
    """Give each request a number of its own, which the answer carries as X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = secrets.token_hex(6)
        # Not taken back afterwards: Django logs the answer when all middleware is done.
        _current.set(number)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = number
        return response


class RequestIdFilter(logging.Filter):
    """Let every log line name the request that it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True
