"""A quiz for people who catch up: only what is asked about the principles that have changed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import ceil

from quizzes.rules.drawing import DrawSection, PoolItem
from quizzes.rules.settings import DrawRule, QuizRules

Pool = Mapping[str, Sequence[PoolItem]]


def limit_rules(rules: QuizRules, codes: Collection[str], pool: Pool) -> QuizRules:
    """The rules with only the rows of these principles (codes).

    Where every row draws from all principles, each asks for their share, and for no more than there is in `pool`.
    What passes stays as it is. Without a question on them nothing is drawn.
    """
    named = tuple(row for row in rules.sections if row.principle in codes)
    always = tuple(row for row in rules.sections if row.mandatory and row.principle is None)
    rows = (*named, *always) if named else (*_share(rules, codes, pool), *always)
    return replace(rules, sections=rows, only=tuple(sorted(codes)), extra_questions=0)


def _share(rules: QuizRules, codes: Collection[str], pool: Pool) -> tuple[DrawRule, ...]:
    """The rows that draw from all principles, with fewer questions; critical ones find theirs first."""
    left = {bank: [one for one in items if one.principle in codes] for bank, items in pool.items()}
    open_rows = [row for row in rules.sections if row.principle is None and not row.mandatory]
    found: dict[int, DrawRule] = {}
    for place, row in sorted(enumerate(open_rows), key=lambda one: not one[1].critical_only):
        items = pool.get(row.bank, ())
        known = {one.principle for one in items}
        section = DrawSection(None, 1, row.critical_only)
        fitting = [one for one in left.get(row.bank, []) if section.takes(one)]
        wanted = ceil(row.count * len(known & set(codes)) / max(1, len(known)))
        taken = fitting[: min(row.count, wanted)]
        if taken:
            left[row.bank] = [one for one in left[row.bank] if one not in taken]
            found[place] = replace(row, count=len(taken))
    return tuple(found[place] for place in sorted(found))
