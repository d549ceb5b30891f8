"""The words of a release as it was published, read from the revisions that it pins."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from wagtail.fields import StreamField
from wagtail.models import Revision

from courses.models import CourseRelease
from courses.releases import NOT_CONTENT, hash_content

# The end of a paragraph, a row or a line in rich text.
_LINE_ENDS = re.compile(r"</(?:p|li|h[1-6])>|<br\s*/?>")


@dataclass(frozen=True, slots=True)
class ReleasedPage:
    """A page of a release: its words, line by line. `is_proved`: they have the digest that the release pins."""

    key: str
    locale: str
    kind: str
    title: str
    revision: int | None
    lines: tuple[str, ...]
    is_proved: bool


def read_release(release: CourseRelease) -> list[ReleasedPage]:
    """Every page of the release in the order of the course. One query."""
    pages = release.content.get("pages", [])
    revisions = Revision.objects.in_bulk([page["revision"] for page in pages if page["revision"]])
    return [_read_page(page, revisions.get(page["revision"])) for page in pages]


def _read_page(page: dict[str, Any], revision: Revision | None) -> ReleasedPage:
    model = apps.get_model(page["type"])
    words = _own_words(model, revision.content) if revision else {}
    return ReleasedPage(
        key=page["key"],
        locale=page["locale"],
        kind=str(model._meta.verbose_name),
        title=words.get("title", page["path"]),
        revision=page["revision"],
        lines=tuple(_lines(model, words)),
        is_proved=bool(words) and hash_content(words) == page["words"],
    )


def _own_words(model: type[models.Model], content: dict[str, Any]) -> dict[str, Any]:
    """What `courses.releases.page_words` has digested, from the stored revision."""
    own = {field.name for field in model._meta.local_fields} - NOT_CONTENT | {"title"}
    return {name: value for name, value in content.items() if name in own}


def _lines(model: type[models.Model], words: dict[str, Any]) -> Iterator[str]:
    for name, value in words.items():
        if name == "title" or not isinstance(value, str):
            continue
        field = model._meta.get_field(name)
        if isinstance(field, StreamField):
            yield from _block_lines(json.loads(value))
        elif isinstance(field, models.CharField | models.TextField):
            yield from _text_lines(value)


def _block_lines(value: Any) -> Iterator[str]:
    """The texts of stored blocks, in their order; the right options of a check are marked."""
    if isinstance(value, str):
        yield from _text_lines(value)
    elif isinstance(value, list):
        for one in value:
            yield from _block_lines(one["value"] if _is_block(one) else one)
    elif isinstance(value, dict):
        found = [line for one in value.values() for line in _block_lines(one)]
        if value.get("correct") is True and found:
            found[0] = _("%(option)s (right)") % {"option": found[0]}
        yield from found


def _is_block(one: Any) -> bool:
    return isinstance(one, dict) and {"type", "value"} <= one.keys()


def _text_lines(text: str) -> Iterator[str]:
    for line in _LINE_ENDS.sub("\n", text).splitlines():
        if said := html.unescape(strip_tags(line)).strip():
            yield said
