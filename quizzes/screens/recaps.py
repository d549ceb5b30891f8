"""What the recap pages show: the weak principles of a failed attempt, each in short, with its lessons."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from courses import outlines
from courses.models import CoursePage, LessonPage, PrinciplePage
from courses.pages import rendered_blocks
from courses.pages.editions import keep_in_edition
from courses.pages.privacy import only_for_signed_in
from courses.pages.routing import page_address
from courses.rules import Lesson, Module, Outline
from quizzes.attempts import recaps
from quizzes.attempts.recaps import NoSuchRecapError, WeakPrinciple
from quizzes.models import Attempt

# Blocks of a lesson that are shown in a recap.
CONDENSED = frozenset({"statement", "do_dont"})


@dataclass(frozen=True)
class LessonToRead:
    """A lesson with its address in the attempt's language."""

    lesson: Lesson
    href: str

    @property
    def title(self) -> str:
        return self.lesson.title


@dataclass(frozen=True)
class RecapRow:
    """A weak principle in the list, with what its module takes to read again."""

    weak: WeakPrinciple
    minutes: int
    readings: list[LessonToRead]


def recap_overview(attempt: Attempt, request: HttpRequest) -> dict[str, Any]:
    """The weak principles with their lessons; which have been read again."""
    modules = _modules(attempt)
    rows = [_row(one, modules, attempt, request) for one in recaps.recaps_for(attempt)]
    left = [row for row in rows if row.weak.read_at is None]
    return {"rows": rows, "left": len(left), "first": left[0] if left else None}


def lessons_by_principle(attempt: Attempt, request: HttpRequest) -> dict[int, list[LessonToRead]]:
    """By the number of a principle, the lessons that teach it, in the attempt's language; remembered for a minute."""
    key = f"modules:{attempt.quiz.course_id}:{attempt.locale}"
    modules: list[Module] = keep_in_edition(key, lambda: _modules(attempt))
    found: dict[int, list[LessonToRead]] = defaultdict(list)
    for module in modules:
        for lesson in module.lessons:
            href = page_address(request, lesson.url_path, language=attempt.locale)
            found[module.principle or 0].append(LessonToRead(lesson, href))
    found.pop(0, None)
    return found


def principle_recap(attempt: Attempt, code: str, request: HttpRequest) -> dict[str, Any]:
    """One principle in short. Raises NoSuchRecapError for a principle that is not weak in this attempt."""
    asked = recaps.recaps_for(attempt)
    place = next((n for n, weak in enumerate(asked) if weak.principle.code == code), None)
    if place is None:
        raise NoSuchRecapError
    principle = asked[place].principle
    pages = only_for_signed_in(PrinciplePage.objects.live().filter(principle=principle))
    page = pages.filter(locale__language_code=attempt.locale).first()
    row = _row(asked[place], _modules(attempt), attempt, request)
    return {
        "row": row,
        "number": place + 1,
        "total": len(asked),
        "page": page,
        "title": page.title if page else principle.title,
        "href": page_address(request, page.url_path, language=attempt.locale) if page else "",
        "parts": _in_short(page, row, request),
    }


def next_recap(attempt: Attempt) -> WeakPrinciple | None:
    """The next recap to read, if one is left."""
    return next((weak for weak in recaps.recaps_for(attempt) if weak.read_at is None), None)


def _row(
    weak: WeakPrinciple, modules: list[Module], attempt: Attempt, request: HttpRequest
) -> RecapRow:
    number = weak.principle.number
    lessons = [
        lesson
        for module in modules
        if number is not None and module.principle == number
        for lesson in module.lessons
    ]
    readings = [
        LessonToRead(lesson, page_address(request, lesson.url_path, language=attempt.locale))
        for lesson in lessons
    ]
    return RecapRow(weak, sum(lesson.minutes for lesson in lessons), readings)


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
    return outlines.read_outline(path) if path else None


def _in_short(
    page: PrinciplePage | None, row: RecapRow, request: HttpRequest
) -> list[rendered_blocks.RenderedBlock]:
    """The sentences to remember and the do's and don'ts, of the principle and of its lessons."""
    paths = [reading.lesson.url_path for reading in row.readings]
    lessons = only_for_signed_in(LessonPage.objects.live().filter(url_path__in=paths)).order_by(
        "path"
    )
    sources = [*([page] if page else []), *lessons]
    return [
        part
        for source in sources
        for part in rendered_blocks.render_blocks(source, request)
        if part.kind in CONDENSED
    ]
