"""Columns read from attempts: who counts, which try, which version, what was chosen."""

from __future__ import annotations

import math
from typing import Any

import pytest

from items.banks import importing
from items.models import ItemVersion
from quizzes.models import Attempt, Quiz, Response
from quizzes.reporting import collecting
from quizzes.reporting.collecting import CountedTries, MeasuredQuiz, measure_quiz
from quizzes.statistics.item_analysis import ItemColumn, analyse_quiz
from tests.conftest import NOW
from tests.factories.measured import make_people, make_sat
from tests.factories.people import give_role
from tests.factories.quizzes import make_bank, make_quiz, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.databases]


@pytest.fixture
def quiz() -> Quiz:
    """Two questions, each asked of everybody: C-1 of four options, C-2 true or false."""
    bank = make_bank("STAT", make_row(code="C-1"), make_row("true_false", code="C-2"))
    return make_quiz(bank).quiz


def version(code: str, number: int = 1) -> ItemVersion:
    return ItemVersion.objects.get(item__code=code, number=number)


def option(version: ItemVersion, place: int) -> dict[str, Any]:
    """The answer that picks the option at this place, from 1; the second is right."""
    return {"choice": version.content["options"][place - 1]["id"]}


def row(first: int, second: str = "true") -> dict[ItemVersion, Any]:
    one, two = version("C-1"), version("C-2")
    return {one: option(one, first) if first else {}, two: {"choice": second} if second else {}}


def column(measured: MeasuredQuiz, code: str) -> ItemColumn:
    return next(c for c in measured.columns if measured.versions[c.id][0].item.code == code)


def test_measure_puts_marks_and_choices_in_columns(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(1, "false"), row(0, "")], NOW)
    one, two = (column(measure_quiz(quiz), code) for code in ("C-1", "C-2"))
    assert (list(one.marks), list(two.marks)) == ([1, 0, 0], [1, 0, 0])
    assert [bytes(picked) for picked in one.picks.values()] == [
        b"\0\1\0",
        b"\1\0\0",
        bytes(3),
        bytes(3),
    ]
    assert {name: bytes(picked) for name, picked in two.picks.items()} == {
        "true": b"\1\0\0",
        "false": b"\0\1\0",
    }
    first, right, *_rest = one.labels
    assert (one.labels[first], one.key) == ("Option 1", {right})
    assert (one.guess, two.guess, one.drawn) == (0.25, 0.5, False)


def test_measure_counts_only_submitted_and_marked_attempts(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)], NOW)
    make_sat(quiz, [row(2)], NOW, state=Attempt.State.VOID)
    waiting = {"state": Attempt.State.MARKING, "passed": None, "percent": None}
    make_sat(quiz, [row(2)], NOW, **waiting)
    make_sat(quiz, [row(2)], NOW, state=Attempt.State.OPEN, submitted_at=None, passed=None)
    assert len(measure_quiz(quiz).attempts) == 1


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_measure_leaves_out_people_who_know_the_answers(quiz: Quiz, role: str) -> None:
    insider, boss, learner = make_people(3)
    give_role(insider, role)
    boss.is_superuser = True
    boss.save()
    make_sat(quiz, [row(2)] * 3, NOW, people=[insider, boss, learner])
    assert [attempt.person for attempt in measure_quiz(quiz).attempts] == [learner.pk]


@pytest.mark.parametrize(
    ("tries", "percents"),
    [
        (CountedTries.FIRST, [0]),
        (CountedTries.BEST, [100]),
        (CountedTries.LAST, [50]),
        (CountedTries.ALL, [0, 100, 100, 50]),
    ],
)
def test_measure_counts_the_chosen_attempts_of_each_person(
    quiz: Quiz, tries: str, percents: list[int]
) -> None:
    people = make_people(1)
    for number, answers in enumerate((row(1, "false"), row(2), row(2), row(1)), start=1):
        make_sat(quiz, [answers], NOW, people=people, number=number)
    assert [attempt.percent for attempt in measure_quiz(quiz, tries=tries).attempts] == percents


