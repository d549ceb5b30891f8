"""What has facts is retired, not deleted: why, and which form does that for each kind of record.

Asked before the page that asks “Are you sure?”, for one record or many, and again when somebody presses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Page, Site

from accounts.models import User
from config.editor.kept_pages import PagesInUseError, PageUses, count_facts_below
from config.failures.refusals import EDITOR, Refusal, find_refusal, refuse_counted_uses
from courses.models import Principle
from courses.writing.kept_files import FileInUseError, find_pages_that_show
from items.models import Item, ItemBank
from quizzes.attempts.asked_pictures import find_items_that_show
from quizzes.cms.kept_pictures import PictureShownError

Step = tuple[str, str]
MOST_NAMED = 5
DeletionError = ProtectedError | RestrictedError | PagesInUseError


def find_records_to_delete(request: HttpRequest, context: dict[str, Any]) -> list[Model]:
    """The records of a page of the editor that asks whether to delete one, or many; empty for any other page."""
    match = request.resolver_match
    if request.method != "GET" or not match or not match.route.startswith(EDITOR):
        return []
    if match.url_name == "delete" and isinstance(context.get("object"), Model):
        return [context["object"]]
    if match.url_name != "wagtail_bulk_action" or match.kwargs["action"] != "delete":
        return []
    rows = [row.values() for row in context.get("items", ())]
    return [value for values in rows for value in values if isinstance(value, Model)]


def refuse_deletion(request: HttpRequest, records: Sequence[Model]) -> Refusal | None:
    """Why the records cannot be deleted, which of many are in the way, and what to do instead; None if they can."""
    error = find_deletion_error(records)
    refusal = _tell_error(request, error) if error else None
    if refusal is None:
        return None
    kept = list(islice(_find_kept(records), MOST_NAMED + 1))
    step = find_retiring_step(records if isinstance(records[0], Item) else kept)
    refusal = replace(refusal, step=step or refusal.step)
    if len(records) == 1:
        return refusal
    names = [str(record) for record in kept[:MOST_NAMED]] + ["…"] * (len(kept) > MOST_NAMED)
    told = _("In the way: %(names)s. Leave these out to delete the rest.")
    return replace(refusal, text=f"{refusal.text} {told % {'names': ', '.join(names)}}")


def _tell_error(request: HttpRequest, error: DeletionError) -> Refusal | None:
    if isinstance(error, PagesInUseError):
        return _tell_uses(error.uses)
    return find_refusal(request, error)


def _tell_uses(uses: PageUses) -> Refusal:
    sites = {str(Site._meta.verbose_name_plural): uses.sites} if uses.sites else {}
    return refuse_counted_uses({**uses.facts, **sites}, stays=bool(uses.facts), people=uses.people)


def _find_kept(records: Sequence[Model]) -> Iterator[Model]:
    """Yield the records that cannot be deleted, found by halves: most of many can."""
    if find_deletion_error(records) is None:
        return
    if len(records) == 1:
        yield records[0]
        return
    middle = len(records) // 2
    yield from _find_kept(records[:middle])
    yield from _find_kept(records[middle:])


def find_deletion_error(records: Sequence[Model]) -> DeletionError | None:
    """What would stop the records from being deleted, without deleting them."""
    pictures = [record.pk for record in records if isinstance(record, AbstractImage)]
    if pictures and (items := find_items_that_show(pictures)):
        return PictureShownError(items)
    files = [record for record in records if isinstance(record, AbstractImage | AbstractDocument)]
    if files and (showing := find_pages_that_show(files)):
        return FileInUseError(showing)
    pages = [record for record in records if isinstance(record, Page)]
    if pages and (uses := count_facts_below(pages)):
        return PagesInUseError(uses)
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
        return _find_unpublishing(records[0].pages.all())  # type: ignore[attr-defined]  # reverse of PrinciplePage
    if isinstance(records[0], Page):
        return _find_unpublishing([record for record in records if isinstance(record, Page)])
    return None


def _find_unpublishing(pages: Iterable[Page]) -> Step | None:
    """The form that unpublishes these pages; below pages that are out of use already, what is not."""
    pages = list(pages)
    live = [page for page in pages if page.live] or [
        page for top in pages for page in top.get_descendants().live()[:1]
    ]
    live = [page for page in live if not any(page.is_descendant_of(top) for top in live)]
    if not live:
        return None
    if len(live) == 1:
        address = reverse("wagtailadmin_pages:unpublish", args=[live[0].pk])
        return _("Unpublish its page instead"), address
    many = urlencode([("id", page.pk) for page in live] + [("next", reverse("wagtailadmin_home"))])
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    return _("Unpublish these pages instead"), f"{address}?{many}"
