"""The interface that every kind of item implements, and the objects that kinds return.

Between the author's content and a mark there are four forms of data:

* **order**: what was dealt for one attempt, stored as JSON: a list of
  ``{"token", "id", "group"}`` in the order shown. The browser sees tokens only, so
  neither the ids nor their sequence reveal the right answer.
* **form**: one question's own form fields (``{"choice": ["k3f9…"]}``).
* **response**: what is stored: a JSON object with *real* ids and the words as typed,
  so that statistics work and evidence stays readable.
* **grade**: the fraction earned, with the part each option or row played.

A response is untrusted input: unknown ids are ignored, duplicate ids never add marks.
"""

from __future__ import annotations

import string
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from random import Random
from typing import Any, ClassVar, Generic, TypeVar

from items.kinds.spec import Spec
from items.phrases import Phrase, gettext_noop

S = TypeVar("S", bound=Spec)
Dealt = dict[str, str]
Order = Sequence[Mapping[str, str]]
Form = Mapping[str, list[str]]
# The values that each field may hold; None where any words may be typed.
Offer = Mapping[str, frozenset[str] | None]
Response = dict[str, Any]

ZERO, ONE = Decimal(0), Decimal(1)
# The database stores twelve decimal places exactly, so a mark read back equals the mark written.
FRACTION = Decimal("1e-12")
TOKEN_LENGTH = 10
MOST_TYPED = 2_000
RADIOS = frozenset({"single", "true_false", "confidence", "rate_post"})


@dataclass(frozen=True)
class GradedPart:
    """One option, row or gap of an item, and whether the learner answered it rightly."""

    id: str
    right: bool


@dataclass(frozen=True)
class Grade:
    """What one response earned. `fraction` is in [0, 1] to 12 places, `mark` and `max_mark` are points."""

    fraction: Decimal
    mark: Decimal
    max_mark: Decimal
    correct: bool
    per_part: tuple[GradedPart, ...] = ()


@dataclass(frozen=True)
class AnswerControl:
    """One control of a question's form: its token, its label, and its current value."""

    token: str
    text: str
    field: str = ""
    value: str = ""
    chosen: bool = False
    options: tuple[AnswerControl, ...] = ()
    image: int | None = None
    area: tuple[Decimal, Decimal, Decimal, Decimal] | None = None

    @property
    def is_truth(self) -> bool:
        """Whether it is True or False itself: a text of the product, to be translated."""
        return self.value in {"true", "false"}


@dataclass(frozen=True)
class StoryScene:
    """One scene that a learner has reached: its text, the choice taken there, and the consequence shown."""

    scene: str
    did: str = ""
    consequence: str = ""


@dataclass(frozen=True)
class ItemFace:
    """Everything a page may show of an unanswered item; nothing in it depends on the right answers.

    `choices` are the controls, `targets` what a control's select offers, `segments`
    the running text around gaps (as many as there are gaps, plus one). A picture is a stored
    `image` with the words `alt` that stand in for it; the `area` of a choice on it is left,
    top, width and height in percent. `story` is what has happened so far; `ended` is True
    where nothing more can be chosen, and `untold` where the story leaves out what came of the
    steps. `several` is False where one choice is asked for.
    `criteria` are the titles of what a reviewer judges by.
    `note` says how an answer counts where the page does not show it otherwise.
    """

    kind: str
    stem: str
    hint: str
    instruction: Phrase
    choices: tuple[AnswerControl, ...] = ()
    targets: tuple[AnswerControl, ...] = ()
    typed: str = ""
    unit: str = ""
    segments: tuple[str, ...] = ()
    passage: str = ""
    several: bool = True
    image: int | None = None
    alt: str = ""
    story: tuple[StoryScene, ...] = ()
    ended: bool = False
    untold: bool = False
    criteria: tuple[str, ...] = ()
    note: Phrase | None = None

    def leave_untold(self) -> ItemFace:
        """The same without what came of the steps taken, and without the words of the ending."""
        story = tuple(replace(scene, consequence="") for scene in self.story)
        if self.ended:
            story = (*story[:-1], StoryScene(""))
        return replace(self, story=story, untold=True)

    @property
    def pieces(self) -> tuple[tuple[str, AnswerControl | None], ...]:
        """The text around the gaps in reading order, each segment with the gap after it (None after the last)."""
        return tuple(zip_longest(self.segments, self.choices))

    @property
    def radios(self) -> bool:
        """Whether the answer consists of radio buttons, which a browser cannot clear again."""
        return self.kind in RADIOS or not self.several


