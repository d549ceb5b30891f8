"""Which principles a release touches: those of the modules and questions that differ from another release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from courses.models.pages import ModulePage
from courses.models.records import CourseRelease

MODULE = ModulePage._meta.label
# Parts that apps above add to a release know the principles of what differs in them.
TouchFinder = Callable[[Any, Any], set[int]]
_finders: dict[str, TouchFinder] = {}


def register_touch_finder(name: str, finder: TouchFinder) -> None:
    """Let `finder(before, after)`, given that part of two releases, name the principles (primary keys) it touches."""
    _finders[name] = finder


def find_touched_principles(before: CourseRelease | None, after: CourseRelease) -> set[int]:
    """The primary keys of the principles whose words or questions differ; of a first release all it has."""
    was: dict[str, Any] = before.content if before else {}
    found = _touched_by_pages(was.get("pages", []), after.content.get("pages", []))
    parts = after.content.get("parts", {})
    for name, finder in _finders.items():
        found |= finder(was.get("parts", {}).get(name, []), parts.get(name, []))
    return found


def changed_page_keys(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> set[tuple[str, str]]:
    """Key and language of every page whose words differ, or that stands on one side only."""
    was, now = _words(before), _words(after)
    return {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}


def _words(pages: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {(page["key"], page["locale"]): page["words"] for page in pages}


def _touched_by_pages(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> set[int]:
    changed = changed_page_keys(before, after)
    modules = {
        UUID(module)
        for pages in (before, after)
        for page in pages
        if (page["key"], page["locale"]) in changed
        for module in [_module_of(page, pages)]
        if module
    }
    taught = ModulePage.objects.filter(translation_key__in=modules, principle__isnull=False)
    return set(taught.values_list("principle", flat=True))


def _module_of(page: dict[str, Any], pages: list[dict[str, Any]]) -> str | None:
    """The key of the module that the page is or lies in."""
    return next(
        (
            one["key"]
            for one in pages
            if one["type"] == MODULE
            and one["locale"] == page["locale"]
            and page["path"].startswith(one["path"])
        ),
        None,
    )
