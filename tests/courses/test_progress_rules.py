"""The rules of progress through a course. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import (
    CoursePlace,
    Lesson,
    Module,
    ModuleState,
    Outline,
    build_outline,
    fold_progress,
)

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
QUIZ = CoursePlace(UUID(int=99), "Final quiz", "/start/courses/core/quiz/")


def outline(*sizes: int, in_order: bool = True, quiz: bool = True) -> Outline:
    """A course whose modules have this many lessons of 3 minutes; lesson 2 of module 1 has key 102."""
    modules = tuple(
        Module(
            uuid4(),
            f"Module {number}",
            f"/start/courses/core/m{number}/",
            "",
            number,
            tuple(
                Lesson(UUID(int=number * 100 + place), f"{number}.{place}", "", 3)
                for place in range(1, size + 1)
            ),
        )
        for number, size in enumerate(sizes, start=1)
    )
    return Outline(1, "Core", "/start/courses/core/", in_order, modules, (QUIZ,) if quiz else ())


def read(*numbers: int) -> dict[UUID, datetime]:
    """When each of these lessons was read: one an hour, from START."""
    return {UUID(int=number): START + timedelta(hours=hour) for hour, number in enumerate(numbers)}


def states(*sizes: int, done: tuple[int, ...] = (), **how: bool) -> list[str]:
    completed = how.pop("completed", False)
    return [
        m.state.value
        for m in fold_progress(outline(*sizes, **how), read(*done), completed=completed).modules
    ]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), ["open", "locked", "locked"]),
        ((101,), ["in_progress", "locked", "locked"]),
        ((101, 102), ["done", "open", "locked"]),
        ((101, 102, 201), ["done", "in_progress", "locked"]),
        ((101, 102, 201, 202, 301, 302), ["done", "done", "done"]),
        ((201, 202), ["open", "done", "locked"]),
        ((201,), ["open", "locked", "locked"]),
    ],
    ids=[
        "nothing",
        "one lesson",
        "one module",
        "second begun",
        "all",
        "second first",
        "half a locked one",
    ],
)
def test_modules_open_in_order(done, expected):
    assert states(2, 2, 2, done=done) == expected


def test_modules_are_all_open_without_order():
    assert states(2, 2, done=(201,), in_order=False) == ["open", "in_progress"]


def test_completed_course_has_no_locked_lessons():
    folded = fold_progress(outline(2, 2), read(101), completed=True)
    assert not any(lesson.locked for lesson in folded.lessons)


def test_locked_module_names_the_module_it_opens_after():
    assert [m.opens_after for m in fold_progress(outline(1, 1, 1), {}).modules] == [None, 1, 2]


def test_read_lesson_stays_open_in_locked_module():
    module = fold_progress(outline(2, 2), read(201)).modules[1]
    assert [lesson.locked for lesson in module.lessons] == [False, True]


def test_empty_module_locks_nothing():
    assert states(0, 1) == ["open", "open"]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), "1.1"),
        ((101,), "1.2"),
        ((102,), "1.1"),
        ((101, 102), "2.1"),
        ((101, 102, 201, 202), "Final quiz"),
    ],
    ids=["at the start", "inside a module", "skipped one", "next module", "the quiz"],
)
def test_next_step_is_the_first_unread_lesson(done, expected):
    assert fold_progress(outline(2, 2), read(*done)).next_step.title == expected


def test_next_step_follows_the_lesson_read_last():
    assert fold_progress(outline(2, 2, in_order=False), read(201)).next_step.title == "2.2"


def test_next_step_is_never_in_locked_module():
    folded = fold_progress(outline(2, 2), read(201, 101))
    assert folded.next_step.title == "1.2"


def test_lesson_added_to_done_module_becomes_next_step():
    folded = fold_progress(outline(3, 2), read(101, 102, 201))
    assert (folded.next_step.title, folded.done) == ("1.3", 3)


def test_next_step_is_none_after_completion():
    assert fold_progress(outline(1), read(101), completed=True).next_step is None


def test_next_step_of_restarted_course_is_the_quiz():
    assert fold_progress(outline(1), read(101), completed=True, under_way=True).next_step == QUIZ


def test_next_step_is_none_after_last_lesson_without_quiz():
    assert fold_progress(outline(1, quiz=False), read(101)).next_step is None


def test_minutes_left_count_unread_lessons_only():
    folded = fold_progress(outline(2, 2), read(101))
    assert (folded.minutes_left, folded.modules[0].minutes_left) == (9, 3)


def test_module_done_at_is_its_last_reading_time():
    assert fold_progress(outline(2), read(102, 101)).modules[0].done_at == START + timedelta(
        hours=1
    )


def test_next_step_names_its_module():
    assert fold_progress(outline(1, 2), read(101)).module_of_next_step == 2


def test_empty_course_is_finished_and_leads_to_quiz():
    folded = fold_progress(outline(), {})
    assert (folded.finished, folded.next_step) == (True, QUIZ)


KEYS = [100 * module + place for module in (1, 2, 3) for place in (1, 2)]


@given(st.permutations(KEYS), st.integers(0, 5), st.booleans())
def test_progress_only_grows(order, many, in_order):
    course = outline(2, 2, 2, in_order=in_order)
    fewer, more = (
        fold_progress(course, read(*order[:many])),
        fold_progress(course, read(*order[: many + 1])),
    )
    assert more.done == fewer.done + 1
    opened = {lesson.number for lesson in fewer.lessons if not lesson.locked}
    assert opened <= {lesson.number for lesson in more.lessons if not lesson.locked}


@given(st.sets(st.sampled_from(KEYS)), st.booleans())
def test_next_step_is_open_and_unread(done, in_order):
    folded = fold_progress(outline(2, 2, 2, in_order=in_order), read(*done))
    waiting = [
        lesson.lesson for lesson in folded.lessons if not lesson.done_at and not lesson.locked
    ]
    assert folded.next_step in waiting or (folded.finished and folded.next_step == QUIZ)


def row(depth: int, kind: str, url_path: str, **more: object) -> dict[str, object]:
    return {
        "depth": depth,
        "kind": kind,
        "key": uuid4(),
        "title": url_path,
        "url_path": url_path,
    } | more


def test_outline_omits_lessons_below_unpublished_module():
    rows = [
        row(4, "course", "/h/c/x/", course_id=7, in_order=True),
        row(5, "module", "/h/c/x/one/", summary="", principle=1),
        row(6, "lesson", "/h/c/x/one/a/", minutes=3),
        row(6, "lesson", "/h/c/x/hidden/b/", minutes=3),
        row(5, "other", "/h/c/x/quiz/"),
    ]
    found = build_outline(rows, deep=4)
    assert [lesson.url_path for lesson in found.lessons] == ["/h/c/x/one/a/"]
    assert [place.url_path for place in found.after] == ["/h/c/x/quiz/"]


def test_outline_is_none_without_course_row():
    assert build_outline([row(5, "module", "/h/c/x/m/", summary="", principle=1)], deep=4) is None


def test_module_state_is_one_of_four_words():
    assert {state.value for state in ModuleState} == {"done", "in_progress", "open", "locked"}


def test_what_has_no_lessons_is_not_read_not_done_and_keeps_nothing_closed():
    folded = fold_progress(outline(0, 1), {})
    assert [module.state for module in folded.modules] == [ModuleState.OPEN, ModuleState.OPEN]
    assert (folded.modules_total, folded.lessons[0].locked, folded.read_all) == (1, False, False)
    assert fold_progress(outline(0, 1), read(201)).read_all
    assert not fold_progress(outline(0), {}).read_all
