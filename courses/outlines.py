"""Read the published modules, lessons and quizzes of a course in one language, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from wagtail.models import Page

from accounts.readers.languages import find_content_language
from courses import rules
from courses.pages.editions import keep_in_edition
from courses.pages.privacy import only_public

STEP_LENGTH = Page.steplen


# Columns of the page tree and what each kind of page adds; see `rules.outline_of`.
OUTLINE_FIELDS: tuple[str, ...] = (
    "depth",
    "title",
    "url_path",
    "key",
    "kind",
    "course_id",
    "in_order",
    "minutes",
)
OUTLINE_FIELDS += ("summary", "principle")


def published_rows(course_path: str) -> QuerySet[Page, dict[str, Any]]:
    """The live pages at and below this tree path, in tree order, as plain rows of `FIELDS`."""
    return (
        Page.objects.filter(path__startswith=course_path, live=True)
        .order_by("path")
        .annotate(
            # An alias of a lesson is the same step.
            key=Coalesce("alias_of__translation_key", "translation_key"),
            kind=Case(
                When(coursepage__isnull=False, then=Value("course")),
                When(modulepage__isnull=False, then=Value("module")),
                When(lessonpage__isnull=False, then=Value("lesson")),
                default=Value("other"),
            ),
            course_id=F("coursepage__course_id"),
            in_order=F("coursepage__in_order"),
            summary=F("modulepage__summary"),
            principle=F("modulepage__principle__number"),
            minutes=F("lessonpage__minutes"),
        )
        .values(*OUTLINE_FIELDS)
    )


def read_outline(course_path: str) -> rules.Outline | None:
    """The outline of the course page at this tree path, or None if it is not published."""
    return rules.build_outline(published_rows(course_path), deep=len(course_path) // STEP_LENGTH)


def recall_outline(course_path: str) -> rules.Outline | None:
    """The same for showing a page: remembered for a minute, or until a new edition of the pages begins."""
    return keep_in_edition(f"outline-at:{course_path}", lambda: read_outline(course_path))


@dataclass(frozen=True, slots=True)
class PublishedOutline:
    """The outline of a course in the language nearest to the reader's."""

    outline: rules.Outline
    language: str


def outline_for_reader(course_id: int) -> PublishedOutline | None:
    """The course as published in the active language, else in another one; remembered for a minute."""
    spoken = find_content_language()
    key = f"outline:{course_id}:{spoken}"
    return keep_in_edition(key, lambda: _read_for_reader(course_id, spoken))


def _read_for_reader(course_id: int, spoken: str) -> PublishedOutline | None:
    here = Case(When(Q(locale__language_code=spoken), Value(0)), default=Value(1))
    pages = only_public(Page.objects.live().filter(coursepage__course=course_id))
    row = pages.order_by(here, "path").values_list("path", "locale__language_code").first()
    outline = read_outline(row[0]) if row else None
    return PublishedOutline(outline, row[1]) if row and outline else None


def find_course_path(page: Page) -> str:
    """The tree path of the course that a course, module or lesson page is part of."""
    levels_up = {"coursepage": 0, "modulepage": 1, "lessonpage": 2}[
        page.specific_class.__name__.lower()
    ]
    return page.path[: len(page.path) - levels_up * STEP_LENGTH]
