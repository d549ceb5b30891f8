"""What the editor does not do: delete a record that others rest on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse

from wagtail import hooks

from config.failures.answers import answer_refusal
from config.failures.refusals import find_refusal


@hooks.register("before_delete_snippet")
def refuse_to_delete_what_is_used(
    request: HttpRequest, records: Iterable[Model]
) -> HttpResponse | None:
    """Say what uses the records. Wagtail would say that the person lacks a right."""
    if request.method != "POST":
        return None
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect(list(records))
    except (ProtectedError, RestrictedError) as error:
        refusal = find_refusal(request, error)
        return answer_refusal(request, refusal) if refusal else None
    return None
