"""Free text that a person marks by a rubric.

There is no automatic mark. A reviewer picks one level for each criterion; a level is worth a
fraction from 0 to 1, and the answer earns the mean of its levels:

=====================  ==========  ==========  ==========
three criteria          1, 1, 1     1, 1, 0     0.5, 1, 0
=====================  ==========  ==========  ==========
earned                  1           2/3         0.5
=====================  ==========  ==========  ==========

Word limits are soft: the page warns, and accepts the answer all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

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
    posted_value,
    stored_pairs,
    stored_text,
)
from items.kinds.spec import ContentFields, Spec, read_common_fields, require_distinct
from items.phrases import Phrase, counted_phrase, gettext_noop, ngettext_noop, verbatim

# This form field has its own name, because it accepts longer text than other answers do.
FIELD = "essay"
MOST_WRITTEN = 20_000
TEXT, RUBRIC, COMMENT = "text", "rubric", "comment"


@dataclass(frozen=True)
class RubricLevel:
    """One step of a criterion, worth `points` (a fraction from 0 to 1)."""

    id: str
    text: str
    points: Decimal


@dataclass(frozen=True)
class RubricCriterion:
    """One thing the reviewer looks at. Learners see its title before they answer."""

    id: str
    title: str
    levels: tuple[RubricLevel, ...]

    @property
    def best(self) -> RubricLevel:
        """The level worth most, the first of equals."""
        return max(self.levels, key=lambda level: level.points)

    def level(self, ident: str) -> RubricLevel | None:
        """The level with this id, if there is one."""
        return next((level for level in self.levels if level.id == ident), None)


@dataclass(frozen=True, kw_only=True)
class FreeTextSpec(Spec):
    """`least` and `most` words (0: no limit), what it is judged by, a `model` answer, and a `guide` that only
    reviewers see."""

    least: int
    most: int
    criteria: tuple[RubricCriterion, ...]
    model: str
    guide: str = ""


class FreeTextKind(ItemKind[FreeTextSpec]):
    """Stored response: ``{"text": words}``, and once marked also ``{"rubric": {criterion: level}}``
    with the reviewer's ``"comment"``. Form: ``essay``."""

    name = "free_text"
    instruction = gettext_noop("Write your answer. A reviewer reads it")
    needs_review = True

    def parse(self, content: object) -> FreeTextSpec:
        fields = ContentFields(content)
        least, most = fields.count("min_words", 0), fields.count("max_words", 0)
        if most and most < least:
            raise fields.fault(
                "max_words", gettext_noop("Allow at least as many words as you ask.")
            )
        rows = fields.rows("criteria")
        criteria = tuple(_criterion(row) for row in rows)
        require_distinct(rows, (criterion.id for criterion in criteria))
        return FreeTextSpec(
            **read_common_fields(fields, self.name),
            least=least,
            most=most,
            criteria=criteria,
            model=fields.text("model", ""),
            guide=fields.text("guide", ""),
        )

    def deal(self, spec: FreeTextSpec, rng: Random) -> list[Dealt]:
        return []

    def face(self, spec: FreeTextSpec, order: Order, response: object) -> ItemFace:
        return ItemFace(
            kind=spec.kind,
            stem=spec.stem,
            hint=spec.hint,
            instruction=Phrase(self.instruction),
            typed=stored_text(response, TEXT),
            note=_limits(spec),
            criteria=tuple(criterion.title for criterion in spec.criteria),
        )

    def offer(self, order: Order) -> Offer:
        return {FIELD: None}

    def read(self, form: Form, order: Order) -> Response:
        # PostgreSQL refuses NUL inside JSON; a browser cannot type one.
        text = posted_value(form, FIELD).replace("\x00", "").strip()[:MOST_WRITTEN]
        return {TEXT: text} if text else {}

    def blank(self, response: object) -> bool:
        return not stored_text(response, TEXT).strip()

    def complaint(self, spec: FreeTextSpec, response: object) -> Phrase | None:
        written = len(stored_text(response, TEXT).split())
        if not written or (written >= spec.least and (not spec.most or written <= spec.most)):
            return None
        told = {"written": written, "least": spec.least, "most": spec.most}
        if written < spec.least:
            return counted_phrase(_SHORT, written, told)
        return counted_phrase(_LONG, spec.most, told)

    def waiting(self, spec: FreeTextSpec, response: object) -> bool:
        return not self.blank(response) and len(given_levels(spec, response)) < len(spec.criteria)

    def earned(self, spec: FreeTextSpec, response: object) -> Decimal:
        if self.waiting(spec, response):
            return ZERO
        picked = given_levels(spec, response)
        return sum((level.points for level in picked.values()), ZERO) / len(spec.criteria)

    def parts(self, spec: FreeTextSpec, response: object) -> tuple[GradedPart, ...]:
        return tuple(
            GradedPart(ident, level.points == ONE)
            for ident, level in given_levels(spec, response).items()
        )

    def reveal(self, spec: FreeTextSpec, response: object) -> Reveal:
        """Return the text beside the model answer, then each criterion; the reviewer's comment is the reason."""
        marked = not self.waiting(spec, response)
        picked = given_levels(spec, response)
        own = RevealPart(
            id=TEXT,
            text="",
            chosen=not self.blank(response),
            right=None,
            yours=verbatim(stored_text(response, TEXT)) if not self.blank(response) else None,
            better=verbatim(spec.model) if spec.model else None,
            reason=stored_text(response, COMMENT),
        )
        rows = (_judged(row, picked.get(row.id)) for row in spec.criteria if marked and picked)
        correct = self.grade(spec, response).correct if marked else None
        return Reveal(correct, (own, *rows), spec.feedback)

    def describe(self, spec: FreeTextSpec, response: object) -> tuple[Phrase, ...]:
        if self.blank(response):
            return describe_blank()
        return tuple(
            verbatim(line) for line in stored_text(response, TEXT).splitlines() if line.strip()
        )


