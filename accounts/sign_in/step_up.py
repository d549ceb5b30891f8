"""What must not be done from a screen that somebody left open: the password is asked for again when it is old."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired

# So long a sign-in, or a password that was asked for again, is fresh.
FRESH = timedelta(minutes=15)


SIGN_IN = gettext_lazy("You are about to change how you sign in, so we ask once more.")
View = Callable[..., HttpResponse]


def require_fresh_sign_in(why: Promise) -> Callable[[View], View]:
    """A view that asks for the password (or the code) first when the last sign-in is older than FRESH, and says `why`.

    allauth's own page asks, and then goes on with what was asked for, a POST too. Somebody without a password or a
    code, whose identity provider signs them in, has nothing to be asked for.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def fresh(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_sign_in_fresh(request, time.time()):
                raise ReauthenticationRequired
            return view(request, *args, **kwargs)

        fresh.asks_again = why  # type: ignore[attr-defined]
        return fresh

    return guard


def tell_why(following: str) -> str:
    """Why the password is asked for again before `following`, the address that comes next."""
    try:
        view = resolve(urlsplit(following).path).func
    except (Resolver404, ValueError):
        view = None
    return str(getattr(view, "asks_again", SIGN_IN))


def is_sign_in_fresh(request: HttpRequest, now: float) -> bool:
    """Whether the person has proved who they are within FRESH before `now`, or has nothing to prove it with."""
    if not get_adapter().get_reauthentication_methods(request.user):
        return True
    proofs = [record["at"] for record in get_authentication_records(request, request.user)]
    return now - max(proofs, default=0) < FRESH.total_seconds()
