"""A few words, compared with a list of accepted answers.

Both sides are brought to one form (`items.kinds.folding`): look-alike signs made plain, no case, one space
between words, no full stop or quote around the whole. A row may also be a pattern
(`items.kinds.patterns`) that the whole answer, in that form, has to fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from items.kinds import patterns
from items.kinds.folding import fold_pattern, fold_words
from items.kinds.kind import (
    ONE,
    ZERO,
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
    describe_blank,
    posted_text,
    stored_text,
)
from items.kinds.spec import ContentFields, Spec, read_common_fields, require_distinct
from items.phrases import Phrase, gettext_noop, verbatim

FIELD = "text"


@dataclass(frozen=True)
class AcceptedAnswer:
    """An answer, or a `pattern` of answers, that earns `credit`, a fraction of the points, and why."""

    id: str
    text: str
    credit: Decimal
    reason: str
    pattern: bool = False

    def takes(self, given: str, *, case_sensitive: bool) -> bool:
        """Tell whether these typed words are this answer."""
        if self.pattern:
            text = fold_words(given, case_sensitive=True)  # the engine ignores case itself
            return patterns.matches_pattern(
                fold_pattern(self.text), text, case_sensitive=case_sensitive
            )
        one, other = (
            fold_words(text, case_sensitive=case_sensitive) for text in (self.text, given)
        )
        return one == other


@dataclass(frozen=True, kw_only=True)
class ShortTextSpec(Spec):
    """Accepted answers, the best first; `case_sensitive` keeps capitals apart."""

    accept: tuple[AcceptedAnswer, ...]
    reason_wrong: str
    case_sensitive: bool

    @property
    def best(self) -> AcceptedAnswer:
        """The first answer in words that earns everything: what is shown as right."""
        return next(row for row in self.accept if row.credit == ONE and not row.pattern)


class ShortTextKind(ItemKind[ShortTextSpec]):
    """Stored response: ``{"text": as typed}``."""

    name = "short_text"
    instruction = gettext_noop("Write a few words")

    def parse(self, content: object) -> ShortTextSpec:
        fields = ContentFields(content)
        rows = fields.rows("accept")
        accept = tuple(
            AcceptedAnswer(
                row.ident(),
                row.text("text"),
                row.fraction("credit", "1"),
                row.text("reason", ""),
                _is_pattern(row),
            )
            for row in rows
        )
        require_distinct(rows, (row.id for row in accept))
        if not any(row.credit == ONE and not row.pattern for row in accept):
            raise fields.fault(
                "accept",
                gettext_noop("Give 1 to the best answer in words; people are shown it as right."),
            )
        return ShortTextSpec(
            **read_common_fields(fields, self.name),
            accept=accept,
            reason_wrong=fields.text("reason_wrong", ""),
            case_sensitive=fields.flag("case_sensitive", default=False),
        )

    def deal(self, spec: ShortTextSpec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: ShortTextSpec, order: Order, response: object) -> ItemFace:
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            typed=stored_text(response, "text"),
        )

    def offer(self, order: Order) -> Offer:
        return {FIELD: None}

    def read(self, form: Form, order: Order) -> Response:
        text = posted_text(form, FIELD)
        return {"text": text} if text else {}

    def blank(self, response: object) -> bool:
        return not stored_text(response, "text").strip()

    def earned(self, spec: ShortTextSpec, response: object) -> Decimal:
        found = _accepted(spec, response)
        return found.credit if found else ZERO

    def parts(self, spec: ShortTextSpec, response: object) -> tuple[GradedPart, ...]:
        found = _accepted(spec, response)
        return (GradedPart(found.id, found.credit == ONE),) if found else ()

    def reveal(self, spec: ShortTextSpec, response: object) -> Reveal:
        found = _accepted(spec, response)
        answered = not self.blank(response)
        right = found is not None and found.credit == ONE
        part = RevealPart(
            id="text",
            text="",
            chosen=answered,
            right=right,
            yours=verbatim(stored_text(response, "text")) if answered else None,
            better=verbatim(spec.best.text),
            reason=found.reason if found else spec.reason_wrong,
        )
        return Reveal(right, (part,), spec.feedback)

    def describe(self, spec: ShortTextSpec, response: object) -> tuple[Phrase, ...]:
        text = stored_text(response, "text").strip()
        return (verbatim(text),) if text else describe_blank()

    def guess(self, spec: ShortTextSpec) -> Decimal:
        return ZERO


def _is_pattern(row: ContentFields) -> bool:
    """Tell whether the row is a pattern. Raises ContentError at its text for a pattern that cannot be used."""
    if not row.flag("pattern", default=False):
        return False
    try:
        patterns.check_pattern(fold_pattern(row.text("text")))
    except patterns.BadPatternError as fault:
        raise row.fault(
            "text",
            gettext_noop(
                "This pattern cannot be used: %(why)s. Write it more simply, or list words."
            ),
            why=str(fault),
        ) from fault
    return True


def _accepted(spec: ShortTextSpec, response: object) -> AcceptedAnswer | None:
    """Return the accepted answer with the most credit among those that the response matches."""
    given = stored_text(response, "text")
    if not fold_words(given):
        return None
    equal = (row for row in spec.accept if row.takes(given, case_sensitive=spec.case_sensitive))
    return max(equal, key=lambda row: row.credit, default=None)
