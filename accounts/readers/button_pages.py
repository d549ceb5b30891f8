"""Addresses that take only what a button sends. A browser that opens one gets the page where the button stands.

Somebody who signs in to finish an act comes back to its address by GET; so does whoever reloads or keeps the address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., Any]


def pressed_on(page: str | Callable[..., str], *names: str) -> Callable[[View], View]:
    """Let a view take POST alone; GET redirects to `page`.

    `page` is a route, reversed with the parameters `names` of the address, or a function of the request and the
    parameters that returns an address.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            if callable(page):
                return redirect(page(request, *args, **kwargs))
            return redirect(reverse(page, args=[kwargs[name] for name in names]))

        return guarded

    return guard
