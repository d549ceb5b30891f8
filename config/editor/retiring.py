"""What has facts is retired, not deleted: which form does that for each kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Principle
from items.models import Item, ItemBank

Step = tuple[str, str]


def find_deletion_error(records: Sequence[Model]) -> ProtectedError | RestrictedError | None:
    """What would stop the records from being deleted, without deleting them."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect(list(records))
    except (ProtectedError, RestrictedError) as error:
        return error
    return None


def find_retiring_step(records: Sequence[Model]) -> Step | None:
    """Label and address of the form that takes these records out of use instead; None if there is none."""
    kind = type(records[0])
    questions = reverse(Item.snippet_viewset.get_url_name("list"))
    if kind is Item:
        asked = urlencode([("id", record.pk) for record in records] + [("next", questions)])
        address = reverse("wagtail_bulk_action", args=["items", "item", "retire"])
        return _("Retire instead"), f"{address}?{asked}"
    if kind is ItemBank:
        return _("Retire its questions instead"), f"{questions}?bank={records[0].pk}"
    if isinstance(records[0], User):
        person = reverse("people:person", args=[records[0].uuid])
        return _("Look at the person, and let HR end what they hold"), person
    if kind is Principle:
        return _find_unpublishing(records[0])
    return None


def _find_unpublishing(principle: Model) -> Step | None:
    page = principle.pages.filter(live=True).first()  # type: ignore[attr-defined]  # reverse of PrinciplePage
    if page is None:
        return None
    return _("Unpublish its page instead"), reverse("wagtailadmin_pages:unpublish", args=[page.pk])
