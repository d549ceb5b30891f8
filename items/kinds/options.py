"""Options a learner ticks: what single, multiple and survey items share."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TypeVar

from items.kinds.kind import (
    AnswerControl,
    Dealt,
    ItemFace,
    ItemKind,
    Offer,
    Order,
    Reveal,
    RevealPart,
    deal_group,
    ids_by_token,
    stored_list,
    stored_text,
)
from items.kinds.spec import ContentFields, Spec, require_distinct
from items.phrases import Phrase

GROUP = "option"
FIELD = "choice"


@dataclass(frozen=True)
class AnswerOption:
    """One answer on offer; `reason` says why it is right or wrong."""

    id: str
    text: str
    correct: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class OptionsSpec(Spec):
    """An item with options; `shuffle` is off where their order carries meaning."""

    options: tuple[AnswerOption, ...]
    shuffle: bool = True

    @property
    def key(self) -> frozenset[str]:
        """The ids of the right options."""
        return frozenset(option.id for option in self.options if option.correct)


ChoiceSpec = TypeVar("ChoiceSpec", bound=OptionsSpec)


def read_options(fields: ContentFields, *, scored: bool = True) -> tuple[AnswerOption, ...]:
    """Return at least two options with different ids, or raise ContentError."""
    rows = fields.rows("options", least=2)
    options = tuple(
        AnswerOption(
            id=row.ident(),
            text=row.text("text"),
            correct=scored and row.flag("correct"),
            reason=row.text("reason", ""),
        )
        for row in rows
    )
    require_distinct(rows, (option.id for option in options))
    return options


def chosen_option_ids(spec: OptionsSpec, response: object) -> frozenset[str]:
    """Return the known options of either response shape, one choice or several."""
    found = {stored_text(response, "choice"), *stored_list(response, "choices")}
    return frozenset(option.id for option in spec.options if option.id in found)


class OptionsKind(ItemKind[ChoiceSpec]):
    """An item answered by picking among options."""

    def deal(self, spec: ChoiceSpec, rng: Random) -> list[Dealt]:
        ids = (option.id for option in spec.options)
        return deal_group(ids, GROUP, rng, shuffle=spec.shuffle)

    def face(self, spec: ChoiceSpec, order: Order, response: object) -> ItemFace:
        texts = {option.id: option.text for option in spec.options}
        picked = chosen_option_ids(spec, response)
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            choices=tuple(
                AnswerControl(token, texts[ident], FIELD, token, ident in picked)
                for token, ident in ids_by_token(order, GROUP).items()
                if ident in texts
            ),
        )

    def offer(self, order: Order) -> Offer:
        return {FIELD: frozenset(ids_by_token(order, GROUP))}

    def reveal(self, spec: ChoiceSpec, response: object) -> Reveal:
        picked = chosen_option_ids(spec, response)
        parts = (
            RevealPart(
                id=option.id,
                text=option.text,
                chosen=option.id in picked,
                right=option.correct,
                reason=option.reason,
            )
            for option in spec.options
        )
        return Reveal(self.grade(spec, response).correct, tuple(parts), spec.feedback)
