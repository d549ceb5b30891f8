"""Branching scenarios: what a path earns, what a forged one earns, and what a page may hold."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from items.kinds.branching import ScenarioSpec, follow_path
from items.kinds.content import kind_of, parse_content
from items.kinds.kind import Order, ids_by_token
from items.kinds.spec import ContentError
from quizzes.rules.grading import grade_response
from tests.quizzes.contents import make_scenario, turn

SPEC = parse_content(make_scenario())
few = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("path", "fraction"),
    [
        pytest.param(["ask", "thank"], 1, id="the best way"),
        pytest.param(["ask", "joke"], Decimal("0.75"), id="half right at the end"),
        pytest.param(["argue", "sorry", "thank"], Decimal("0.666666666667"), id="mended"),
        pytest.param(["argue", "delete"], 0, id="all wrong"),
        pytest.param(["ask"], Decimal("0.5"), id="stopped after a good step"),
        pytest.param(["argue"], 0, id="stopped after a bad one"),
    ],
)
def test_scenario_path_earns_its_worked_credit(path: list[str], fraction: object) -> None:
    assert grade_response(SPEC, {"path": path}).fraction == fraction


def test_saved_choice_is_graded_as_a_taken_step() -> None:
    pending = grade_response(SPEC, {"path": ["ask"], "choice": "thank"})
    assert pending == grade_response(SPEC, {"path": ["ask", "thank"]})


@pytest.mark.parametrize(
    ("path", "walked"),
    [
        (["thank"], []),
        (["won"], []),
        (["ask", "ask", "thank"], ["ask", "thank"]),
        (["ask", "sorry", "thank"], ["ask"]),
        (["S", "ask"], []),
    ],
    ids=str,
)
def test_forged_path_counts_only_up_to_its_first_fault(path: list[str], walked: list[str]) -> None:
    assert [turn.id for _, turn in follow_path(SPEC, {"path": path}).taken] == walked


def test_scenario_endings_are_reachable_and_revealed() -> None:
    ends = {"won": True, "so": None, "lost": False}
    for path in (["ask", "thank"], ["ask", "joke"], ["argue", "delete"]):
        told = kind_of(SPEC).reveal(SPEC, {"path": path}).parts[-1]
        end = follow_path(SPEC, {"path": path}).ending
        assert end
        assert (told.right, told.reason) == (ends[end.id], f"canary why {end.id}")


def test_scenario_guess_score_is_the_mean_over_all_walks() -> None:
    # 1/4 each: 1, 0.75, and argue: 1/4 lost (0), 1/8 each of 2/3 and (0 + 1 + 0.5) / 3 = 1/2.
    expected = (1 + Decimal("0.75")) / 4 + (Decimal(2) / 3 + Decimal("0.5")) / 8
    assert abs(kind_of(SPEC).guess(SPEC) - expected) < Decimal("1e-12")


@pytest.mark.parametrize("path", [[], ["ask"], ["argue"], ["ask", "thank"]], ids=str)
def test_scenario_page_contains_only_reached_scenes(path: list[str]) -> None:
    order = kind_of(SPEC).deal(SPEC, Random(1))
    shown = str(asdict(kind_of(SPEC).face(SPEC, order, {"path": path})))
    reached = follow_path(SPEC, {"path": path})
    texts = {node.text for node, _ in reached.taken}
    texts |= {place.text for place in (reached.node, reached.ending) if place}
    for place in (*SPEC.nodes.values(), *SPEC.endings.values()):
        assert (place.text in shown) == (place.text in texts)
    for ending in SPEC.endings.values():
        assert ending.reason not in shown
    untold = [t for n in SPEC.nodes.values() for t in n.turns if t.id not in path]
    assert not [turn for turn in untold if turn.consequence in shown]


def _content(**changes: Any) -> dict[str, Any]:
    return make_scenario(**changes)


def _nodes(**choices: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [{"name": name, "text": name, "choices": turns} for name, turns in choices.items()]
    return _content(nodes=rows)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        pytest.param(_nodes(S=[turn("a", "nowhere", "1")]), "nodes.0.choices.0.to", id="nowhere"),
        pytest.param(
            _nodes(
                S=[turn("a", "T", "1"), turn("b", "won", "1")],
                T=[turn("c", "so", "1"), turn("d", "lost", "1"), turn("e", "S", "1")],
            ),
            "nodes.1.choices.2.to",
            id="back to the start",
        ),
        pytest.param(_nodes(S=[turn("a", "S", "1")]), "nodes.0.choices.0.to", id="to itself"),
        pytest.param(
            _nodes(S=[turn("a", "won", "1"), turn("b", "so", "0")]),
            "endings.2.name",
            id="end alone",
        ),
        pytest.param(
            _nodes(
                S=[turn("a", "won", "1"), turn("b", "so", "0"), turn("c", "lost", "0")],
                T=[turn("d", "won", "1")],
            ),
            "nodes.1.name",
            id="scene alone",
        ),
        pytest.param(
            _content(endings=make_scenario()["endings"][:1]), "endings", id="only one ending"
        ),
        pytest.param(
            _nodes(S=[turn("a", "won", "0"), turn("b", "so", "0"), turn("c", "lost", "0")]),
            "nodes",
            id="no credit at all",
        ),
        pytest.param(
            _nodes(S=[turn("a", "won", "1"), turn("a", "so", "0")]),
            "nodes.0.choices.1.id",
            id="two choices with one id",
        ),
    ],
)
def test_scenario_content_that_cannot_be_played_is_refused(
    content: dict[str, Any], path: str
) -> None:
    with pytest.raises(ContentError) as caught:
        parse_content(content)
    assert caught.value.path == path


Ways = list[list[tuple[str, str]]]


@st.composite
def stories(draw: st.DrawFn) -> ScenarioSpec:
    """Stories of up to six scenes; each choice leads to a later one, or ends."""
    size = draw(st.integers(1, 6))
    names = [f"n{n}" for n in range(size)]
    credits = st.sampled_from(["0", "0.25", "0.5", "1"])
    ways: Ways = []
    for n in range(size):
        later = st.sampled_from([*names[n + 1 :], "e0", "e1"])
        ways.append(draw(st.lists(st.tuples(later, credits), min_size=1, max_size=4)))
    _reach_everything(names, ways)
    nodes = []
    for name, here in zip(names, ways, strict=True):
        turns = [turn(f"{name}-{k}", to, credit) for k, (to, credit) in enumerate(here)]
        nodes.append({"name": name, "text": name, "choices": turns})
    endings = [{"name": f"e{n}", "text": f"End {n}", "verdict": "good"} for n in range(2)]
    spec = parse_content(make_scenario(nodes=nodes, endings=endings))
    assert isinstance(spec, ScenarioSpec)
    return spec


def _reach_everything(names: list[str], ways: Ways) -> None:
    """A story in which a scene or an end is never reached, or that earns nothing, is refused: mend what was drawn."""
    for n, name in enumerate([*names[1:], "e0", "e1"]):
        if all(to != name for here in ways for to, _credit in here):
            ways[min(n, len(ways) - 1)].append((name, "0"))
    if all(credit == "0" for here in ways for _to, credit in here):
        ways[0][0] = (ways[0][0][0], "1")


def all_paths(spec: ScenarioSpec, place: str) -> list[list[str]]:
    if place in spec.endings:
        return [[]]
    turns = spec.nodes[place].turns
    return [[turn.id, *rest] for turn in turns for rest in all_paths(spec, turn.to)]


def earned(spec: ScenarioSpec, path: list[str]) -> Decimal:
    return grade_response(spec, {"path": path}).fraction


@few
@given(spec=stories())
def test_scenario_marks_range_from_0_to_1(
    spec: ScenarioSpec,
) -> None:
    marks = [earned(spec, path) for path in all_paths(spec, spec.start.id)]
    assert all(0 <= mark <= 1 for mark in marks)
    assert max(marks) == 1


@few
@given(spec=stories(), data=st.data())
def test_stopping_early_never_earns_more_than_going_on(
    spec: ScenarioSpec, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(all_paths(spec, spec.start.id)))
    marks = [earned(spec, path[:steps]) for steps in range(len(path) + 1)]
    assert marks == sorted(marks)


@few
@given(spec=stories(), data=st.data())
def test_forged_path_never_earns_more_than_its_valid_beginning(
    spec: ScenarioSpec, data: st.DataObject
) -> None:
    ids = [turn.id for node in spec.nodes.values() for turn in node.turns]
    forged = data.draw(st.lists(st.sampled_from([*ids, "x", "e0", spec.start.id]), max_size=8))
    honest = [turn.id for _, turn in follow_path(spec, {"path": forged}).taken]
    assert earned(spec, forged) == (earned(spec, honest) if honest else 0)


@few
@given(spec=stories(), seed=st.integers())
def test_posted_choice_never_moves_the_scenario_path(spec: ScenarioSpec, seed: int) -> None:
    kind = kind_of(spec)
    order: Order = kind.deal(spec, Random(seed))
    tokens = [row["token"] for row in order]
    for one, other in product(tokens[:4], tokens[:4]):
        response = kind.read({"path": [one], "choice": [other]}, order)
        assert len(response["path"]) == 1
        face = kind.face(spec, order, response)
        here = follow_path(spec, response).node
        offered = set(ids_by_token(order, f"choice:{here.id}")) if here else set()
        assert {choice.token for choice in face.choices} == offered
