"""What a release counts as, by what was said about it; and two releases side by side. Nothing here asks a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.changes.comparing import compare_lines
from courses.changes.states import ChangeFact, ChangeStage, fold_change, join_principles

ACTORS = ("person:dana", "person:ravi", "person:rita")
facts = st.lists(
    st.builds(
        ChangeFact,
        what=st.sampled_from(["proposed", "confirmed", "refused", "returned"]),
        actor=st.sampled_from(ACTORS),
        note=st.sampled_from(["", "Said better."]),
        principles=st.sampled_from([(), (1,), (1, 2)]),
    ),
    max_size=6,
)
sides = st.lists(st.sampled_from("abcd"), max_size=8)


@given(facts, st.booleans(), st.integers(1, 3))
def test_release_affects_somebody_only_once_it_is_confirmed(
    said: list[ChangeFact], is_material: bool, number: int
) -> None:
    state = fold_change(number, is_material=is_material, actor=ACTORS[0], note="New", facts=said)
    confirmed = [place for place, fact in enumerate(said) if fact.what == "confirmed"]
    assert (state.stage is ChangeStage.CONFIRMED) == bool(confirmed)
    until = said[: confirmed[0]] if confirmed else said
    assert state.proposers == {ACTORS[0], *(f.actor for f in until if f.what == "proposed")}
    if not said:
        waits = is_material and number > 1
        assert state.stage is (ChangeStage.WAITING if waits else ChangeStage.SETTLED)


@given(facts)
def test_confirmed_release_stays_so_whatever_is_said_later(said: list[ChangeFact]) -> None:
    first = ChangeFact("confirmed", ACTORS[1], principles=(7,))
    state = fold_change(2, is_material=True, actor=ACTORS[0], note="New", facts=[first, *said])
    assert (state.stage, state.principles, state.note) == (ChangeStage.CONFIRMED, (7,), "New")
    assert not state.may_be_proposed


def test_principles_of_several_changes_are_joined_and_none_named_means_all() -> None:
    def told(*principles: int):
        fact = ChangeFact("confirmed", ACTORS[1], principles=principles)
        return fold_change(2, is_material=True, actor=ACTORS[0], note="", facts=[fact])

    assert join_principles([told(1, 2), told(2, 3)]) == {1, 2, 3}
    assert join_principles([told(1), told()]) is None
    assert join_principles([]) is None


@given(sides, sides)
def test_compared_lines_are_those_of_both_sides_in_their_order(
    before: list[str], after: list[str]
) -> None:
    lines = compare_lines(before, after)
    assert [line.before for line in lines if line.kind != "new"] == before
    assert [line.after for line in lines if line.kind != "gone"] == after
    assert (before == after) == all(line.kind == "same" for line in lines)
