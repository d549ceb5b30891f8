"""Accepted answers in which ``*`` stands for any words, as in Moodle: they become patterns."""

from __future__ import annotations

import re
from decimal import Decimal

from items.exchange.shapes import ExchangeAnswer
from items.kinds.folding import AROUND, fold_signs

STAR = re.compile(r"\\\*|\*")


def read_wildcards(text: str, credit: Decimal, reason: str, notes: list[str]) -> ExchangeAnswer:
    """Return an accepted answer; where a star stands for any words it is a pattern, and a note says so.

    A star that stands for itself is written ``\\*``.
    """
    pieces = STAR.split(text)
    stars = STAR.findall(text)
    if "*" not in stars:
        return ExchangeAnswer(text.replace("\\*", "*"), credit, reason)
    notes.append(f"“{text[:40]}” is kept as a pattern: * stands for any words")
    folded = [re.escape(fold_signs(f"x{piece}x")[1:-1]) for piece in pieces]
    # The signs around an answer are taken away before it is compared.
    folded[0], folded[-1] = folded[0].lstrip(AROUND), folded[-1].rstrip(AROUND)
    joined = folded[0]
    for star, piece in zip(stars, folded[1:], strict=True):
        joined += (".*" if star == "*" else re.escape("*")) + piece
    return ExchangeAnswer(joined, credit, reason, pattern=True)
