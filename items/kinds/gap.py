"""Running text with gaps: a dropdown or a text box in each.

The passage holds ``[[gap id]]`` where a gap stands: "I [[a]] at Northlight, so I am
not [[b]]." Credit is the share of gaps filled rightly; a gap may weigh more than another, and an answer may
earn part of its gap. Typed answers are compared as words, as words whose capitals count, or as numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from items.kinds.folding import fold_words
from items.kinds.kind import (
    ONE,
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
    deal_group,
    describe_blank,
    divide_or_zero,
    ids_by_token,
    posted_text,
    posted_value,
    stored_pairs,
)
from items.kinds.numerals import parse_numbers
from items.kinds.spec import (
    ContentError,
    ContentFields,
    ItemLabel,
    Spec,
    read_common_fields,
    require_distinct,
)
from items.phrases import Phrase, gettext_noop, verbatim

GROUP = "gap"
PREFIX = "gap-"
PLACE = re.compile(r"\[\[([A-Za-z0-9_-]{1,64})\]\]")


WORDS, CAPITALS, NUMBER = "words", "capitals", "number"
COMPARED = (WORDS, CAPITALS, NUMBER)


@dataclass(frozen=True)
class TextGap:
    """One gap: `options` with the id of the right one, or texts to `accept`.

    `partly` are the answers (ids of options, or words) that earn part of the gap; `compare` says how typed
    answers are compared, numbers within the `tolerance`.
    """

    id: str
    options: tuple[ItemLabel, ...]
    answer: str
    accept: tuple[str, ...]
    reason: str
    partly: tuple[tuple[str, Decimal], ...] = ()
    compare: str = WORDS
    tolerance: Decimal = ZERO
    weight: Decimal = ONE

    def earns(self, given: str) -> Decimal:
        """Return the part of the gap, from 0 to 1, that an option id or typed words earn."""
        right = (self.answer,) if self.options else self.accept
        if any(self._takes(text, given) for text in right):
            return ONE
        credits = (credit for text, credit in self.partly if self._takes(text, given))
        return max(credits, default=ZERO)

    def _takes(self, text: str, given: str) -> bool:
        if self.options:
            return text == given
        if self.compare == NUMBER:
            return any(
                abs(value - Decimal(text)) <= self.tolerance for value in parse_numbers(given)
            )
        exactly = self.compare == CAPITALS
        one, other = (fold_words(each, case_sensitive=exactly) for each in (text, given))
        return one == other

    def words(self, given: str) -> str:
        """Return what the learner reads for a stored value, '' if it is unknown."""
        names = {option.id: option.text for option in self.options}
        return names.get(given, "") if self.options else given

    @property
    def best(self) -> str:
        """The right words, the first accepted where there are several."""
        return self.words(self.answer) if self.options else self.accept[0]


@dataclass(frozen=True, kw_only=True)
class GapSpec(Spec):
    """`segments` is the text around the gaps, one more than there are gaps."""

    gaps: tuple[TextGap, ...]
    segments: tuple[str, ...]


class GapKind(ItemKind[GapSpec]):
    """Stored response: ``{"gaps": {gap id: option id or words as typed}}``.

    Form: ``gap-<token>`` per gap, holding an option token or words.
    """

    name = "gap"
    instruction = gettext_noop("Fill each gap")
    prefix = PREFIX

    def parse(self, content: object) -> GapSpec:
        fields = ContentFields(content)
        text = fields.text("text")
        rows = fields.rows("gaps")
        gaps = {row.ident(): _gap(row) for row in rows}
        require_distinct(rows, (row.ident() for row in rows))
        pieces = PLACE.split(text)
        places = pieces[1::2]
        if sorted(places) != sorted(gaps):
            raise fields.fault(
                "text",
                gettext_noop(
                    "Write each gap into the text exactly once: [[1]] for the first, [[2]] for the second."
                ),
            )
        return GapSpec(
            **read_common_fields(fields, self.name),
            gaps=tuple(gaps[ident] for ident in places),
            segments=tuple(pieces[0::2]),
        )

    def deal(self, spec: GapSpec, rng: Random) -> list[Dealt]:
        order = deal_group((gap.id for gap in spec.gaps), GROUP, rng, shuffle=False)
        for gap in spec.gaps:
            ids = (option.id for option in gap.options)
            order += deal_group(ids, _options(gap.id), rng)
        return order

    def face(self, spec: GapSpec, order: Order, response: object) -> ItemFace:
        given = _given(spec, response)
        gaps = {gap.id: gap for gap in spec.gaps}
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            choices=tuple(
                _control(token, gaps[ident], order, given.get(ident, ""))
                for token, ident in ids_by_token(order, GROUP).items()
                if ident in gaps
            ),
            segments=spec.segments,
        )

    def offer(self, order: Order) -> Offer:
        return {
            PREFIX + token: frozenset(ids_by_token(order, _options(ident))) or None
            for token, ident in ids_by_token(order, GROUP).items()
        }

    def read(self, form: Form, order: Order) -> Response:
        gaps = {}
        for token, ident in ids_by_token(order, GROUP).items():
            options = ids_by_token(order, _options(ident))
            name = PREFIX + token
            value = (
                options.get(posted_value(form, name), "") if options else posted_text(form, name)
            )
            if value:
                gaps[ident] = value
        return {"gaps": gaps} if gaps else {}

    def blank(self, response: object) -> bool:
        return not stored_pairs(response, "gaps")

    def complaint(self, spec: GapSpec, response: object) -> Phrase | None:
        missing = len(spec.gaps) - len(_given(spec, response))
        if self.blank(response) or not missing:
            return None
        return Phrase(gettext_noop("Gaps still open: %(missing)s."), {"missing": missing})

    def earned(self, spec: GapSpec, response: object) -> Decimal:
        given = _given(spec, response)
        won = sum(gap.weight * gap.earns(given[gap.id]) for gap in spec.gaps if gap.id in given)
        return divide_or_zero(won, sum(gap.weight for gap in spec.gaps))

    def parts(self, spec: GapSpec, response: object) -> tuple[GradedPart, ...]:
        given = _given(spec, response)
        return tuple(
            GradedPart(gap.id, gap.id in given and gap.earns(given[gap.id]) == ONE)
            for gap in spec.gaps
        )

    def reveal(self, spec: GapSpec, response: object) -> Reveal:
        given = _given(spec, response)
        rows = zip(spec.gaps, self.parts(spec, response), strict=True)
        parts = (
            RevealPart(
                id=gap.id,
                text=str(number),
                chosen=gap.id in given,
                right=part.right,
                yours=verbatim(gap.words(given[gap.id])) if gap.id in given else None,
                better=verbatim(gap.best),
                reason=gap.reason,
            )
            for number, (gap, part) in enumerate(rows, start=1)
        )
        return Reveal(self.grade(spec, response).correct, tuple(parts), spec.feedback)

    def describe(self, spec: GapSpec, response: object) -> tuple[Phrase, ...]:
        given = _given(spec, response)
        if not given:
            return describe_blank()
        fills = [gap.words(given.get(gap.id, "")) or "___" for gap in spec.gaps]
        rest = zip(fills, spec.segments[1:], strict=True)
        pieces = [spec.segments[0], *(fill + text for fill, text in rest)]
        return (verbatim("".join(pieces)),)

    def guess(self, spec: GapSpec) -> Decimal:
        chances = (_chance(gap) * gap.weight for gap in spec.gaps)
        return divide_or_zero(sum(chances, ZERO), sum(gap.weight for gap in spec.gaps))


def _gap(row: ContentFields) -> TextGap:
    options = row.labels("options") if row.has("options") else ()
    answer = row.ident("answer") if options else ""
    if options and answer not in {option.id for option in options}:
        raise row.fault("answer", gettext_noop("Choose one of the rows offered."))
    if options and row.has("accept"):
        raise row.fault(
            "accept", gettext_noop("Give one right answer where there are wrong choices beside it.")
        )
    compare = row.word("compare", COMPARED, WORDS)
    weight = row.amount("weight", "1")
    if weight == 0:
        raise row.fault("weight", gettext_noop("Give at least part of a point."))
    return TextGap(
        id=row.ident(),
        options=options,
        answer=answer,
        accept=() if options else _accepted(row, compare),
        reason=row.text("reason", ""),
        partly=_partly(row, options, compare) if row.has("partly") else (),
        compare=compare,
        tolerance=row.amount("tolerance", "0"),
        weight=weight,
    )


def _accepted(row: ContentFields, compare: str) -> tuple[str, ...]:
    texts = row.words("accept")
    if compare == NUMBER:
        for text in texts:
            _check_number(row, "accept", text)
    return texts


def _partly(
    row: ContentFields, options: tuple[ItemLabel, ...], compare: str
) -> tuple[tuple[str, Decimal], ...]:
    """Return what earns part of a gap: ids of its options, or typed words."""
    known = {option.id for option in options}
    found: list[tuple[str, Decimal]] = []
    for one in row.rows("partly"):
        text = one.ident() if options else one.text("text")
        if options and text not in known:
            raise one.fault("text", gettext_noop("Choose one of the rows offered."))
        if compare == NUMBER and not options:
            _check_number(one, "text", text)
        found.append((text, one.fraction("credit")))
    return tuple(found)


def _check_number(row: ContentFields, name: str, text: str) -> None:
    try:
        ContentFields({name: text}).amount(name, least=None)
    except ContentError as fault:
        raise row.fault(name, gettext_noop("Write a number, such as 2 or 0.5.")) from fault


def _chance(gap: TextGap) -> Decimal:
    if not gap.options:
        return ZERO
    return divide_or_zero(ONE + sum(credit for _id, credit in gap.partly), len(gap.options))


def _options(ident: str) -> str:
    return f"option:{ident}"


def _given(spec: GapSpec, response: object) -> dict[str, str]:
    stored = stored_pairs(response, "gaps")
    return {g.id: stored[g.id] for g in spec.gaps if g.words(stored.get(g.id, ""))}


def _control(token: str, gap: TextGap, order: Order, given: str) -> AnswerControl:
    names = {option.id: option.text for option in gap.options}
    tokens = ids_by_token(order, _options(gap.id))
    value = next((t for t, ident in tokens.items() if ident == given), "")
    return AnswerControl(
        token=token,
        text="",
        field=PREFIX + token,
        value=value if gap.options else given,
        chosen=bool(given),
        options=tuple(
            AnswerControl(t, names[ident]) for t, ident in tokens.items() if ident in names
        ),
    )
