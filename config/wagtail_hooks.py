"""What the editor does not do: delete a record that others rest on. And what it remembers of a new object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from wagtail import hooks
from wagtail.documents.models import AbstractDocument

from config.editor.first_saves import remember_made_object
from config.editor.retiring import find_deletion_error, find_retiring_step
from config.failures.answers import answer_refusal
from config.failures.refusals import find_refusal
from config.files.visibility import refuse_file


@hooks.register("before_delete_snippet")
def refuse_to_delete_what_is_used(
    request: HttpRequest, records: Iterable[Model]
) -> HttpResponse | None:
    """Say what uses the records, and how to retire them. Wagtail would say that the person lacks a right."""
    records = list(records)
    error = find_deletion_error(records)
    refusal = find_refusal(request, error) if error else None
    if refusal is None:
        return None
    return answer_refusal(request, replace(refusal, step=find_retiring_step(records)))


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


@hooks.register("after_create_page")
@hooks.register("after_create_snippet")
def remember_new_object(request: HttpRequest, made: Model) -> None:
    remember_made_object(request, made)


@hooks.register("before_serve_document")
def refuse_document(document: AbstractDocument, request: HttpRequest) -> HttpResponse | None:
    return refuse_file(request, document)