def test_best_attempt_is_the_first_of_equal_ones(quiz: Quiz) -> None:
    people = make_people(1)
    first = make_sat(quiz, [row(2)], NOW, people=people)[0]
    make_sat(quiz, [row(2)], NOW, people=people, number=2)
    assert measure_quiz(quiz, tries=CountedTries.BEST).attempts[0].pk == first.pk


def test_measure_separates_versions_unless_joined(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)] * 2, NOW)
    old = version("C-1")
    changed = importing.plan_import(old.item.bank, [make_row(code="C-1", stem="Another question?")])
    importing.apply_plan(changed, actor=None)
    new = version("C-1", 2)
    make_sat(quiz, [{new: option(new, 1), version("C-2"): {"choice": "true"}}], NOW)
    apart = {c.id: [m for m in c.marks if not math.isnan(m)] for c in measure_quiz(quiz).columns}
    assert (apart[str(old.pk)], apart[str(new.pk)]) == ([1, 1], [0])
    joined = column(measure_quiz(quiz, joined=True), "C-1")
    assert (list(joined.marks), joined.drawn) == ([1, 1, 0], False)
    assert sum(sum(picked) for picked in joined.picks.values()) == 3


def test_item_not_asked_of_everybody_counts_as_drawn(quiz: Quiz) -> None:
    one, two = version("C-1"), version("C-2")
    make_sat(quiz, [{one: option(one, 2)}, {two: {"choice": "true"}}], NOW)
    measured = measure_quiz(quiz)
    assert [c.drawn for c in measured.columns] == [True, True]
    assert [list(slot) for slot in measured.slots] == [[1.0, 1.0]]


def test_dropped_question_counts_as_not_asked(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(2)], NOW)
    first = Response.objects.filter(version=version("C-1")).order_by("pk")[:1]
    Response.objects.filter(pk__in=first.values("pk")).update(mark=0, max_mark=0)
    marks = column(measure_quiz(quiz), "C-1").marks
    assert (math.isnan(marks[0]), marks[1], column(measure_quiz(quiz), "C-1").max_mark) == (
        True,
        1,
        1,
    )


def test_marks_are_scaled_to_one_maximum(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(2)], NOW)
    last = Response.objects.filter(version=version("C-1")).order_by("-pk")[:1]
    Response.objects.filter(pk__in=last.values("pk")).update(mark=1, max_mark=4)
    assert list(column(measure_quiz(quiz), "C-1").marks) == [1, 0.25]


def test_unreadable_answer_counts_as_no_choice(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)], NOW)
    for odd in ({"choice": "gone"}, {"choice": 7}, [], "x", {"choices": ["<script>"]}):
        Response.objects.filter(version=version("C-1")).update(answer=odd)
        assert sum(map(sum, column(measure_quiz(quiz), "C-1").picks.values())) == 0


def test_quiz_without_attempts_has_no_columns(quiz: Quiz) -> None:
    measured = measure_quiz(quiz)
    assert (measured.attempts, measured.columns, measured.slots) == ((), (), ())
    assert analyse_quiz(measured.columns, slots=measured.slots).quiz.mean is None


def test_measure_query_count_does_not_grow_with_attempts(
    quiz: Quiz, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    make_sat(quiz, [row(2)], NOW)
    with django_assert_max_num_queries(5) as few:
        measure_quiz(quiz)
    make_sat(quiz, [row(place % 4 + 1) for place in range(40)], NOW)
    with django_assert_num_queries(len(few)):
        measure_quiz(quiz)


def test_picked_kinds_are_those_with_options() -> None:
    assert {"single", "multiple", "true_false", "confidence", "survey", "spot"} <= collecting.PICKED
    assert not {"number", "short_text", "matching", "free_text", "description"} & collecting.PICKED
