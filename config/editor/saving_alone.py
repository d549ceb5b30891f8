"""One save at a time of whatever is edited: autosave and “Publish”, which the browser sends at once, or two authors.

Wagtail asks whether a newer version stands before it saves, without a lock: two saves of one loaded version would both
find none, and whichever is written last would stand, also if it was sent first. Forms without versions ask their row
alike (`accounts.readers.known_rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from wagtail.models import Page

View = Callable[..., HttpResponseBase]
MOST_DIGITS = 18


def save_alone(view: View, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    """Ask the view while the row that it edits is locked; views of no row are asked as they are."""
    found = find_edited(view, kwargs)
    if found is None or not request.user.is_authenticated:
        return view(request, *args, **kwargs)
    model, number = found
    with transaction.atomic():
        model.objects.select_for_update().filter(pk=number).values("pk").first()
        return view(request, *args, **kwargs)


def find_edited(view: View, kwargs: Mapping[str, Any]) -> tuple[Any, int] | None:
    """Kind and number of the page, question or record that this view edits."""
    if "page_id" in kwargs:
        return Page, kwargs["page_id"]
    given = getattr(view, "view_initkwargs", {})
    model = given.get("model", getattr(getattr(view, "view_class", None), "model", None))
    number = str(kwargs.get("pk", ""))
    if not isinstance(model, type) or not issubclass(model, Model):
        return None
    return (model, int(number)) if number.isdecimal() and len(number) <= MOST_DIGITS else None
