"""Rate limits: how often a caller may do something, counted in one place, and the one answer to too many uses.

A limit names the cache that holds its counts: `counters` is shared by all processes, `calls` is the memory of this
process, for what must not wait for a database. Both count in one atomic step. Publishing a page empties neither.
The limits on sign-in are allauth's own (docs/security.md); they answer with the same page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wagtail.api.v3.errors import problem_response

from allauth.account.adapter import get_adapter

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SIGN_IN_SECONDS = 300
# A household or an office has one IPv6 network of this size, and 2^64 addresses in it.
IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` uses by one caller in `seconds`, which begin with the first use."""

    name: str
    most: int
    seconds: int
    cache: str = "counters"


class TooManyUsesError(Exception):
    """A caller has used up a limit; `seconds` is how long to wait at most."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many uses. Try again in {seconds} seconds.")
        self.seconds = seconds


def parse_rate(name: str, written: str) -> RateLimit:
    """A limit as settings write it: `30/m/ip` is 30 uses a minute from one network address. Raises ValueError."""
    most, period, *of = written.strip().split("/")
    if of not in ([], ["ip"]) or period[-1:] not in SECONDS:
        raise ValueError(f"{written!r} is no rate. Write it like 30/m/ip.")
    return RateLimit(name, int(most), int(period[:-1] or 1) * SECONDS[period[-1]])


def count_use(limit: RateLimit, caller: str) -> int:
    """Count one use by `caller`. Returns the number of uses in the running period, this one included."""
    store: Any = caches[limit.cache]
    key = f"{limit.name}:{limit.most}:{limit.seconds}:{caller}"
    return int(store.count(key, timeout=limit.seconds))


def require_rate(limit: RateLimit, caller: str) -> None:
    """Count one use. Raises TooManyUsesError when the caller has used up the limit."""
    if count_use(limit, caller) > limit.most:
        raise TooManyUsesError(limit.seconds)


def network_address(request: HttpRequest) -> str:
    """Where the request comes from, behind the trusted proxies; an IPv6 address counts with its whole network."""
    written = str(get_adapter(request).get_client_ip(request))
    try:
        address = ip_address(written)
    except ValueError:
        return written
    if address.version == 4:
        return written
    return str(IPv6Network((address, IPV6_PREFIX), strict=False).network_address)


def answer_too_many(request: HttpRequest, seconds: int, *, for_machines: bool) -> HttpResponse:
    """The answer to too many uses, as a page or as problem+json, with the time to wait."""
    response: HttpResponse
    if for_machines:
        detail = _("Too many calls. Try again in a minute.")
        response = problem_response(status=429, detail=detail)
    else:
        minutes = math.ceil(seconds / 60)
        response = render(request, "429.html", {"retry_minutes": minutes}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def answer_too_many_sign_ins(request: HttpRequest) -> HttpResponse:
    """allauth's handler429: every sign-in limit that matters to a person is over after five minutes."""
    return answer_too_many(request, SIGN_IN_SECONDS, for_machines=False)
