"""Lists of the published principles and courses below a home page, which many pages show.

Each process keeps them for a minute, or until a new edition of the pages begins.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

from django.db.models import F

from wagtail.models import Page

from courses.pages.editions import keep_in_edition
from courses.pages.privacy import only_public

STEP_LENGTH = Page.steplen


@dataclass(frozen=True, slots=True)
class PrincipleLink:
    """A published principle in one language."""

    number: int | None
    title: str
    slug: str
    url_path: str
    short: str
    statement: str
    path: str


@dataclass(frozen=True, slots=True)
class CourseLink:
    """A published course in one language."""

    course_id: int
    title: str
    url_path: str
    path: str
    promise: str


Link = TypeVar("Link", PrincipleLink, CourseLink)


@dataclass(frozen=True, slots=True)
class PageDirectory:
    """What is published below one home page."""

    principles: tuple[PrincipleLink, ...]
    courses: tuple[CourseLink, ...]

    def around(self, page: Page) -> tuple[PrincipleLink | None, PrincipleLink | None]:
        """The principles before and after this principle page."""
        places = [link.path for link in self.principles]
        if page.path not in places:
            return None, None
        place = places.index(page.path)
        before = self.principles[place - 1] if place else None
        after = self.principles[place + 1] if place + 1 < len(places) else None
        return before, after


def directory_for(page: Page) -> PageDirectory:
    """The directory of the home page above this page (or of this page, if it is the home page)."""
    home = page.path[: 2 * STEP_LENGTH]
    return keep_in_edition(f"directory:{home}", lambda: _read(home))


def _link(kind: type[Link], row: dict[str, Any]) -> Link:
    return kind(**{field.name: row[field.name] for field in fields(kind)})


def _read(home: str) -> PageDirectory:
    pages = only_public(Page.objects.filter(path__startswith=home, depth=4, live=True))
    rows = (
        pages.filter(coursepage__isnull=False) | pages.filter(principlepage__isnull=False)
    ).order_by("path")
    principles: list[PrincipleLink] = []
    courses: list[CourseLink] = []
    seen: set[tuple[int, int]] = set()
    for row in rows.values(
        "title",
        "slug",
        "url_path",
        "path",
        number=F("principlepage__number"),
        short=F("principlepage__working_title"),
        statement=F("principlepage__statement"),
        course_id=F("coursepage__course_id"),
        promise=F("coursepage__promise"),
        principle_id=F("principlepage__principle_id"),
    ):
        record = (row["course_id"] or 0, row["principle_id"] or 0)
        if record in seen:  # an alias
            continue
        seen.add(record)
        if row["course_id"]:
            courses.append(_link(CourseLink, row))
        else:
            principles.append(_link(PrincipleLink, row))
    principles.sort(key=lambda link: (link.number is None, link.number or 0, link.path))
    return PageDirectory(tuple(principles), tuple(courses))
