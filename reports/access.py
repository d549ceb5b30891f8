"""Who may open the people pages. Queries, never forms, limit which people they see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.permissions import CONSOLE_READERS, READERS, PeopleScope, people_scope

View = Callable[..., HttpResponseBase]
FOR_READERS = _("Lists of people are for HR, auditors and regional leads.")
FOR_HR = _("This is for HR.")
FOR_CONSOLE = _("Certification is for HR, auditors, regional leads and channel governance.")


class PeopleRequest(HttpRequest):
    """A request of somebody who may see people; `scope` says which."""

    scope: PeopleScope


def require_roles(*roles: str, refusal: str | Promise) -> Callable[[View], View]:
    """The view is for these roles, in whatever region; everybody else gets a page with the refusal.

    `request.scope` then says for whom: the view narrows its people by the roles it is for.
    """

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.scope = people_scope(request.user, timezone.now())
            if not request.scope.may(*roles):
                raise PermissionDenied(refusal)
            return view(request, *args, **kwargs)

        return checked

    return wrap


readers_only = require_roles(*READERS, refusal=FOR_READERS)
hr_only = require_roles(Role.HR, refusal=FOR_HR)
console_only = require_roles(*CONSOLE_READERS, refusal=FOR_CONSOLE)
