"""Public pages for strangers from memory, checked by a tag, until a new edition of the pages begins.

A page is kept as it went out, for one host, scheme and path (which names the language), and only if nothing in it
belongs to anybody: it was asked without a session, without messages and without a question, and it sets no cookie.
Whoever has signed in passes by, so authors always see what they have just published.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import get_conditional_response, patch_vary_headers

from config.failures.answers import API_PREFIX
from courses.pages.editions import current_edition

# What no signal tells of, such as a certification whose day of retirement comes, is seen after this time at the latest.
SECONDS_KEPT = 60
# A browser may keep a public page, and asks each time whether it is still the newest.
CACHE_CONTROL = "public, no-cache"
# A short page is not worth compressing.
LEAST_COMPRESSED = 500
# Where no page can be: what is asked for there asks nothing about editions.
NO_PAGES = (settings.STATIC_URL, settings.MEDIA_URL, API_PREFIX)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it went out, compressed as well, with its tag."""

    body: bytes
    compressed: bytes
    headers: tuple[tuple[str, str], ...]
    tag: str


class PublicPageMiddleware:
    """Answers strangers who ask for a public page from memory: no session, no token, no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.compress = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _may_be_kept(request):
            if not request.path_info.startswith(NO_PAGES):
                # What an older edition left is forgotten now, not while a page is made that keeps something.
                current_edition()
            return self.get_response(request)
        # The edition is read before the page is made: what was made of old rows never counts as new.
        place = f"{current_edition()}:whole:{_digest_address(request)}"
        kept: KeptPage | None = caches["pages"].get(place)
        if kept is not None:
            return _answer(request, kept)
        response = self._make(request)
        if not _is_public(request, response):
            return self.compress.process_response(request, response)
        kept = _keep(response)
        caches["pages"].set(place, kept, SECONDS_KEPT)
        return _answer(request, kept)

    def _make(self, request: HttpRequest) -> Any:
        """The page, not compressed yet."""
        accepted = request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response = self.get_response(request)
        if accepted is not None:
            request.META["HTTP_ACCEPT_ENCODING"] = accepted
        return response


def _may_be_kept(request: HttpRequest) -> bool:
    """Whether nothing of the request but host and path can change what a page shows."""
    return (
        request.method in {"GET", "HEAD"}
        and not request.path_info.startswith(NO_PAGES)
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
    )


def _digest_address(request: HttpRequest) -> str:
    """Scheme, host and path, which a stranger may write as they like, as a short key."""
    address = f"{request.scheme} {request.get_host()} {request.path}"
    return hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()


def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is a page that everybody may read, and holds nothing of one reader."""
    return (
        getattr(request, "is_public_page", False)
        and request.method == "GET"
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response.headers
    )


def _keep(response: HttpResponse) -> KeptPage:
    body = response.content
    response.headers["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(response, ("Cookie", "Accept-Encoding"))
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    # The same for the plain and the compressed page, which mean the same: a weak tag.
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    compressed = gzip.compress(body, mtime=0) if len(body) >= LEAST_COMPRESSED else b""
    return KeptPage(body, compressed, (*headers, ("ETag", tag)), tag)


def _answer(request: HttpRequest, kept: KeptPage) -> HttpResponseBase:
    small = kept.compressed and re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    body = kept.compressed if small else kept.body
    response = HttpResponse(body, headers=dict(kept.headers))
    response.headers["Content-Length"] = str(len(body))
    if small:
        response.headers["Content-Encoding"] = "gzip"
    return get_conditional_response(request, etag=kept.tag, response=response) or response
