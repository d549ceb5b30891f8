"""A picture or document that a published page shows is not deleted: readers would find a hole or a dead link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, ProtectedError

from wagtail.models import Page, ReferenceIndex


class FileInUseError(ProtectedError):
    """Somebody deletes a file that these published pages show."""

    def __init__(self, pages: list[Page]) -> None:
        super().__init__("A page shows this file.", set(pages))
        self.pages = pages


def find_pages_that_show(files: Iterable[Model]) -> list[Page]:
    """The published pages that show or link any of these pictures and documents, in tree order."""
    page_type = ContentType.objects.get_for_model(Page)
    found: set[int] = set()
    for file in files:
        named = ReferenceIndex.get_references_to(file).filter(base_content_type=page_type)
        found.update(int(number) for number in named.values_list("object_id", flat=True))
    return list(Page.objects.live().filter(pk__in=found).order_by("path"))


def keep_file_in_use(instance: Model, **_rest: Any) -> None:
    """Raise FileInUseError before a file is deleted that a published page shows."""
    if pages := find_pages_that_show([instance]):
        raise FileInUseError(pages)
