"""What Wagtail's editor offers nowhere and its views would fail on is answered 404, or 400, before the view.

What cannot be deleted is said before anybody presses: instead of the page that asks “Are you sure?”.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from wagtail.admin.views.generic.chooser import CreationFormMixin
from wagtail.models import Collection, Page, Site

from config.editor.exam_guard import refuse_examined
from config.editor.languages import refuse_to_change_language
from config.editor.retiring import find_records_to_delete, refuse_deletion
from config.editor.whole_lists import name_listed_rows
from config.failures.answers import PAGE, answer_refusal, words_of_refusal
from config.failures.refusals import refuse_last_site

# Moving the root of all pages: it has no parent.
MOVES = {"wagtailadmin_pages:move_confirm", "wagtailadmin_pages:set_page_position"}
# Wagtail's trial of the error page, at /failwhale/, and the acts of its API, which no page of the editor calls: they
# would delete, publish, copy and convert pages without what is asked and said before.
CLOSED = {"wagtailadmin_error_test", "wagtailadmin_api:pages:action"}
CREATION = ("creation_form_class", "form_fields", "exclude_form_fields")


class EditorGuardMiddleware:
    """Each case is named: a fault of any other request stays a fault, with its traceback and 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse what stays, and keys of one's own exam; raise Http404 or BadRequest for one of the other cases."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in CLOSED:
            raise Http404("Nothing of the editor leads here")
        if name in MOVES and is_root(kwargs["page_to_move_id"]):
            raise Http404("The root of all pages stays where it is")
        if name == "wagtail_bulk_action":
            require_plain_ids(request, kwargs["app_label"], kwargs["model_name"])
        if request.method == "POST" and creates_nothing(view):
            raise Http404("Nothing is created in this chooser")
        if name == "wagtailsites:delete" and deletes_last_site(request, kwargs["pk"]):
            return answer_refusal(request, refuse_last_site(reverse("wagtailsites:index")))
        refusal = refuse_examined(request) or refuse_to_change_language(
            request, name, kwargs.get("pk")
        )
        if refusal is None and name == "wagtail_bulk_action":
            return name_listed_rows(
                request, apps.get_model(kwargs["app_label"], kwargs["model_name"])
            )
        return answer_refusal(request, refusal) if refusal else None

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Show why something cannot be deleted, and what to do instead, where the editor would ask."""
        records = find_records_to_delete(request, response.context_data or {})
        refusal = refuse_deletion(request, records) if records else None
        if refusal is not None:
            response.template_name, response.status_code = PAGE, refusal.status
            response.context_data = words_of_refusal(refusal)
        return response


def is_root(page_id: int) -> bool:
    return Page.objects.filter(pk=page_id, depth=1).exists()


def deletes_last_site(request: HttpRequest, pk: str) -> bool:
    """Whether somebody who may delete sites would leave the pages without the address that shows them."""
    if not request.user.has_perm("wagtailcore.delete_site"):  # type: ignore[union-attr]
        return False
    try:
        site = Site.objects.filter(pk=pk).first()
    except (ValueError, OverflowError):
        return False
    return site is not None and (site.is_default_site or Site.objects.count() == 1)


def require_plain_ids(request: HttpRequest, app_label: str, model_name: str) -> None:
    """Raise BadRequest for an id that no record can have, and Http404 for a page below one that is not there.

    `childOf` is the page, or of pictures and documents the collection, whose list was ticked as a whole.
    """
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        raise Http404 from None
    ids = [one for one in request.GET.getlist("id") if one != "all"]
    parents = request.GET.getlist("childOf")
    above = Page if issubclass(model, Page) else Collection
    try:
        for kind, texts in ((model, ids), (above, parents)):
            for text in texts:
                kind._meta.pk.to_python(text)
    except ValidationError:
        raise BadRequest("No record has such an id") from None
    for parent in parents if above is Page else ():
        if not Page.objects.filter(pk=parent).exists():
            raise Http404("There is no such page")


def creates_nothing(view: Any) -> bool:
    """Whether this is the address for creating a record in a chooser that has no form for it."""
    chooser = getattr(view, "view_class", None)
    if chooser is None or not issubclass(chooser, CreationFormMixin):
        return False
    if chooser.get_creation_form_class is not CreationFormMixin.get_creation_form_class:
        return False
    given = getattr(view, "view_initkwargs", {})
    return all(given.get(name, getattr(chooser, name, None)) is None for name in CREATION)
