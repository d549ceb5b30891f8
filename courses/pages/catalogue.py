"""The list of courses for one person: required ones first, completed ones last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from wagtail.models import Page

from accounts import query_strings
from accounts.models import User
from courses import outlines, rules
from courses.models.records import StepCompletion
from courses.pages.editions import keep_in_edition
from courses.pages.openings import CourseOpening, openings_of
from courses.progress.course_states import CourseState, read_course_states
from ledger.prepared_queries import PreparedQuery

MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One course in the list."""

    outline: rules.Outline
    promise: str
    audience: str
    state: CourseState
    progress: rules.Progress
    openings: tuple[CourseOpening, ...] = ()

    @property
    def order(self) -> int:
        """Required, in progress, others, done."""
        if self.state.completed_at and not self.state.started_at:
            return 3
        if self.state.required:
            return 0
        return 1 if self.state.started_at else 2


@dataclass(frozen=True, slots=True)
class CatalogueSearch:
    """The reader's search: words that must all occur, and the most minutes a course may take (0: any).

    `misread` says what was not understood: such a search finds no course.
    """

    words: str = ""
    minutes: int = 0
    misread: tuple[str, ...] = ()

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> CatalogueSearch:
        """Read a search from a query string."""
        minutes = asked.get("minutes", "")
        known = minutes.isascii() and minutes.isdigit() and len(minutes) < 5
        words = asked.get("q", "").replace("\0", "").strip()[:MOST_LETTERS]
        misread = query_strings.describe_misread(asked, ("q", "minutes"))
        if minutes and not known:
            misread.append(query_strings.describe_unknown_value("minutes", minutes))
        return cls(words, int(minutes) if known else 0, tuple(dict.fromkeys(misread)))

    def fits(self, entry: CatalogueEntry) -> bool:
        said = f"{entry.outline.title} {entry.promise} {entry.audience}".casefold()
        short = not self.minutes or entry.outline.minutes <= self.minutes
        return (
            not self.misread
            and short
            and all(word in said for word in self.words.casefold().split())
        )


def filter_entries(
    entries: Iterable[CatalogueEntry], search: CatalogueSearch
) -> list[CatalogueEntry]:
    """The entries that fit the search, sorted by `order`."""
    return sorted(filter(search.fits, entries), key=lambda entry: entry.order)


def _read(person: User | AnonymousUser) -> dict[int, dict[UUID, datetime]]:
    """When the person read each step, by course and step."""
    read: dict[int, dict[UUID, datetime]] = defaultdict(dict)
    if person.is_authenticated:
        for course_id, step, at in _kept_steps.fetch(person.pk):
            read[course_id][step] = at
    return read


def _step_rows(person: int) -> QuerySet[StepCompletion, tuple[int, UUID, datetime]]:
    rows = StepCompletion.objects.filter(person=person)
    return rows.values_list("course_id", "step", "completed_at")


_kept_steps = PreparedQuery(_step_rows)


def _published(catalog_path: str) -> list[dict[str, Any]]:
    rows = outlines.published_rows(catalog_path).values(
        *outlines.OUTLINE_FIELDS,
        path_=F("path"),
        promise=F("coursepage__promise"),
        audience=F("coursepage__audience"),
    )
    return list(rows)


def list_entries(
    person: User | AnonymousUser, catalog_path: str, *, hidden: Iterable[str] = ()
) -> list[CatalogueEntry]:
    """The published courses below the catalogue at this tree path, in tree order; two queries, and a third at times.

    `hidden` are the tree paths of pages that the reader may not see; what lies below them is left out.
    """
    rows = keep_in_edition(f"catalogue:{catalog_path}", lambda: _published(catalog_path))
    by_course: dict[str, list[dict[str, Any]]] = defaultdict(list)
    deep = len(catalog_path) // Page.steplen + 1
    for row in rows:
        if row["depth"] >= deep and not row["path_"].startswith(tuple(hidden)):
            by_course[row["path_"][: deep * Page.steplen]].append(row)
    # An alias shows a course a second time: the list shows it once.
    once: dict[int, list[dict[str, Any]]] = {}
    for group in by_course.values():
        once.setdefault(group[0]["course_id"], group)
    found = [(group[0], rules.build_outline(group, deep=deep)) for group in once.values()]
    read, known = _read(person), read_course_states(person)
    return [
        CatalogueEntry(
            outline,
            row["promise"],
            row["audience"],
            known[outline.course_id],
            rules.fold_progress(
                outline,
                read[outline.course_id],
                completed=known[outline.course_id].is_open,
            ),
            openings_of(outline.course_id),
        )
        for row, outline in found
        if outline and outline.course_id
    ]
