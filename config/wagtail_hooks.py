"""What the editor does not do: delete a record that others rest on. And what it remembers of a new object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wagtail import hooks
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.sites.views import SiteViewSet

from accounts import leaving
from accounts.models import User
from config.editor.accounts import SwitchAccountsAction
from config.editor.conversions import refuse_conversion
from config.editor.first_saves import remember_made_object
from config.editor.retiring import refuse_deletion
from config.editor.sites import choose_site_form
from config.failures.answers import answer_refusal
from config.files.visibility import refuse_file
from courses.writing.pages import tell_untaken

# After Wagtail's own, of the same name.
hooks.register("register_bulk_action", SwitchAccountsAction, order=1)
SiteViewSet.get_form_class = choose_site_form


@hooks.register("before_delete_snippet")
def refuse_to_delete_what_is_used(
    request: HttpRequest, records: Iterable[Model]
) -> HttpResponse | None:
    """Say what uses the records, and how to retire them. Wagtail would say that the person lacks a right."""
    refusal = refuse_deletion(request, list(records))
    return answer_refusal(request, refusal) if refusal else None


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def enter_account(request: Any, person: User) -> None:
    """A superuser has written an account in the editor: the ledger tells who, and of the address and the rights."""
    with transaction.atomic():
        leaving.tell_account(person, "person.account", actor=request.user.actor, at=timezone.now())


@hooks.register("before_delete_user")
def refuse_to_delete_a_person_with_facts(
    request: HttpRequest, person: Model
) -> HttpResponse | None:
    return refuse_to_delete_what_is_used(request, [person])


@hooks.register("before_bulk_action")
def refuse_to_delete_many_with_facts(
    request: HttpRequest, action: str, records: list[Model], _view: Any
) -> HttpResponse | None:
    return refuse_to_delete_what_is_used(request, records) if action == "delete" else None


@hooks.register("before_delete_page")
@hooks.register("before_move_page")
def keep_drafts_of_authors(request: HttpRequest, page: Page, *_destination: Page) -> None:
    """Who adds no pages removes none: Wagtail lets everybody who changes pages delete or move a draft."""
    policy = policy_registry.get_by_type(Page)
    if not policy.user_has_permission_for_instance(request.user, "add", page):
        raise PermissionDenied


@hooks.register("before_bulk_action")
def delete_each_page_once(
    _request: HttpRequest, action: str, records: list[Model], _view: Any
) -> None:
    """A page below another one that was chosen goes with it: Wagtail would delete it a second time, and fail."""
    pages = [record for record in records if isinstance(record, Page)]
    if action == "delete" and pages:
        records[:] = [one for one in pages if not any(one.is_descendant_of(top) for top in pages)]


@hooks.register("before_delete_page")
def refuse_to_delete_pages_with_facts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page goes with all pages below it: what was learned, tried or asked for there is kept."""
    return refuse_to_delete_what_is_used(request, [page])


@hooks.register("before_convert_alias_page")
def keep_aliases_of_pages_with_a_code(request: HttpRequest, page: Page) -> HttpResponse | None:
    refusal = refuse_conversion(request, page)
    return answer_refusal(request, refusal) if refusal else None


@hooks.register("before_bulk_action")
def keep_many_drafts_of_authors(
    request: HttpRequest, action: str, records: list[Model], _view: Any
) -> None:
    for record in records if action in {"delete", "move"} else ():
        if isinstance(record, Page):
            keep_drafts_of_authors(request, record)


@hooks.register("after_create_page")
@hooks.register("after_create_snippet")
def remember_new_object(request: HttpRequest, made: Model) -> None:
    remember_made_object(request, made)


@hooks.register("after_create_page")
@hooks.register("after_create_snippet")
@hooks.register("after_edit_page")
@hooks.register("after_edit_snippet")
def tell_what_a_draft_did_not_take(request: HttpRequest, written: Model) -> None:
    tell_untaken(request, written)


@hooks.register("before_serve_document")
def refuse_document(document: AbstractDocument, request: HttpRequest) -> HttpResponse | None:
    return refuse_file(request, document)
