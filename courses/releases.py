"""Immutable releases of a course: one snapshot for each published change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from wagtail.models import Page

from courses.models.records import ChangeClass, Course, CourseRelease
from ledger import entries

ReleasePart = Callable[[Course], Any]

# Parts that apps above add to a release, by name: quizzes register their rules and item versions here.
_parts: dict[str, ReleasePart] = {}

# Bindings and notes about the change; they are not what people read.
NOT_CONTENT = {"page_ptr", "course", "quiz", "change_class", "change_note"}


def register_part(name: str, part: ReleasePart) -> None:
    """Let `part(course)`, plain JSON, count as content of every release under `name`."""
    _parts[name] = part


def canonical_json(content: object) -> str:
    """JSON in one spelling: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
    )


def hash_content(content: object) -> str:
    """SHA-256 in hex over the canonical JSON."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def page_words(page: Page) -> dict[str, Any]:
    """The content of a page: its title and the fields of its own type, without NOT_CONTENT."""
    own = {field.name for field in page._meta.local_fields} - NOT_CONTENT
    return {
        name: value for name, value in page.serializable_data().items() if name in own | {"title"}
    }


def list_pages(course: Course) -> Iterator[Page]:
    """The course's live pages in every language, in tree order, without those below a page not live."""
    own = course.pages.filter(live=True, translation_key=course.key)  # no aliases
    for root in own.order_by("path"):
        hidden: list[str] = []
        for page in root.get_descendants(inclusive=True).order_by("path").specific():
            if not page.live:
                hidden.append(page.path)
            elif not any(page.path.startswith(path) for path in hidden):
                yield page


def release_content(course: Course) -> dict[str, Any]:
    """The present content of the course: revision and digest of each page, and the registered parts."""
    pages = [
        {
            "key": str(page.translation_key),
            "locale": page.locale.language_code,
            "type": page._meta.label,
            "path": page.url_path,
            "revision": page.live_revision_id,
            "words": hash_content(page_words(page)),
        }
        for page in list_pages(course)
    ]
    parts = {name: part(course) for name, part in sorted(_parts.items())}
    return json.loads(canonical_json({"course": course.code, "pages": pages, "parts": parts}))


def _unrevised(content: dict[str, Any]) -> dict[str, Any]:
    """The content without revision ids: publishing the same words again is no change."""
    pages = [
        {name: value for name, value in page.items() if name != "revision"}
        for page in content["pages"]
    ]
    return {**content, "pages": pages}


def newest_release(course: Course) -> CourseRelease | None:
    """The newest release, or None while the course was never published."""
    return course.releases.order_by("-number").first()


@transaction.atomic
def cut_release(
    course: Course, *, actor: str, at: datetime, change_class: str, note: str = ""
) -> CourseRelease:
    """Freeze what is published now as the next release; the newest one if nothing changed since."""
    Course.objects.select_for_update().get(pk=course.pk)
    content, newest = release_content(course), newest_release(course)
    if newest and _unrevised(newest.content) == _unrevised(content):
        return newest
    release = CourseRelease.objects.create(
        course=course,
        number=newest.number + 1 if newest else 1,
        change_class=ChangeClass(change_class),
        note=note,
        content=content,
        sha256=hash_content(content),
        published_at=at,
        actor=actor,
    )
    entries.append_entry(
        kind="release.cut",
        subject=f"course:{course.key}",
        actor=actor,
        at=at,
        data={
            "release": release.number,
            "change_class": release.change_class,
            "sha256": release.sha256,
        },
        facts=[release],
    )
    return release
