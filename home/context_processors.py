from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from home.navigation import TopBar, build_top_bar


def _navigation(request: HttpRequest) -> TopBar:
    person = getattr(request, "user", None)
    return build_top_bar(
        here=request.path,
        signed_in=bool(person and person.is_authenticated),
        rights=getattr(person, "nav", None),
    )


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the site's name, the top bar, the help address and the path.

    The top bar is lazy: a page that does not show it never reads the session.
    """
    return {
        "site_name": settings.SITE_NAME,
        "help_email": settings.HELP_EMAIL,
        "here": request.path,
        "nav": SimpleLazyObject(lambda: _navigation(request)),
    }
