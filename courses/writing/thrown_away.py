"""A draft that is thrown away leaves nothing behind: the record made for it goes with its last page."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Cast

from wagtail.models import Page, ReferenceIndex, Revision


def forget_unused_record(page: Page, record: Any) -> bool:
    """Delete the record of a page that was never published, unless another page, a fact or a draft names it.

    Returns whether it was deleted.
    """
    was_public = page.live or page.first_published_at or page.last_published_at
    if was_public or page.alias_of_id or record is None or record.pages.exists():
        return False
    if _is_referred_to(record, page) or _is_named_in_drafts(record, page):
        return False
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError:
        return False
    return True


def _itself(page: Page) -> models.Q:
    return models.Q(object_id=str(page.pk), base_content_type=page.get_base_content_type())


def _is_referred_to(record: models.Model, page: Page) -> bool:
    """Whether anything but this page refers to the record, in a field or in a block."""
    return ReferenceIndex.get_references_to(record).exclude(_itself(page)).exists()


def _is_named_in_drafts(record: models.Model, page: Page) -> bool:
    """Whether a stored draft of another page or question names the record: it could not be read without."""
    name = str(record._meta.model_name)
    named = re.compile(rf'"{name}": {record.pk}(?![0-9])')
    stored = Revision.objects.exclude(_itself(page)).annotate(
        text=Cast("content", models.TextField())
    )
    likely = stored.filter(text__contains=str(record.pk)).filter(text__contains=name)
    contents = likely.values_list("content", flat=True).iterator()
    return any(named.search(json.dumps(content).replace("\\", "")) for content in contents)
