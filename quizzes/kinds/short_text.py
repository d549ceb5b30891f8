"""A few words, compared with a list of accepted answers.

Both sides are brought to one form: Unicode NFKC, no case, one space between words,
straight quotes and hyphens, no full stop or quote around the whole. No pattern
language: an author lists what is right, so no answer can cost more than its length.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from quizzes.kinds.kind import (
    ONE,
    ZERO,
    Dealt,
    Face,
    Form,
    Kind,
    Order,
    Part,
    Response,
    Reveal,
    RevealPart,
    answer,
    nothing_yet,
    typed,
)
from quizzes.kinds.spec import Fields, Spec, common, distinct
from quizzes.phrases import Phrase, gettext_noop, verbatim

FIELD = "text"
SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "‐": "-"}
)


@dataclass(frozen=True)
class Accepted:
    """An answer that earns `credit`, a fraction of the points, and why."""

    id: str
    text: str
    credit: Decimal
    reason: str


@dataclass(frozen=True, kw_only=True)
class ShortTextSpec(Spec):
    """Accepted answers, the best first; `case_sensitive` keeps capitals apart."""

    accept: tuple[Accepted, ...]
    reason_wrong: str
    case_sensitive: bool


def plain(text: str, *, case_sensitive: bool = False) -> str:
    """Return `text` in the form in which answers are compared."""
    text = unicodedata.normalize("NFKC", text).translate(SAME)
    text = " ".join(text.split()).strip(" .!?\"';:,")
    return text if case_sensitive else text.casefold()


class ShortText(Kind[ShortTextSpec]):
    """Stored response: ``{"text": as typed}``."""

    name = "short_text"
    instruction = gettext_noop("Write a few words")

    def parse(self, content: object) -> ShortTextSpec:
        fields = Fields(content)
        rows = fields.rows("accept")
        accept = tuple(
            Accepted(
                row.ident(),
                row.text("text"),
                row.fraction("credit", "1"),
                row.text("reason", ""),
            )
            for row in rows
        )
        distinct(rows, (row.id for row in accept))
        if max(row.credit for row in accept) != ONE:
            raise fields.fault(
                "accept", gettext_noop("Give 1 to the best answer, and less to others.")
            )
        return ShortTextSpec(
            **common(fields, self.name),
            accept=accept,
            reason_wrong=fields.text("reason_wrong", ""),
            case_sensitive=fields.flag("case_sensitive", default=False),
        )

    def deal(self, spec: ShortTextSpec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: ShortTextSpec, order: Order, response: object) -> Face:
        return Face(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            typed=answer(response, "text"),
        )

    def read(self, form: Form, order: Order) -> Response:
        text = typed(form, FIELD)
        return {"text": text} if text else {}

    def blank(self, response: object) -> bool:
        return not answer(response, "text").strip()

    def earned(self, spec: ShortTextSpec, response: object) -> Decimal:
        found = _accepted(spec, response)
        return found.credit if found else ZERO

    def parts(self, spec: ShortTextSpec, response: object) -> tuple[Part, ...]:
        found = _accepted(spec, response)
        return (Part(found.id, found.credit == ONE),) if found else ()

    def reveal(self, spec: ShortTextSpec, response: object) -> Reveal:
        found = _accepted(spec, response)
        answered = not self.blank(response)
        right = found is not None and found.credit == ONE
        best = next(row for row in spec.accept if row.credit == ONE)
        part = RevealPart(
            id="text",
            text="",
            chosen=answered,
            right=right,
            yours=verbatim(answer(response, "text")) if answered else None,
            better=verbatim(best.text),
            reason=found.reason if found else spec.reason_wrong,
        )
        return Reveal(right, (part,), spec.feedback)

    def describe(self, spec: ShortTextSpec, response: object) -> tuple[Phrase, ...]:
        text = answer(response, "text").strip()
        return (verbatim(text),) if text else nothing_yet()

    def guess(self, spec: ShortTextSpec) -> Decimal:
        return ZERO


def _accepted(spec: ShortTextSpec, response: object) -> Accepted | None:
    """Return the most generous accepted answer this one equals."""
    given = plain(answer(response, "text"), case_sensitive=spec.case_sensitive)
    equal = (
        row
        for row in spec.accept
        if given and plain(row.text, case_sensitive=spec.case_sensitive) == given
    )
    return max(equal, key=lambda row: row.credit, default=None)
