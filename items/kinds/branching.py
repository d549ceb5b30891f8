"""The graph of a branching scenario: scenes, choices, endings, and the ways through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from items.kinds.kind import ZERO, stored_list, stored_text
from items.kinds.spec import Spec

PATH, PICKED = "path", "choice"


@dataclass(frozen=True)
class StoryTurn:
    """One choice in a scene: its credit (0 to 1), its consequence, and the scene or ending it leads to."""

    id: str
    text: str
    to: str
    credit: Decimal
    consequence: str


@dataclass(frozen=True)
class StoryNode:
    """A scene that asks what to do next."""

    id: str
    text: str
    turns: tuple[StoryTurn, ...]


@dataclass(frozen=True)
class StoryEnding:
    """One ending of the story; its verdict and reason are shown only after the answer."""

    id: str
    text: str
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ScenarioSpec(Spec):
    """Scenes in the author's sequence, the first one first, and the endings, by id."""

    nodes: dict[str, StoryNode]
    endings: dict[str, StoryEnding]
    shuffle: bool

    @property
    def start(self) -> StoryNode:
        """The scene in which every path begins."""
        return next(iter(self.nodes.values()))

    @property
    def numbered(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """For print: the text of each scene or ending, and its choices with the number each leads to."""
        numbers = {ident: n for n, ident in enumerate([*self.nodes, *self.endings], start=1)}
        found = [(n.text, [(t.text, numbers[t.to]) for t in n.turns]) for n in self.nodes.values()]
        return found + [(ending.text, []) for ending in self.endings.values()]

    @cached_property
    def longest(self) -> dict[str, int]:
        """The most steps that can follow from each scene or ending, by its id; 0 from an ending."""
        found = dict.fromkeys(self.endings, 0)
        for node in reversed(sort_nodes(self.nodes)):
            found[node.id] = 1 + max(found[turn.to] for turn in node.turns)
        return found

    @cached_property
    def best(self) -> Decimal:
        """The greatest mean of credits that any path to an ending has."""
        sums: dict[str, dict[int, Decimal]] = {ident: {0: ZERO} for ident in self.endings}
        for node in reversed(sort_nodes(self.nodes)):
            here = sums.setdefault(node.id, {})
            for turn in node.turns:
                for steps, total in sums[turn.to].items():
                    here[steps + 1] = max(here.get(steps + 1, ZERO), total + turn.credit)
        return max(total / steps for steps, total in sums[self.start.id].items())


@dataclass(frozen=True)
class StoryProgress:
    """A learner's position: the choices taken with their scenes, and the scene or ending they lead to."""

    taken: tuple[tuple[StoryNode, StoryTurn], ...]
    node: StoryNode | None
    ending: StoryEnding | None


def follow_path(spec: ScenarioSpec, response: object, *, picked: bool = False) -> StoryProgress:
    """Follow the stored path up to the first choice that does not fit.

    With `picked`, the choice that is selected but not yet taken counts as taken.
    """
    ids = [*stored_list(response, PATH)]
    if picked and (last := stored_text(response, PICKED)):
        ids.append(last)
    taken: list[tuple[StoryNode, StoryTurn]] = []
    place = spec.start.id
    for ident in ids:
        node = spec.nodes.get(place)
        turn = next((t for t in node.turns if t.id == ident), None) if node else None
        if node is None or turn is None:
            break
        taken.append((node, turn))
        place = turn.to
    return StoryProgress(tuple(taken), spec.nodes.get(place), spec.endings.get(place))


def find_backward_turns(nodes: dict[str, StoryNode]) -> Iterator[StoryTurn]:
    """Yield the choices that lead back to a scene on their own path (depth-first search)."""
    done: set[str] = set()
    for start in nodes.values():
        way: list[tuple[str, Iterator[StoryTurn]]] = [(start.id, iter(start.turns))]
        on_way = {start.id}
        while way:
            ident, turns = way[-1]
            turn = next(turns, None)
            if turn is None:
                way.pop()
                on_way.discard(ident)
                done.add(ident)
            elif turn.to in on_way:
                yield turn
            elif turn.to in nodes and turn.to not in done:
                on_way.add(turn.to)
                way.append((turn.to, iter(nodes[turn.to].turns)))


def sort_nodes(nodes: dict[str, StoryNode]) -> list[StoryNode]:
    """Return the scenes in topological order: each before the scenes that its choices lead to."""
    found: list[StoryNode] = []
    seen: set[str] = set()

    def visit(node: StoryNode) -> None:
        # The recursion is at most 50 deep, because a list of rows has no more than 50.
        seen.add(node.id)
        for turn in node.turns:
            if turn.to in nodes and turn.to not in seen:
                visit(nodes[turn.to])
        found.append(node)

    for node in nodes.values():
        if node.id not in seen:
            visit(node)
    return found[::-1]
