"""Columns read from attempts: who counts, which try, which version, what was chosen."""

from __future__ import annotations

import math
from typing import Any

import pytest

from quizzes import importing, measuring
from quizzes.analysis import ItemColumn, analyse
from quizzes.measuring import Measured, Tries, measure
from quizzes.models import Attempt, ItemVersion, Quiz, Response
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


def column(measured: Measured, code: str) -> ItemColumn:
    return next(c for c in measured.columns if measured.versions[c.id][0].item.code == code)


def test_marks_and_choices_stand_in_columns(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(1, "false"), row(0, "")], NOW)
    one, two = (column(measure(quiz), code) for code in ("C-1", "C-2"))
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


def test_only_what_is_handed_in_and_marked_counts(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)], NOW)
    make_sat(quiz, [row(2)], NOW, state=Attempt.State.VOID)
    waiting = {"state": Attempt.State.MARKING, "passed": None, "percent": None}
    make_sat(quiz, [row(2)], NOW, **waiting)
    make_sat(quiz, [row(2)], NOW, state=Attempt.State.OPEN, submitted_at=None, passed=None)
    assert len(measure(quiz).attempts) == 1


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_people_who_know_the_answers_are_left_out(quiz: Quiz, role: str) -> None:
    insider, boss, learner = make_people(3)
    give_role(insider, role)
    boss.is_superuser = True
    boss.save()
    make_sat(quiz, [row(2)] * 3, NOW, people=[insider, boss, learner])
    assert [attempt.person for attempt in measure(quiz).attempts] == [learner.pk]


@pytest.mark.parametrize(
    ("tries", "percents"),
    [(Tries.FIRST, [0]), (Tries.BEST, [100]), (Tries.LAST, [50]), (Tries.ALL, [0, 100, 100, 50])],
)
def test_one_try_of_each_person_counts_or_all(quiz: Quiz, tries: str, percents: list[int]) -> None:
    people = make_people(1)
    for number, answers in enumerate((row(1, "false"), row(2), row(2), row(1)), start=1):
        make_sat(quiz, [answers], NOW, people=people, number=number)
    assert [attempt.percent for attempt in measure(quiz, tries=tries).attempts] == percents


def test_the_best_try_is_the_first_of_its_kind(quiz: Quiz) -> None:
    people = make_people(1)
    first = make_sat(quiz, [row(2)], NOW, people=people)[0]
    make_sat(quiz, [row(2)], NOW, people=people, number=2)
    assert measure(quiz, tries=Tries.BEST).attempts[0].pk == first.pk


def test_statistics_stay_with_the_version(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)] * 2, NOW)
    old = version("C-1")
    changed = importing.plan(old.item.bank, [make_row(code="C-1", stem="Another question?")])
    importing.apply(changed, actor=None)
    new = version("C-1", 2)
    make_sat(quiz, [{new: option(new, 1), version("C-2"): {"choice": "true"}}], NOW)
    apart = {c.id: [m for m in c.marks if not math.isnan(m)] for c in measure(quiz).columns}
    assert (apart[str(old.pk)], apart[str(new.pk)]) == ([1, 1], [0])
    joined = column(measure(quiz, joined=True), "C-1")
    assert (list(joined.marks), joined.drawn) == ([1, 1, 0], False)
    assert sum(sum(picked) for picked in joined.picks.values()) == 3


def test_what_not_everybody_is_asked_was_drawn(quiz: Quiz) -> None:
    one, two = version("C-1"), version("C-2")
    make_sat(quiz, [{one: option(one, 2)}, {two: {"choice": "true"}}], NOW)
    measured = measure(quiz)
    assert [c.drawn for c in measured.columns] == [True, True]
    assert [list(slot) for slot in measured.slots] == [[1.0, 1.0]]


def test_a_question_that_was_dropped_was_as_good_as_never_asked(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(2)], NOW)
    first = Response.objects.filter(version=version("C-1")).order_by("pk")[:1]
    Response.objects.filter(pk__in=first.values("pk")).update(mark=0, max_mark=0)
    marks = column(measure(quiz), "C-1").marks
    assert (math.isnan(marks[0]), marks[1], column(measure(quiz), "C-1").max_mark) == (True, 1, 1)


def test_marks_out_of_other_points_are_brought_to_one_scale(quiz: Quiz) -> None:
    make_sat(quiz, [row(2), row(2)], NOW)
    last = Response.objects.filter(version=version("C-1")).order_by("-pk")[:1]
    Response.objects.filter(pk__in=last.values("pk")).update(mark=1, max_mark=4)
    assert list(column(measure(quiz), "C-1").marks) == [1, 0.25]


def test_an_answer_nobody_can_read_is_no_choice(quiz: Quiz) -> None:
    make_sat(quiz, [row(2)], NOW)
    for odd in ({"choice": "gone"}, {"choice": 7}, [], "x", {"choices": ["<script>"]}):
        Response.objects.filter(version=version("C-1")).update(answer=odd)
        assert sum(map(sum, column(measure(quiz), "C-1").picks.values())) == 0


def test_a_quiz_nobody_took_has_no_columns(quiz: Quiz) -> None:
    measured = measure(quiz)
    assert (measured.attempts, measured.columns, measured.slots) == ((), (), ())
    assert analyse(measured.columns, slots=measured.slots).quiz.mean is None


def test_reading_takes_no_more_queries_for_more_attempts(
    quiz: Quiz, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    make_sat(quiz, [row(2)], NOW)
    with django_assert_max_num_queries(5) as few:
        measure(quiz)
    make_sat(quiz, [row(place % 4 + 1) for place in range(40)], NOW)
    with django_assert_num_queries(len(few)):
        measure(quiz)


def test_every_kind_that_is_picked_from_has_its_options() -> None:
    assert {"single", "multiple", "true_false", "confidence", "survey", "spot"} <= measuring.PICKED
    assert not {"number", "short_text", "matching", "free_text", "description"} & measuring.PICKED
