"""A branching scenario: choices with consequences, leading to one of several endings.

The author draws a small graph: each node is a scene with a name and choices, each choice has a
credit from 0 to 1, a consequence, and leads to the name of another node or of an ending. No way
leads back, so every path ends. The first node is the start.

A path earns the **mean of the credits of its choices, divided by the best mean any path has**.
A mean, not a sum: mending a mistake takes more steps, and must not pay better than not making
it. Worked, for a start S (ask first 1, argue 0) where asking leads to B (thank 1, joke 0.5),
arguing to C (apologise 1, delete 0), and C's apology to B:

========================  ============  ======  =======================================
path                       credits       mean    earned (the best mean is 1)
========================  ============  ======  =======================================
ask, thank                 1, 1          1       1
ask, joke                  1, 0.5        0.75    0.75
argue, apologise, thank    0, 1, 1       2/3     2/3
argue, delete              0, 0          0       0
ask (then stopped)         1, –          1/2     0.5
argue (then stopped)       0, –, –       0       0
========================  ============  ======  =======================================

A learner who stops before an ending gets 0 for every step of the *longest* way to an ending,
so stopping never earns more than going on. A step is final, because its consequence is shown;
a choice that was saved on the page but not yet taken counts as taken when the attempt is handed
in, as every saved answer does.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from items.kinds.branching import (
    PATH,
    PICKED,
    ScenarioSpec,
    StoryEnding,
    StoryNode,
    StoryTurn,
    find_backward_turns,
    follow_path,
    sort_nodes,
)
from items.kinds.kind import (
    ZERO,
    AnswerControl,
    Dealt,
    Form,
    GradedPart,
    ItemFace,
    ItemKind,
    Offer,
    Order,
    Response,
    Reveal,
    RevealPart,
    StoryScene,
    deal_group,
    describe_blank,
    ids_by_token,
    posted_value,
    stored_list,
    stored_text,
)
from items.kinds.spec import ContentFields, read_common_fields, require_distinct
from items.phrases import Phrase, gettext_noop, verbatim

GOOD, MIXED, BAD = "good", "mixed", "bad"
VERDICTS = (GOOD, MIXED, BAD)


class ScenarioKind(ItemKind[ScenarioSpec]):
    """Stored response: ``{"path": [choice ids taken], "choice": id picked but not yet taken}``.

    Form: ``choice`` = token. The path is kept by the server (`quizzes.stepping`) and is never
    read from what a browser sends. Choices are shuffled within each scene.
    """

    name = "scenario"
    instruction = gettext_noop("Choose what you do next. A step cannot be taken back")
    over = gettext_noop("The story ends here")
    stepwise = True

    def parse(self, content: object) -> ScenarioSpec:
        fields = ContentFields(content)
        rows = fields.rows("nodes")
        end_rows = fields.rows("endings", least=2)
        nodes = [_node(row) for row in rows]
        endings = [_ending(row) for row in end_rows]
        names = [node.id for node in nodes] + [ending.id for ending in endings]
        require_distinct([*rows, *end_rows], iter(names), "name")
        turn_rows = [turn for row in rows for turn in row.rows("choices")]
        require_distinct(turn_rows, (turn.id for node in nodes for turn in node.turns))
        spec = ScenarioSpec(
            **read_common_fields(fields, self.name),
            nodes={node.id: node for node in nodes},
            endings={ending.id: ending for ending in endings},
            shuffle=fields.flag("shuffle", default=True),
        )
        _check_ways(spec, turn_rows)
        _check_reached(spec, rows, end_rows)
        if not spec.best:
            raise fields.fault("nodes", gettext_noop("Give credit to at least one choice."))
        return spec

    def deal(self, spec: ScenarioSpec, rng: Random) -> list[Dealt]:
        order: list[Dealt] = []
        for node in spec.nodes.values():
            ids = (turn.id for turn in node.turns)
            order += deal_group(ids, _group(node), rng, shuffle=spec.shuffle)
        return order

    def face(self, spec: ScenarioSpec, order: Order, response: object) -> ItemFace:
        at = follow_path(spec, response)
        picked = stored_text(response, PICKED)
        story = [StoryScene(node.text, turn.text, turn.consequence) for node, turn in at.taken]
        here = at.node or at.ending
        names = {turn.id: turn.text for turn in at.node.turns} if at.node else {}
        tokens = ids_by_token(order, _group(at.node)) if at.node else {}
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.over if at.ending else self.instruction),
            choices=tuple(
                AnswerControl(token, names[ident], PICKED, token, ident == picked)
                for token, ident in tokens.items()
                if ident in names
            ),
            story=(*story, StoryScene(here.text if here else "")),
            ended=at.ending is not None,
        )

    def offer(self, order: Order) -> Offer:
        return {PICKED: frozenset(row["token"] for row in order if "token" in row)}

    def read(self, form: Form, order: Order) -> Response:
        ids = {row["token"]: row["id"] for row in order if "token" in row and "id" in row}
        path = [ids[token] for token in form.get(PATH, []) if token in ids]
        picked = ids.get(posted_value(form, PICKED))
        found: Response = {PATH: path} if path else {}
        return found | {PICKED: picked} if picked else found

    def blank(self, response: object) -> bool:
        return not stored_list(response, PATH) and not stored_text(response, PICKED)

    def complaint(self, spec: ScenarioSpec, response: object) -> Phrase | None:
        at = follow_path(spec, response)
        if self.blank(response) or at.ending:
            return None
        return Phrase(gettext_noop("The story goes on. Choose what you do next."))

    def earned(self, spec: ScenarioSpec, response: object) -> Decimal:
        at = follow_path(spec, response, picked=True)
        steps = len(at.taken) + (spec.longest[at.node.id] if at.node else 0)
        credit = sum((turn.credit for _, turn in at.taken), ZERO)
        return credit / steps / spec.best

    def parts(self, spec: ScenarioSpec, response: object) -> tuple[GradedPart, ...]:
        at = follow_path(spec, response, picked=True)
        return tuple(GradedPart(turn.id, turn.credit == _top(node)) for node, turn in at.taken)

    def reveal(self, spec: ScenarioSpec, response: object) -> Reveal:
        at = follow_path(spec, response, picked=True)
        # Ids such as "1.", which no row can have: sorting by the dealt order keeps the steps in sequence.
        steps = tuple(_step(f"{n}.", *taken) for n, taken in enumerate(at.taken, start=1))
        end = (_end(at.ending),) if at.ending else ()
        return Reveal(self.grade(spec, response).correct, (*steps, *end), spec.feedback)

    def describe(self, spec: ScenarioSpec, response: object) -> tuple[Phrase, ...]:
        at = follow_path(spec, response, picked=True)
        return tuple(verbatim(turn.text) for _, turn in at.taken) or describe_blank()

    def guess(self, spec: ScenarioSpec) -> Decimal:
        """Return the mean over random walks.

        `reached` holds, by place and number of steps, the chance to get there and the expected credit so far.
        """
        reached: dict[str, dict[int, tuple[Decimal, Decimal]]] = {
            spec.start.id: {0: (Decimal(1), ZERO)}
        }
        for node in sort_nodes(spec.nodes):
            for steps, (chance, credit) in reached[node.id].items():
                for turn in node.turns:
                    share = Decimal(1) / len(node.turns)
                    there = reached.setdefault(turn.to, {})
                    before = there.get(steps + 1, (ZERO, ZERO))
                    more = credit + chance * turn.credit
                    there[steps + 1] = (before[0] + chance * share, before[1] + more * share)
        ends = (reached[ident] for ident in spec.endings)
        means = (credit / steps for end in ends for steps, (_, credit) in end.items())
        return sum(means, ZERO) / spec.best


def _node(row: ContentFields) -> StoryNode:
    turns = tuple(
        StoryTurn(
            id=one.ident(),
            text=one.text("text"),
            to=one.ident("to"),
            credit=one.fraction("credit"),
            consequence=one.text("consequence", ""),
        )
        for one in row.rows("choices")
    )
    return StoryNode(row.ident("name"), row.text("text"), turns)


def _ending(row: ContentFields) -> StoryEnding:
    verdict = row.word("verdict", VERDICTS, MIXED)
    return StoryEnding(row.ident("name"), row.text("text"), verdict, row.text("reason", ""))


def _check_ways(spec: ScenarioSpec, turn_rows: list[ContentFields]) -> None:
    """Raise ContentError at the first choice that leads to no place or back to an earlier scene."""
    turns = ((node, turn) for node in spec.nodes.values() for turn in node.turns)
    places = {**spec.nodes, **spec.endings}
    for row, (_, turn) in zip(turn_rows, turns, strict=True):
        if turn.to not in places:
            raise row.fault("to", gettext_noop("There is no step called %(to)s."), to=turn.to)
    rows = dict(zip((t.id for n in spec.nodes.values() for t in n.turns), turn_rows, strict=True))
    for turn in find_backward_turns(spec.nodes):
        raise rows[turn.id].fault(
            "to",
            gettext_noop("This leads back to %(to)s, so the story might never end."),
            to=turn.to,
        )


def _check_reached(
    spec: ScenarioSpec, rows: list[ContentFields], end_rows: list[ContentFields]
) -> None:
    reached = {spec.start.id}
    for node in sort_nodes(spec.nodes):
        if node.id in reached:
            reached |= {turn.to for turn in node.turns}
    for row, ident in zip((*rows, *end_rows), (*spec.nodes, *spec.endings), strict=True):
        if ident not in reached:
            raise row.fault(
                "name", gettext_noop("No choice leads to %(place)s. Lead one there."), place=ident
            )


def _group(node: StoryNode) -> str:
    return f"choice:{node.id}"


def _top(node: StoryNode) -> Decimal:
    return max(turn.credit for turn in node.turns)


def _step(ident: str, node: StoryNode, turn: StoryTurn) -> RevealPart:
    better = next(one for one in node.turns if one.credit == _top(node))
    return RevealPart(
        id=ident,
        text=node.text,
        chosen=True,
        right=turn.credit == _top(node),
        yours=verbatim(turn.text),
        better=verbatim(better.text),
        reason=turn.consequence,
    )


def _end(ending: StoryEnding) -> RevealPart:
    return RevealPart(
        id=".",
        text="",
        chosen=True,
        right={GOOD: True, MIXED: None, BAD: False}[ending.verdict],
        yours=verbatim(ending.text),
        reason=ending.reason,
    )
