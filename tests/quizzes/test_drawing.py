from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.rules.drawing import DrawError, DrawPlan, DrawSection, PoolItem, draw_items

# No deadline per example: a shared machine may pause.
calm = settings(deadline=None)


def make_pool(per_principle: int, *principles: str, **changes: object) -> list[PoolItem]:
    return [
        PoolItem(10 * p + n, name, **changes)  # type: ignore[arg-type]
        for p, name in enumerate(principles, start=1)
        for n in range(per_principle)
    ]


def ids(pool: list[PoolItem], plan: DrawPlan, seed: str = "s") -> list[int]:
    return [drawn.item_id for drawn in draw_items(pool, plan, seed)]


THREE_EACH = DrawPlan((DrawSection("p1", 3), DrawSection("p2", 3)))


def test_draw_gives_each_section_its_count() -> None:
    found = ids(make_pool(8, "p1", "p2"), THREE_EACH)
    assert sorted(ident // 10 for ident in found) == [1, 1, 1, 2, 2, 2]


def test_draw_numbers_slots_from_one() -> None:
    slots = [drawn.slot for drawn in draw_items(make_pool(8, "p1", "p2"), THREE_EACH, "s")]
    assert slots == [1, 2, 3, 4, 5, 6]


def test_draw_with_one_seed_ignores_the_pool_order() -> None:
    pool = make_pool(8, "p1", "p2")
    mixed = Random(4).sample(pool, len(pool))
    assert draw_items(pool, THREE_EACH, "s") == draw_items(mixed, THREE_EACH, "s")


def test_draw_for_a_known_seed_never_changes() -> None:
    """The sort key is SHA-256 of "seed:purpose:id": no release of Python may change this."""
    pool = [PoolItem(n, "p1") for n in range(1, 9)]
    assert ids(pool, DrawPlan((DrawSection("p1", 3),)), "attempt-1") == [4, 2, 8]


def test_draw_differs_between_seeds() -> None:
    pool = make_pool(8, "p1", "p2")
    assert len({tuple(ids(pool, THREE_EACH, str(seed))) for seed in range(50)}) > 40


def test_draw_is_uniform_over_the_pool() -> None:
    pool = make_pool(6, "p1")
    plan = DrawPlan((DrawSection("p1", 1),))
    counts = [ids(pool, plan, str(seed))[0] for seed in range(600)]
    assert all(60 < counts.count(item.id) < 140 for item in pool)


def test_draw_without_shuffle_keeps_the_section_order() -> None:
    plan = DrawPlan(THREE_EACH.sections, shuffle=False)
    assert [i // 10 for i in ids(make_pool(8, "p1", "p2"), plan)] == [1, 1, 1, 2, 2, 2]


def test_draw_prefers_unseen_then_least_seen_items() -> None:
    """Moodle's rule since MDL-6340: unseen first, then least seen."""
    pool = [PoolItem(n, "p1", seen_count=n // 3) for n in range(9)]
    assert set(ids(pool, DrawPlan((DrawSection("p1", 3),)))) == {0, 1, 2}
    assert set(ids(pool, DrawPlan((DrawSection("p1", 5),)))) > {0, 1, 2}
    assert set(ids(pool, DrawPlan((DrawSection("p1", 6),)))) == {0, 1, 2, 3, 4, 5}


def test_draw_prefers_items_seen_longest_ago() -> None:
    pool = [
        PoolItem(n, "p1", seen_count=1, last_seen=datetime(2027, 1, n, tzinfo=UTC))
        for n in range(1, 6)
    ]
    assert set(ids(pool, DrawPlan((DrawSection("p1", 2),)))) == {1, 2}


def test_draw_always_includes_mandatory_items() -> None:
    pool = [*make_pool(9, "p1", "p2"), PoolItem(99, "p1", mandatory=True, seen_count=7)]
    for seed in range(20):
        found = ids(pool, THREE_EACH, str(seed))
        assert 99 in found
        assert len(found) == 6


def test_draw_adds_mandatory_items_that_no_section_takes() -> None:
    pool = [*make_pool(9, "p1", "p2"), PoolItem(98, "p3", mandatory=True)]
    assert 98 in ids(pool, THREE_EACH)
    assert len(ids(pool, THREE_EACH)) == 7


def test_critical_section_takes_critical_items_only() -> None:
    pool = make_pool(9, "p1", "p2") + [PoolItem(90 + n, "p2", critical=True) for n in range(5)]
    plan = DrawPlan((DrawSection("p1", 2), DrawSection(None, 4, critical_only=True)))
    assert len([i for i in ids(pool, plan) if i >= 90]) == 4


def test_overlapping_sections_never_draw_an_item_twice() -> None:
    plan = DrawPlan((DrawSection(None, 4), DrawSection("p1", 4), DrawSection(None, 4)))
    found = ids(make_pool(6, "p1", "p2"), plan)
    assert len(found) == len(set(found)) == 12


def test_item_listed_twice_in_the_pool_counts_once() -> None:
    pool = make_pool(3, "p1") * 2
    assert len(set(ids(pool, DrawPlan((DrawSection("p1", 3),))))) == 3
    with pytest.raises(DrawError):
        draw_items(pool, DrawPlan((DrawSection("p1", 4),)), "s")


def test_draw_assigns_items_so_that_all_sections_are_filled() -> None:
    """A greedy draw would give the only critical items to the section that takes any item."""
    pool = [PoolItem(n, "p1", critical=True) for n in (10, 11)]
    pool += [PoolItem(n, "p2", seen_count=1) for n in (20, 21, 22)]
    plan = DrawPlan(
        (DrawSection("p1", 1), DrawSection(None, 2), DrawSection(None, 1, critical_only=True))
    )
    for seed in range(30):
        assert set(ids(pool, plan, str(seed))) > {10, 11}


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (DrawSection("p2", 9), "Row 2 needs 9 questions on p2; the bank has 8 that fit."),
        (DrawSection(None, 99), "Row 2 needs 99 questions; the bank has 16 that fit."),
        (DrawSection("p3", 1), "Row 2 needs 1 question on p3; the bank has 0 that fit."),
        (
            DrawSection("p2", 1, critical_only=True),
            "Row 2 needs 1 critical question on p2; the bank has 0 that fit.",
        ),
        (
            DrawSection(None, 1, critical_only=True),
            "Row 2 needs 1 critical question; the bank has 0 that fit.",
        ),
    ],
)
def test_draw_error_names_the_section_that_is_short(section: DrawSection, words: str) -> None:
    with pytest.raises(DrawError) as caught:
        draw_items(make_pool(8, "p1", "p2"), DrawPlan((DrawSection("p1", 3), section)), "s")
    assert caught.value.section == 1
    fewer = "" if section.count == 1 else " or ask for fewer"
    assert str(caught.value.phrase) == f"{words} Add questions{fewer}."


def test_empty_plan_draws_nothing() -> None:
    assert draw_items(make_pool(3, "p1"), DrawPlan(()), "s") == ()


POOLS = st.lists(
    st.builds(
        PoolItem,
        st.integers(1, 12),
        st.sampled_from(["p1", "p2", "p3"]),
        mandatory=st.booleans(),
        critical=st.booleans(),
        seen_count=st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda item: item.id,
)
PLANS = st.builds(
    DrawPlan,
    st.lists(
        st.builds(
            DrawSection,
            st.sampled_from(["p1", "p2", None]),
            st.integers(0, 3),
            critical_only=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
)


def arrangeable(pool: list[PoolItem], plan: DrawPlan) -> bool:
    """Hall's condition, by brute force over the sets of sections."""
    sections = plan.sections
    for chosen in range(1 << len(sections)):
        some = [s for n, s in enumerate(sections) if chosen >> n & 1]
        fitting = [item for item in pool if any(s.takes(item) for s in some)]
        if len(fitting) < sum(s.count for s in some):
            return False
    return True


def drawn_or_none(pool: list[PoolItem], plan: DrawPlan) -> list[int] | None:
    try:
        return ids(pool, plan)
    except DrawError:
        return None


@calm
@given(POOLS, PLANS)
def test_draw_succeeds_exactly_when_an_arrangement_exists(
    pool: list[PoolItem], plan: DrawPlan
) -> None:
    found = drawn_or_none(pool, plan)
    assert (found is not None) == arrangeable(pool, plan)


@calm
@given(POOLS, PLANS)
def test_draw_never_repeats_and_keeps_all_mandatory_items(
    pool: list[PoolItem], plan: DrawPlan
) -> None:
    found = drawn_or_none(pool, plan)
    must = {item.id for item in pool if item.mandatory}
    assert found is None or (len(found) == len(set(found)) and must <= set(found))
