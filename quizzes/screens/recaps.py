"""What the recap pages show: the weak principles of a failed attempt, each in short, with its lessons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from courses import bodies, outlines
from courses.models import CoursePage, LessonPage, PrinciplePage
from courses.routing import address
from courses.rules import Lesson, Module, Outline
from quizzes.attempts import recaps
from quizzes.attempts.recaps import NoSuchRecap, Weak
from quizzes.models import Attempt

# Blocks of a lesson that are shown in a recap.
CONDENSED = frozenset({"statement", "do_dont"})


@dataclass(frozen=True)
class Reading:
    """A lesson with its address in the attempt's language."""

    lesson: Lesson
    href: str


@dataclass(frozen=True)
class Row:
    """A weak principle in the list, with what its module takes to read again."""

    weak: Weak
    minutes: int
    readings: list[Reading]


def overview(attempt: Attempt, request: HttpRequest) -> dict[str, Any]:
    """The weak principles with their lessons; which have been read again."""
    modules = _modules(attempt)
    rows = [_row(one, modules, attempt, request) for one in recaps.of(attempt)]
    left = [row for row in rows if row.weak.read_at is None]
    return {"rows": rows, "left": len(left), "first": left[0] if left else None}


def one(attempt: Attempt, code: str, request: HttpRequest) -> dict[str, Any]:
    """One principle in short. Raises NoSuchRecapError for a principle that is not weak in this attempt."""
    asked = recaps.of(attempt)
    place = next((n for n, weak in enumerate(asked) if weak.principle.code == code), None)
    if place is None:
        raise NoSuchRecap
    principle = asked[place].principle
    pages = PrinciplePage.objects.live().public().filter(principle=principle)
    page = pages.filter(locale__language_code=attempt.locale).first()
    row = _row(asked[place], _modules(attempt), attempt, request)
    return {
        "row": row,
        "number": place + 1,
        "total": len(asked),
        "page": page,
        "title": page.title if page else principle.title,
        "href": address(request, page.url_path, language=attempt.locale) if page else "",
        "parts": _in_short(page, row, request),
    }


def following(attempt: Attempt) -> Weak | None:
    """The next recap to read, if one is left."""
    return next((weak for weak in recaps.of(attempt) if weak.read_at is None), None)


def _row(weak: Weak, modules: list[Module], attempt: Attempt, request: HttpRequest) -> Row:
    number = weak.principle.number
    lessons = [
        lesson
        for module in modules
        if number is not None and module.principle == number
        for lesson in module.lessons
    ]
    readings = [
        Reading(lesson, address(request, lesson.url_path, language=attempt.locale))
        for lesson in lessons
    ]
    return Row(weak, sum(lesson.minutes for lesson in lessons), readings)


def _modules(attempt: Attempt) -> list[Module]:
    """The modules of the quiz's course as published in the attempt's language. Two queries."""
    found = _outline(attempt)
    return list(found.modules) if found else []


def _outline(attempt: Attempt) -> Outline | None:
    if attempt.quiz.course_id is None:
        return None
    pages = CoursePage.objects.live().filter(
        course=attempt.quiz.course_id, locale__language_code=attempt.locale
    )
    path = pages.values_list("path", flat=True).first()
    return outlines.read(path) if path else None


def _in_short(page: PrinciplePage | None, row: Row, request: HttpRequest) -> list[bodies.Part]:
    """The sentences to remember and the do's and don'ts, of the principle and of its lessons."""
    paths = [reading.lesson.url_path for reading in row.readings]
    lessons = LessonPage.objects.live().public().filter(url_path__in=paths).order_by("path")
    sources = [*([page] if page else []), *lessons]
    return [
        part
        for source in sources
        for part in bodies.parts(source, request)
        if part.kind in CONDENSED
    ]
