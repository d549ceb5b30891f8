"""Requests that Wagtail's editor offers nowhere and whose views would fail on them: answered 404 before the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from wagtail.admin.views.generic.chooser import CreationFormMixin
from wagtail.models import Page

# Moving the root of all pages: it has no parent.
MOVES = {"wagtailadmin_pages:move_confirm", "wagtailadmin_pages:set_page_position"}
# Wagtail's trial of the error page, at /failwhale/.
TRIALS = {"wagtailadmin_error_test"}
CREATION = ("creation_form_class", "form_fields", "exclude_form_fields")


class EditorGuardMiddleware:
    """Each case is named: a fault of any other request stays a fault, with its traceback and 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Raise Http404 for a request of one of the cases."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in TRIALS:
            raise Http404("An error on purpose")
        if name in MOVES and is_root(kwargs["page_to_move_id"]):
            raise Http404("The root of all pages stays where it is")
        if request.method == "POST" and creates_nothing(view):
            raise Http404("Nothing is created in this chooser")


def is_root(page_id: int) -> bool:
    return Page.objects.filter(pk=page_id, depth=1).exists()


def creates_nothing(view: Any) -> bool:
    """Whether this is the address for creating a record in a chooser that has no form for it."""
    chooser = getattr(view, "view_class", None)
    if chooser is None or not issubclass(chooser, CreationFormMixin):
        return False
    if chooser.get_creation_form_class is not CreationFormMixin.get_creation_form_class:
        return False
    given = getattr(view, "view_initkwargs", {})
    return all(given.get(name, getattr(chooser, name, None)) is None for name in CREATION)
