"""A short quiz asks only about what has changed, never more than there is, and passes as the whole one does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules.drawing import PoolItem, draw_items
from quizzes.rules.settings import DrawRule, QuizRules, read_rules, write_rules
from quizzes.rules.updates import limit_rules

CODES = ("P1", "P2", "P3")
_items = st.lists(
    st.tuples(st.sampled_from((*CODES, "")), st.booleans()), min_size=1, max_size=12
).map(
    lambda rows: [
        PoolItem(n, code, critical=critical, item=n) for n, (code, critical) in enumerate(rows)
    ]
)
_rows = st.lists(
    st.builds(
        DrawRule,
        bank=st.just("B"),
        count=st.integers(1, 4),
        principle=st.none(),
        critical_only=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@given(_rows, st.sets(st.sampled_from(CODES), min_size=1), _items)
def test_limited_rows_can_always_be_drawn_and_touch_nothing_else(
    rows: list[DrawRule], codes: set[str], items: list[PoolItem]
) -> None:
    whole = QuizRules(sections=tuple(rows), pass_percent=70)
    short = limit_rules(whole, codes, {"B": items})
    pool = [one for one in items if one.principle in short.only]
    drawn = {one.item_id for one in draw_items(pool, short.plan("B"), "seed")}
    assert {one.principle for one in pool if one.id in drawn} <= codes
    assert len(drawn) <= sum(row.count for row in rows)
    assert bool(drawn) == bool(short.sections)
    assert replace(short, sections=(), only=()) == replace(whole, sections=())


@given(st.permutations(CODES), st.sets(st.sampled_from(CODES), min_size=1))
def test_limited_rows_are_those_of_the_principles(order: list[str], codes: set[str]) -> None:
    rows = (*(DrawRule("B", 2, code) for code in order), DrawRule("B", 3))
    short = limit_rules(QuizRules(sections=rows), codes, {"B": []})
    assert [row.principle for row in short.sections] == [code for code in order if code in codes]
    assert short.only == tuple(sorted(codes))
    assert read_rules(write_rules(short)) == short


def test_rules_of_a_quiz_are_stored_without_a_limit() -> None:
    assert "only" not in write_rules(QuizRules())
