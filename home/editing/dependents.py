"""What hangs on a page or question now: people, open tries, certificates, lessons changed since the last release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from wagtail.models import Page

from certificates.models import Award
from courses import releases
from courses.models import Course, CoursePage, Enrolment, ModulePage, Principle, PrinciplePage
from items.models import Item
from quizzes.models import Attempt, Quiz, QuizPage

MOST_TITLES = 10


@dataclass(frozen=True, slots=True)
class Dependents:
    """Counts of what hangs on something, and the titles of the lessons that the next release changes."""

    people: int = 0
    tries: int = 0
    certificates: int = 0
    around: int = (
        0  # certificates of the course that it is a part of, which rest on the course as a whole
    )
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.tries or self.certificates or self.around)

    @property
    def lines(self) -> list[str]:
        """A sentence for each count that is not zero, and what has changed; nothing if nobody is affected."""
        if not self:
            return []
        people, tries, earned, around = self.people, self.tries, self.certificates, self.around
        told = [
            ngettext(
                "%(n)s person is learning here now.", "%(n)s people are learning here now.", people
            ),
            ngettext("%(n)s try is open.", "%(n)s tries are open.", tries),
            ngettext("%(n)s certificate rests on it.", "%(n)s certificates rest on it.", earned),
            ngettext(
                "%(n)s certificate rests on the course as a whole.",
                "%(n)s certificates rest on the course as a whole.",
                around,
            ),
        ]
        counts = (people, tries, earned, around)
        return [text % {"n": n} for text, n in zip(told, counts, strict=True) if n] + self._changes

    @property
    def _changes(self) -> list[str]:
        if not self.changed:
            return []
        titles = ", ".join(self.changed[:MOST_TITLES])
        text = ngettext(
            "%(n)s page has changed since the last release: %(titles)s.",
            "%(n)s pages have changed since the last release: %(titles)s.",
            len(self.changed),
        )
        return [text % {"n": len(self.changed), "titles": titles}]


def find_dependents(things: Iterable[Any], *, at: datetime) -> Dependents:
    """What hangs on these pages, principles and questions together."""
    things = list(things)
    pages = [thing for thing in things if isinstance(thing, Page)]
    courses, quizzes = _courses_of(pages + _list_modules_about(things)), _quizzes_of(pages)
    items = [thing.pk for thing in things if isinstance(thing, Item)]
    enrolled = Enrolment.objects.current(at).filter(course__in=courses)
    asked = Q(quiz__in=quizzes) | Q(responses__version__item__in=items)
    whole = _courses_within(pages)
    # A quiz of a course is what awards came from, or, like a practice, nothing rests on it.
    parts = [page for page in pages if not isinstance(page.specific, QuizPage)]
    around = _courses_of(parts + _list_modules_about(things))
    rests = (
        Q(release__course__in=whole)
        | Q(attempt__quiz__in=quizzes)
        | Q(attempt__responses__version__item__in=items)
    )
    return Dependents(
        enrolled.values("person").distinct().count(),
        Attempt.objects.filter(asked, state=Attempt.State.OPEN).distinct().count(),
        Award.objects.filter(rests).distinct().count(),
        Award.objects.filter(release__course__in=around).exclude(release__course__in=whole).count(),
        tuple(title for course in courses for title in list_changed_pages(course)),
    )


def find_dependents_on_seen(things: Iterable[Any], *, at: datetime) -> Dependents:
    """What hangs on these when they are moved or deleted: what nobody ever saw nobody misses."""
    return find_dependents([thing for thing in things if not _was_never_seen(thing)], at=at)


def _was_never_seen(thing: Any) -> bool:
    """Whether this is a draft that was never published, with nothing but such drafts below it."""
    if not isinstance(thing, Page):
        return False
    tree = Page.objects.descendant_of(thing, inclusive=True)
    return not tree.filter(Q(live=True) | Q(first_published_at__isnull=False)).exists()


def list_changed_pages(course: Course) -> list[str]:
    """The titles of the published pages that say something else than the newest release, or are new in it."""
    newest = releases.newest_release(course)
    if newest is None:
        return []
    before = {(row["key"], row["locale"]): row["words"] for row in newest.content["pages"]}
    return [
        page.title
        for page in releases.list_pages(course)
        if before.get((str(page.translation_key), page.locale.language_code))
        != releases.hash_content(releases.page_words(page))
    ]


def _courses_of(pages: Iterable[Page]) -> list[Course]:
    """The courses that the pages are, contain or are part of, here and where an alias shows them."""
    found: dict[int, Course] = {}
    for page in pages:
        near = CoursePage.objects.ancestor_of(page, inclusive=True) | (
            CoursePage.objects.descendant_of(page, inclusive=True)
        )
        for alias in Page.objects.filter(alias_of__path__startswith=page.path):
            near |= CoursePage.objects.ancestor_of(alias)
        # The alias of a course shows a record that hangs on its original.
        for one in near.filter(alias_of=None).select_related("course"):
            if one.course:
                found[one.course.pk] = one.course
    return list(found.values())


def _courses_within(pages: Iterable[Page]) -> list[Course]:
    """The courses that the pages are or contain."""
    found: dict[int, Course] = {}
    for page in pages:
        below = CoursePage.objects.descendant_of(page, inclusive=True).filter(alias_of=None)
        found |= {one.course.pk: one.course for one in below.select_related("course") if one.course}
    return list(found.values())


def _quizzes_of(pages: Iterable[Page]) -> list[Quiz]:
    """The quizzes of the pages and of what is below them."""
    found: dict[int, Quiz] = {}
    for page in pages:
        below = QuizPage.objects.descendant_of(page, inclusive=True).filter(alias_of=None)
        found |= {one.quiz.pk: one.quiz for one in below.select_related("quiz") if one.quiz}
    return list(found.values())


def _list_modules_about(things: Iterable[Any]) -> list[Page]:
    """The modules that teach the principles that are here, or are below the pages."""
    principles = {thing.pk for thing in things if isinstance(thing, Principle)}
    for page in things:
        if isinstance(page, Page):
            below = PrinciplePage.objects.descendant_of(page, inclusive=True).filter(alias_of=None)
            principles |= set(below.values_list("principle", flat=True))
    return list(ModulePage.objects.filter(principle__in=principles))
