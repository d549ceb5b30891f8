"""No two answers of a question may read alike: a learner could not tell the right one from the wrong one.

Asked of what is written now, by an author or a file; versions that were cut stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from items.kinds.folding import fold_signs
from items.kinds.spec import ContentError
from items.phrases import gettext_noop

ALIKE = gettext_noop("“%(words)s” reads like row %(row)s. Change one of them, or leave it out.")
# The lists of each kind's content whose rows are told apart by their words; `*` is each row of a list. Parts of a
# running text, and opinions, may well be the same words.
LISTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "single": (("options", "text"),),
    "multiple": (("options", "text"),),
    "image_choice": (("options", "alt"),),
    "hotspot": (("regions", "label"),),
    "ordering": (("steps", "text"),),
    "ranking": (("steps", "text"),),
    "matching": (("pairs", "left"), ("rights", "text")),
    "categorise": (("items", "text"), ("categories", "text")),
    "rate_post": (("aspects", "text"), ("scale", "text")),
    "gap": (("gaps.*.options", "text"),),
    "scenario": (("nodes.*.choices", "text"),),
}


def require_apart(content: Mapping[str, Any]) -> None:
    """Raise ContentError where two answers end in the same words, look-alike signs folded."""
    for path, name in LISTS.get(content["kind"], ()):
        for place, rows in _lists_at(content, path.split(".")):
            _require_rows_apart(rows, name, place)


def _require_rows_apart(rows: Sequence[Any], name: str, place: str) -> None:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        text = str(row[name])
        words = fold_signs(text)
        if words in seen:
            raise ContentError(
                f"{place}.{number - 1}.{name}", ALIKE, words=text[:60], row=seen[words]
            )
        seen[words] = number


def _lists_at(
    content: Any, steps: Sequence[str], place: str = ""
) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield each list that the steps lead to, with its path."""
    step, *rest = steps
    if step == "*":
        for number, row in enumerate(content):
            yield from _lists_at(row, rest, f"{place}{number}.")
    elif rest:
        yield from _lists_at(content.get(step, ()), rest, f"{place}{step}.")
    else:
        yield f"{place}{step}", content.get(step, ())
