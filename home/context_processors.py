from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from channels.desk import stops
from channels.desk.stops import StopBanner
from courses.pages.fixed_pages import FixedPages, find_fixed_pages
from home.navigation import TopBar, build_top_bar


def _is_signed_in(request: HttpRequest) -> bool:
    person = getattr(request, "user", None)
    return bool(person and person.is_authenticated)


def _fixed_pages(request: HttpRequest) -> FixedPages:
    return find_fixed_pages(request, signed_in=_is_signed_in(request))


def _navigation(request: HttpRequest) -> TopBar:
    return build_top_bar(
        here=request.path,
        signed_in=_is_signed_in(request),
        rights=getattr(getattr(request, "user", None), "nav", None),
        pages=_fixed_pages(request),
    )


def _stops(request: HttpRequest) -> StopBanner:
    """The freezes in force that concern the signed-in person. No query while there are none."""
    person: Any = getattr(request, "user", None)
    rights = getattr(person, "nav", None)
    if not getattr(rights, "freezes_run", False):
        return StopBanner()
    return stops.build_banner(person, timezone.now())


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the site's name, the top bar, the help address, the path and emergency stops.

    The top bar, the pages it leads to and the stops are lazy: a page that shows none never reads the session.
    """
    return {
        "site_name": settings.SITE_NAME,
        "help_email": settings.HELP_EMAIL,
        "here": request.path,
        "stops": SimpleLazyObject(lambda: _stops(request)),
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "fixed_pages": SimpleLazyObject(lambda: _fixed_pages(request)),
    }
