"""Intermediate question types, between our kinds and those of the exchange formats.

`quizzes.exchange.departures` turns an item into an `ExchangeQuestion`, `quizzes.exchange.arrivals` turns a
question into an item. A codec writes and reads questions only. All words are plain text, except the
stem, which is cleaned HTML. Rows are named by their place, because ids belong to one database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from items.kinds.gap import WORDS


@dataclass(frozen=True)
class ExchangeOption:
    """One option to tick; `weight` is the fraction of the points that it earns, from −1 to 1."""

    text: str
    weight: Decimal
    reason: str = ""

    @property
    def right(self) -> bool:
        """Tell whether ticking this is (part of) the answer."""
        return self.weight > 0


@dataclass(frozen=True)
class ChoicesShape:
    """Options to tick: one of them, or `many`; with `exact`, all of the right ones or nothing."""

    options: tuple[ExchangeOption, ...]
    many: bool
    shuffle: bool = True
    exact: bool = False


@dataclass(frozen=True)
class TruthShape:
    """A statement that is true or false, with a reason for either answer."""

    answer: bool
    reason_true: str = ""
    reason_false: str = ""


@dataclass(frozen=True)
class NumericShape:
    """A number, right within the tolerance."""

    answer: Decimal
    tolerance: Decimal
    unit: str = ""
    reason_right: str = ""
    reason_wrong: str = ""


@dataclass(frozen=True)
class ExchangeAnswer:
    """Words, or a `pattern` of words, that earn `credit` of the points, from 0 to 1."""

    text: str
    credit: Decimal = Decimal(1)
    reason: str = ""
    pattern: bool = False


@dataclass(frozen=True)
class WordsShape:
    """A few words, compared with those that are accepted."""

    accept: tuple[ExchangeAnswer, ...]
    reason_wrong: str = ""
    case_sensitive: bool = False


@dataclass(frozen=True)
class ExchangePair:
    """A row and the place, from 0, of the target it belongs to."""

    text: str
    target: int
    reason: str = ""


@dataclass(frozen=True)
class MatchShape:
    """Rows to be given targets; `passage` is a text that the rows refer to."""

    pairs: tuple[ExchangePair, ...]
    targets: tuple[str, ...]
    reason: str = ""
    passage: str = ""


@dataclass(frozen=True)
class SequenceShape:
    """Steps in the right order; `exact` earns all or nothing, otherwise distance earns part marks.

    `rule` is the name of the rule in the file, where it has one."""

    steps: tuple[str, ...]
    exact: bool
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True)
class ExchangeGap:
    """One gap: `options` of which the one at `answer` is right, or words to `accept`.

    `partly` are options or words that earn part of it; `compare` is as in `items.kinds.gap`.
    """

    options: tuple[str, ...] = ()
    answer: int = 0
    accept: tuple[str, ...] = ()
    reason: str = ""
    partly: tuple[tuple[str, Decimal], ...] = ()
    compare: str = WORDS
    tolerance: Decimal = Decimal(0)
    weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class GapsShape:
    """Running text with gaps; `segments` are one more than the gaps."""

    segments: tuple[str, ...]
    gaps: tuple[ExchangeGap, ...]


@dataclass(frozen=True)
class NothingShape:
    """Text to read, with nothing to answer."""


@dataclass(frozen=True)
class ExchangeCriterion:
    """One thing a reviewer looks at; a level is its words and the part of the points it earns."""

    title: str
    levels: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class EssayShape:
    """Free text that a person marks; `least` and `most` words are soft limits, 0 for none.

    `guide` is for the reviewer only.
    """

    criteria: tuple[ExchangeCriterion, ...] = ()
    model: str = ""
    least: int = 0
    most: int = 0
    guide: str = ""


Shape = (
    ChoicesShape
    | TruthShape
    | NumericShape
    | WordsShape
    | MatchShape
    | SequenceShape
    | GapsShape
    | EssayShape
    | NothingShape
)


@dataclass(frozen=True)
class ExchangeQuestion:
    """One question between a file and an item. `tags` hold what the formats have no field for.

    `points` is None where the file says nothing; `file` is the name of the file inside a package.
    """

    name: str
    stem: str
    shape: Shape
    feedback: str = ""
    hint: str = ""
    points: Decimal | None = None
    tags: tuple[str, ...] = ()
    line: int = 0
    notes: tuple[str, ...] = field(default=())
    retired: bool = False
    file: str = ""
