"""No two answers of a question may read alike: a learner could not tell the right one from the wrong one."""

from __future__ import annotations

from collections.abc import Iterable

from items.exchange.records import LeftOutError
from items.exchange.shapes import ChoicesShape, GapsShape, MatchShape, SequenceShape, Shape
from items.kinds.folding import fold_signs

# Parts of a running text, and of an opinion, may well be the same words.
MAY_REPEAT = frozenset({"spot", "survey"})


def check_apart(shape: Shape, kind: str) -> None:
    """Raise LeftOutError where two answers end in the same words, look-alike signs folded."""
    match shape:
        case ChoicesShape() if kind not in MAY_REPEAT:
            _check("answers", (option.text for option in shape.options))
        case MatchShape():
            _check("rows", (pair.text for pair in shape.pairs))
            _check("targets", shape.targets)
        case SequenceShape():
            _check("steps", shape.steps)
        case GapsShape():
            for number, gap in enumerate(shape.gaps, start=1):
                _check(f"choices of gap {number}:", gap.options)


def _check(name: str, texts: Iterable[str]) -> None:
    seen: dict[str, int] = {}
    for place, text in enumerate(texts, start=1):
        words = fold_signs(text)
        if words in seen:
            raise LeftOutError(f"{name} {seen[words]} and {place} read alike: “{text[:60]}”")
        seen[words] = place