@dataclass(frozen=True)
class RevealPart:
    """One option or row after the answer: what the learner gave, the better answer, and why.

    `judged` is True where the part shows a reviewer's verdict on the answer, not the answer itself.
    """

    id: str
    text: str
    chosen: bool
    right: bool | None
    yours: Phrase | None = None
    better: Phrase | None = None
    reason: str = ""
    image: int | None = None
    judged: bool = False


@dataclass(frozen=True)
class Reveal:
    """Everything that can be shown after an answer; `shown` keeps what the feedback policy allows."""

    correct: bool | None
    parts: tuple[RevealPart, ...]
    feedback: str = ""

    @property
    def says_anything(self) -> bool:
        return bool(self.parts or self.feedback)

    def dealt(self, order: Order) -> Reveal:
        """Return the parts in the order the learner saw, not in the author's order.

        Authors tend to write the right option first, so their order hints at the key.
        """
        seen = {row.get("id"): place for place, row in enumerate(order)}
        last = len(seen)
        parts = sorted(self.parts, key=lambda part: seen.get(part.id, last))
        return replace(self, parts=tuple(parts))

    def shown(self, *, correctness: bool, key: bool, reasons: bool) -> Reveal:
        """Return only what the feedback policy allows.

        Without the key, parts the learner did not choose keep neither verdict nor
        reason: the reason of an unticked option would tell whether that option is right.
        """
        parts = tuple(
            _permitted(part, correctness=correctness, key=key, reasons=reasons)
            for part in self.parts
            if correctness or not part.judged
        )
        return Reveal(
            correct=self.correct if correctness else None,
            parts=parts,
            feedback=self.feedback if reasons else "",
        )


def _permitted(part: RevealPart, *, correctness: bool, key: bool, reasons: bool) -> RevealPart:
    told = key or part.chosen
    return replace(
        part,
        right=part.right if key or (correctness and part.chosen) else None,
        better=part.better if key else None,
        reason=part.reason if reasons and told else "",
    )


class ItemKind(ABC, Generic[S]):
    """One kind of item. Stateless: one instance serves everybody.

    A kind that is not `answerable` asks nothing, and the list of answers leaves it out.
    A `stepwise` kind is answered in steps that cannot be taken back, because each step shows
    its consequence. An answer to a kind that `needs_review` is marked by a person. Where each dealt
    row has a field of its own, `prefix` stands before the row's token.
    """

    name: ClassVar[str]
    instruction: ClassVar[str]
    scored: ClassVar[bool] = True
    answerable: ClassVar[bool] = True
    stepwise: ClassVar[bool] = False
    needs_review: ClassVar[bool] = False
    prefix: ClassVar[str] = ""

    @abstractmethod
    def parse(self, content: object) -> S:
        """Return the valid spec, or raise ContentError."""

    @abstractmethod
    def deal(self, spec: S, rng: Random) -> list[Dealt]:
        """Return the order for one attempt: fresh tokens, shuffled where it matters."""

    @abstractmethod
    def face(self, spec: S, order: Order, response: object) -> ItemFace:
        """Return what the page shows, with the stored response filled in."""

    @abstractmethod
    def read(self, form: Form, order: Order) -> Response:
        """Return the response that a posted form holds; never raises."""

    @abstractmethod
    def offer(self, order: Order) -> Offer:
        """Return the form fields of this item as it was dealt, and what each may hold."""

    def takes(self, form: Form, order: Order) -> bool:
        """Tell whether everything filled in was on offer; what was not would be ignored by `read`."""
        offer = self.offer(order)
        for name, values in form.items():
            allowed = offer.get(name, frozenset())
            if allowed is not None and not allowed.issuperset(filter(None, values)):
                return False
        return True

    @abstractmethod
    def blank(self, response: object) -> bool:
        """Tell whether the learner has left this item unanswered."""

    @abstractmethod
    def earned(self, spec: S, response: object) -> Decimal:
        """Return the fraction earned by a response that is not blank."""

    @abstractmethod
    def parts(self, spec: S, response: object) -> tuple[GradedPart, ...]:
        """Return whether each option, row or gap is right."""

    @abstractmethod
    def reveal(self, spec: S, response: object) -> Reveal:
        """Return all that can be shown after the answer; narrow it with `Reveal.shown`."""

    @abstractmethod
    def describe(self, spec: S, response: object) -> tuple[Phrase, ...]:
        """Return the response in words for the check-answers page, a line each."""

    def complaint(self, spec: S, response: object) -> Phrase | None:
        """Return what is unusable about a response and how to mend it, None if nothing is.

        The response is stored all the same, so typed words are never lost.
        """
        return None

    def images(self, spec: S) -> tuple[int, ...]:
        """Return the stored pictures that an item shows."""
        return ()

    def waiting(self, spec: S, response: object) -> bool:
        """Tell whether a person has still to mark this response."""
        return False

    def guess(self, spec: S) -> Decimal | None:
        """Return the fraction blind guessing earns on average, None if unknown."""
        return None

    def grade(self, spec: S, response: object) -> Grade:
        """Return the grade; a blank response earns nothing."""
        earned = ZERO if self.blank(response) else self.earned(spec, response)
        fraction = min(max(earned, ZERO), ONE).quantize(FRACTION, ROUND_HALF_UP)
        return Grade(
            fraction=fraction,
            mark=fraction * spec.points,
            max_mark=spec.points,
            correct=self.correct(spec, response, fraction),
            per_part=self.parts(spec, response),
        )

    def correct(self, spec: S, response: object, fraction: Decimal) -> bool:
        """Tell whether this counts as right, e.g. for a critical item."""
        return fraction == ONE