def given_levels(spec: FreeTextSpec, response: object) -> dict[str, RubricLevel]:
    """Return the level that the reviewer gave, by criterion id; unmarked criteria are left out."""
    given = stored_pairs(response, RUBRIC)
    found = ((row.id, row.level(given.get(row.id, ""))) for row in spec.criteria)
    return {ident: level for ident, level in found if level}


def add_review(response: Mapping[str, object], rubric: Mapping[str, str], comment: str) -> Response:
    """Return the response as stored after marking; `rubric` maps criterion ids to level ids."""
    return {**response, RUBRIC: dict(rubric), COMMENT: comment}


def _limits(spec: FreeTextSpec) -> Phrase | None:
    if not spec.least and not spec.most:
        return None
    told = {"least": spec.least, "most": spec.most}
    if spec.least and spec.most:
        return counted_phrase(_BETWEEN, spec.most, told)
    return counted_phrase(_AT_LEAST if spec.least else _AT_MOST, spec.least or spec.most, told)


def _criterion(row: ContentFields) -> RubricCriterion:
    rows = row.rows("levels", least=2)
    found = tuple(
        RubricLevel(one.ident(), one.text("text"), one.fraction("points")) for one in rows
    )
    require_distinct(rows, (level.id for level in found))
    if not any(level.points == ONE for level in found):
        raise row.fault("levels", gettext_noop("Give one level the whole credit, 1."))
    return RubricCriterion(row.ident(), row.text("title"), found)


def _judged(criterion: RubricCriterion, level: RubricLevel | None) -> RevealPart:
    return RevealPart(
        id=criterion.id,
        text=criterion.title,
        chosen=level is not None,
        right=level is not None and level.points == ONE,
        yours=verbatim(level.text) if level else None,
        better=verbatim(criterion.best.text),
        judged=True,
    )


_SHORT = ngettext_noop(
    "You wrote %(written)s word. At least %(least)s are asked for.",
    "You wrote %(written)s words. At least %(least)s are asked for.",
)
_LONG = ngettext_noop(
    "You wrote %(written)s words. At most %(most)s is asked for.",
    "You wrote %(written)s words. At most %(most)s are asked for.",
)
_BETWEEN = ngettext_noop(
    "Exactly %(most)s word.",
    "Between %(least)s and %(most)s words.",
)
_AT_LEAST = ngettext_noop("At least %(least)s word.", "At least %(least)s words.")
_AT_MOST = ngettext_noop("At most %(most)s word.", "At most %(most)s words.")
