"""Form of the branching scenario."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from wagtail import blocks

from courses.writing.drafts import RowsBlock
from items.authoring.choices import SHUFFLE
from items.authoring.form import KindForm
from items.kinds.branching import ScenarioSpec
from items.kinds.scenario import BAD, GOOD, MIXED

NAME = r"^[A-Za-z0-9_-]{1,64}$"
WRONG_NAME = {"invalid": _("Use letters, digits and hyphens.")}
WORKED = _(
    "The story begins with the first scene. A path earns the mean of the credits of its choices, divided by the best "
    "mean of any path. With 1 for asking first and 1 for thanking, “ask, thank” earns all of the points; “argue (0), "
    "apologise (1), thank (1)” earns 2/3. Who stops early gets 0 for every step of the longest way on."
)


def name_block(label: Any, help_text: Any = "") -> blocks.RegexBlock:
    """Return the field for the name of a scene or ending, by which choices lead to it."""
    return blocks.RegexBlock(NAME, label=label, help_text=help_text, error_messages=WRONG_NAME)


class TurnBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Choice"), max_length=500, help_text=_("What the person does next.")
    )
    consequence = blocks.TextBlock(
        required=False,
        label=_("What comes of it"),
        help_text=_("Told as soon as the step is taken, and the step is final."),
    )
    to = name_block(_("Leads to"), _("The name of a scene or of an ending. No way may lead back."))
    credit = blocks.DecimalBlock(
        default=0, min_value=0, max_value=1, label=_("Credit"), help_text=_("From 0 to 1.")
    )

    class Meta:
        icon = "arrow-right"
        label_format = "{text} → {to}"


class SceneBlock(blocks.StructBlock):
    name = name_block(_("Name"), _("Short, for you only: learners never see it."))
    text = blocks.TextBlock(
        label=_("What happens"), help_text=_("What people read before they choose.")
    )
    choices = RowsBlock(
        TurnBlock(),
        label=_("Choices"),
        min_num=1,
        help_text=_("Each leads to another scene, or to an ending."),
    )

    class Meta:
        icon = "comment"
        label_format = "{name}: {text}"


class EndingBlock(blocks.StructBlock):
    name = name_block(_("Name"), _("Short, for you only: learners never see it."))
    text = blocks.TextBlock(label=_("How it ends"), help_text=_("What people read last."))
    verdict = blocks.ChoiceBlock(
        choices=[(GOOD, _("Good")), (MIXED, _("Mixed")), (BAD, _("Bad"))],
        default=MIXED,
        label=_("Verdict"),
        help_text=_("How well the way went that leads here."),
    )
    reason = blocks.TextBlock(
        label=_("Reason"), help_text=_("Why it ended like this. Shown once allowed.")
    )

    class Meta:
        icon = "tick-inverse"
        label_format = "{name}: {text}"


class ScenarioBlock(blocks.StructBlock):
    nodes = RowsBlock(SceneBlock(), collapsed=True, label=_("Scenes"), help_text=WORKED)
    endings = RowsBlock(
        EndingBlock(), label=_("Endings"), min_num=2, help_text=_("Every way comes to one of them.")
    )
    shuffle = blocks.BooleanBlock(
        required=False, default=True, label=_("Mix the choices"), help_text=SHUFFLE
    )

    class Meta:
        icon = "list-ul"
        label = _("Branching scenario")
        description = _("Decide step by step, and see what comes of it.")


class ScenarioForm(KindForm):
    name = "scenario"
    block_class = ScenarioBlock
    shown_as = printed_as = "story"

    def example(self, spec: Any, *, right: bool) -> dict[str, Any]:
        return {"path": _path(spec, right=right)}


def _path(spec: ScenarioSpec, *, right: bool) -> list[str]:
    """Return the choice ids of a path with the best mean, or of the least credit at each step."""
    if not right:
        return _followed(spec)
    ways = _best_from(spec, spec.start.id, {})
    best = max(ways, key=lambda steps: ways[steps][0] / steps)
    return ways[best][1]


def _followed(spec: ScenarioSpec) -> list[str]:
    path: list[str] = []
    place = spec.start.id
    while place in spec.nodes:
        turn = min(spec.nodes[place].turns, key=lambda one: one.credit)
        path.append(turn.id)
        place = turn.to
    return path


Ways = dict[int, tuple[Decimal, list[str]]]


def _best_from(spec: ScenarioSpec, place: str, known: dict[str, Ways]) -> Ways:
    """Return, by number of steps to an ending, the most credit and the choice ids that earn it."""
    if place in spec.endings:
        return {0: (Decimal(0), [])}
    if place not in known:
        ways: Ways = {}
        for turn in spec.nodes[place].turns:
            for steps, (credit, path) in _best_from(spec, turn.to, known).items():
                better = (credit + turn.credit, [turn.id, *path])
                ways[steps + 1] = max(ways.get(steps + 1, better), better, key=lambda way: way[0])
        known[place] = ways
    return known[place]
