"""A person's progress in a course: what is done, what is open, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CoursePlace:
    """Somewhere a person can go in a course; `key` is the page's translation key."""

    key: UUID
    title: str
    url_path: str


@dataclass(frozen=True, slots=True)
class Lesson(CoursePlace):
    """A step of the course; `minutes` is the reading time its author promises."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Module(CoursePlace):
    """A part of the course that teaches one principle, which `principle` names by its number."""

    summary: str
    principle: int | None
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A course as published in one language; `after` is what follows the lessons: its quizzes."""

    course_id: int
    title: str
    url_path: str
    in_order: bool
    modules: tuple[Module, ...]
    after: tuple[CoursePlace, ...]

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


class ModuleState(StrEnum):
    """Where a module stands for one person."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    OPEN = "open"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """One lesson for one person: when it was read to the end, if ever."""

    lesson: Lesson
    number: int
    done_at: datetime | None
    locked: bool


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """One module for one person. A locked one names the last module missing before it."""

    module: Module
    number: int
    state: ModuleState
    lessons: tuple[LessonProgress, ...]
    opens_after: int | None = None

    def is_asked(self, asked: frozenset[int] | None) -> bool:
        return asked is None or self.module.principle in asked

    @property
    def done(self) -> int:
        return sum(1 for lesson in self.lessons if lesson.done_at)

    @property
    def total(self) -> int:
        return len(self.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.lesson.minutes for lesson in self.lessons)

    @property
    def minutes_left(self) -> int:
        return sum(lesson.lesson.minutes for lesson in self.lessons if not lesson.done_at)

    @property
    def done_at(self) -> datetime | None:
        """When the last lesson was read; None while one is missing."""
        times = [lesson.done_at for lesson in self.lessons if lesson.done_at]
        return max(times) if times and len(times) == self.total else None


@dataclass(frozen=True, slots=True)
class Progress:
    """A whole course for one person. `next_step` is where Continue leads, or None at the end."""

    modules: tuple[ModuleProgress, ...]
    next_step: CoursePlace | None

    # Of somebody who catches up the modules that have changed, by the numbers of their principles; None: all are asked.
    asked: frozenset[int] | None = None

    @property
    def lessons(self) -> tuple[LessonProgress, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def unread(self) -> tuple[LessonProgress, ...]:
        """What is left to read of what is asked."""
        return tuple(
            lesson
            for module in self.modules
            if module.is_asked(self.asked)
            for lesson in module.lessons
            if not lesson.done_at
        )

    @property
    def done(self) -> int:
        """Lessons read."""
        return sum(module.done for module in self.modules)

    @property
    def total(self) -> int:
        """Lessons there are."""
        return sum(module.total for module in self.modules)

    @property
    def modules_done(self) -> int:
        return sum(1 for module in self.modules if module.state is ModuleState.DONE)

    @property
    def modules_total(self) -> int:
        """Modules in which there is something to read."""
        return sum(1 for module in self.modules if module.total)

    @property
    def minutes_left(self) -> int:
        return sum(lesson.lesson.minutes for lesson in self.unread)

    @property
    def finished(self) -> bool:
        """Whether no lesson is left to read, also where none is published; see `read_all`."""
        return self.done == self.total

    @property
    def read_all(self) -> bool:
        """Whether there are lessons, and every one has been read."""
        return bool(self.total) and self.finished

    @property
    def module_of_next_step(self) -> int | None:
        """The number of the module in which Continue leads, None where it leads to what follows."""
        for module in self.modules:
            if any(lesson.lesson is self.next_step for lesson in module.lessons):
                return module.number
        return None


def fold_progress(
    outline: Outline,
    read: Mapping[UUID, datetime],
    *,
    completed: bool = False,
    under_way: bool = False,
    asked: frozenset[int] | None = None,
) -> Progress:
    """The progress of a person who read these steps (by translation key) at these times.

    With modules in order a module opens when all before it are read; one without lessons is never
    done, and keeps none closed. Lessons already read stay open. Once the course was completed
    (`completed`), everything is open for good, and `next_step` leads to the quiz only if the person
    has started the course again (`under_way`). `asked`: the principles of the modules that somebody
    who catches up reads before the quiz.
    """
    modules: list[ModuleProgress] = []
    blocked_by: int | None = None
    number = 0
    for position, module in enumerate(outline.modules, start=1):
        locked = blocked_by is not None and not completed
        lessons = []
        for lesson in module.lessons:
            number += 1
            done_at = read.get(lesson.key)
            lessons.append(LessonProgress(lesson, number, done_at, locked and done_at is None))
        state = _state(lessons, locked=locked)
        opens_after = blocked_by if any(lesson.locked for lesson in lessons) else None
        modules.append(ModuleProgress(module, position, state, tuple(lessons), opens_after))
        if outline.in_order and lessons and state is not ModuleState.DONE:
            blocked_by = position
    wanted = [module for module in modules if module.is_asked(asked)]
    onward = _next_step(outline, wanted, quiz_done=completed and not under_way)
    return Progress(tuple(modules), onward, asked)


def _state(lessons: list[LessonProgress], *, locked: bool) -> ModuleState:
    done = sum(1 for lesson in lessons if lesson.done_at)
    if lessons and done == len(lessons):
        return ModuleState.DONE
    if locked:
        return ModuleState.LOCKED
    return ModuleState.IN_PROGRESS if done else ModuleState.OPEN


def _next_step(
    outline: Outline, modules: list[ModuleProgress], *, quiz_done: bool
) -> CoursePlace | None:
    """The first open unread lesson after the one read last, else the first of all, else what follows."""
    lessons = [lesson for module in modules for lesson in module.lessons]
    unread = [lesson for lesson in lessons if not lesson.done_at and not lesson.locked]
    if not unread:
        return outline.after[0] if outline.after and not quiz_done else None
    latest = max(_read_in_order(lessons), default=None)
    onward = (lesson for lesson in unread if latest and lesson.number > latest[1])
    return next(onward, unread[0]).lesson


def _read_in_order(lessons: Iterable[LessonProgress]) -> Iterable[tuple[datetime, int]]:
    return ((lesson.done_at, lesson.number) for lesson in lessons if lesson.done_at)


def build_outline(rows: Iterable[Mapping[str, Any]], *, deep: int) -> Outline | None:
    """An outline from rows of the page tree in tree order; the course itself is the first.

    `deep` is the course's depth. Rows have depth, kind (course, module, lesson or another), key,
    title, url_path and what their kind adds. What lies below an unpublished page (no row) is left out.
    """
    course: Mapping[str, Any] | None = None
    modules: list[tuple[Mapping[str, Any], list[Lesson]]] = []
    after: list[CoursePlace] = []
    for row in rows:
        place = (row["key"], row["title"], row["url_path"])
        if row["depth"] == deep:
            course = row
        elif row["kind"] == "module":
            modules.append((row, []))
        elif row["kind"] == "lesson":
            if modules and row["url_path"].startswith(modules[-1][0]["url_path"]):
                modules[-1][1].append(Lesson(*place, row["minutes"]))
        elif row["depth"] == deep + 1:
            after.append(CoursePlace(*place))
    if course is None:
        return None
    return Outline(
        course["course_id"],
        course["title"],
        course["url_path"],
        course["in_order"],
        tuple(
            Module(
                row["key"],
                row["title"],
                row["url_path"],
                row["summary"],
                row["principle"],
                tuple(lessons),
            )
            for row, lessons in modules
        ),
        tuple(after),
    )