NOTHING_YET = gettext_noop("No answer yet")


def describe_blank() -> tuple[Phrase, ...]:
    """Return the description of an item left blank: one line."""
    return (Phrase(NOTHING_YET),)


def deal_group(ids: Iterable[str], group: str, rng: Random, *, shuffle: bool = True) -> list[Dealt]:
    """Return one group of an order, each id under a random token."""
    order = list(ids)
    if shuffle:
        rng.shuffle(order)
    return [{"token": _token(rng), "id": ident, "group": group} for ident in order]


def _token(rng: Random) -> str:
    # With 26 × 36⁹ values, a collision within one question is practically impossible.
    # The first character is a letter, so that the token can be an HTML id.
    rest = rng.choices(string.ascii_lowercase + string.digits, k=TOKEN_LENGTH - 1)
    return rng.choice(string.ascii_lowercase) + "".join(rest)


def ids_by_token(order: Order, group: str) -> dict[str, str]:
    """Return token → id of one group, in the order dealt."""
    return {
        row["token"]: row["id"]
        for row in order
        if row.get("group") == group and "token" in row and "id" in row
    }


def posted_value(form: Form, name: str) -> str:
    """Return the last value posted under `name`, as browsers and Django do, or ''."""
    values = form.get(name) or [""]
    return values[-1]


def posted_text(form: Form, name: str) -> str:
    """Return the text posted under `name`, trimmed and cut at `MOST_TYPED` characters."""
    # PostgreSQL refuses NUL inside JSON; a browser cannot type one.
    return posted_value(form, name).replace("\x00", "").strip()[:MOST_TYPED]


def stored_text(response: object, name: str) -> str:
    """Return the text stored under `name`, '' for anything that is not text."""
    value = response.get(name) if isinstance(response, Mapping) else None
    return value if isinstance(value, str) else ""


def stored_list(response: object, name: str) -> tuple[str, ...]:
    """Return the list stored under `name` without repeats."""
    value = response.get(name) if isinstance(response, Mapping) else None
    rows = value if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(row for row in rows if isinstance(row, str)))


def stored_pairs(response: object, name: str) -> dict[str, str]:
    """Return the text → text object stored under `name`, other entries dropped."""
    value = response.get(name) if isinstance(response, Mapping) else None
    rows = value.items() if isinstance(value, Mapping) else ()
    return {k: v for k, v in rows if isinstance(k, str) and isinstance(v, str) and v}


def divide_or_zero(part: int | Decimal, whole: int | Decimal) -> Decimal:
    """Return part ÷ whole, 0 for an empty whole."""
    return Decimal(part) / Decimal(whole) if whole else ZERO
