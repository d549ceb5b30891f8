"""“Select all” in a list of the editor is what the list shows: found, filtered and searched as the person sees it.

Wagtail sends `id=all` and takes the whole model, or the whole folder, whatever the list was narrowed by. Here the list
itself is asked which rows it has, and the rows take the place of `all`.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

ALL = "all"
COUNT = "listed"
# What the address of a bulk action says beside what the address of its list says.
OWN = ("id", "next", "childOf", COUNT)


def name_listed_rows(request: HttpRequest, model: type[Model]) -> HttpResponseBase | None:
    """Name each row of the list instead of `all`; an answer where the list is another one than was confirmed.

    Raises Http404 where nobody knows which list is meant.
    """
    if ALL not in request.GET.getlist("id") or not _may_list(request):
        return None
    rows = _find_rows(request, model)
    before, here = request.GET.get(COUNT), request.get_full_path()
    asked = request.GET.copy()
    asked[COUNT] = str(len(rows))
    if request.method == "POST" and before != asked[COUNT]:
        return _ask_again(request, len(rows), f"{here.partition('?')[0]}?{asked.urlencode()}")
    # The form of the page that asks sends its answer there: the same list, and how many were shown.
    request.META["QUERY_STRING"] = asked.urlencode()
    asked.setlist("id", rows)
    request.GET = asked  # type: ignore[assignment]  # a copy that can be read like the first
    request.lists_all = True  # type: ignore[attr-defined]
    return None


def _may_list(request: HttpRequest) -> bool:
    """Whoever is not in the editor is sent to sign in by the view."""
    return request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")


def _find_rows(request: HttpRequest, model: type[Model]) -> list[str]:
    path, _mark, query = get_valid_next_url_from_request(request).partition("?")
    try:
        match = resolve(path)
    except Resolver404:
        raise Http404("Nobody knows which list is meant") from None
    if _without_own(request.GET) != _without_own(QueryDict(query)):
        raise Http404("The list is another one than its filters")
    response = match.func(_ask_list(request, path, query, match), *match.args, **match.kwargs)
    view = (getattr(response, "context_data", None) or {}).get("view")
    rows = getattr(view, "object_list", None)
    if rows is None or not issubclass(view.model, model):  # type: ignore[union-attr]
        raise Http404("There is no list of these records")
    return [str(row.pk) for row in rows]


def _ask_list(request: HttpRequest, path: str, query: str, match: Any) -> HttpRequest:
    """The request with which the person saw the list."""
    asked = copy(request)
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.GET, asked.POST = QueryDict(query), QueryDict()
    asked.META = {**request.META, "QUERY_STRING": query, "REQUEST_METHOD": "GET"}
    asked.resolver_match = match
    return asked


def _without_own(given: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in given.lists() if name not in OWN}


def _ask_again(request: HttpRequest, count: int, address: str) -> HttpResponseBase:
    text = ngettext(
        "The list has changed since you were asked: it shows %(count)s now. Nothing was done.",
        "The list has changed since you were asked: it shows %(count)s now. Nothing was done.",
        count,
    )
    messages.warning(request, text % {"count": count} + " " + _("Look at it again."))
    return HttpResponseRedirect(address)
