"""From an item version's stored JSON to a valid `Spec`.

Every kind shares ``kind, stem, points, feedback, hint``; the rest is documented by
the kind's own module in `quizzes.kinds`. Ids of options and rows are the author's
side only: a learner's browser sees the tokens of an order (`Kind.deal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from courses.writing.unseen import find_unseen
from items.kinds.apart import require_apart
from items.kinds.kind import ItemKind
from items.kinds.registry import KINDS
from items.kinds.spec import ContentError, Spec
from items.phrases import gettext_noop

UNSEEN = gettext_noop(
    "A control character (%(code)s), which nobody can see, stands in “%(around)s”. Write these words anew."
)

__all__ = ["ContentError", "Spec", "kind_of", "parse_content", "parse_written"]


def parse_content(content: object) -> Spec:
    """Return the spec of stored content.

    Raises ContentError with the path of the first fault and what to do about it.
    """
    name = content.get("kind") if isinstance(content, Mapping) else None
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ContentError("kind", gettext_noop("Choose the kind of this question."))
    spec: Spec = kind.parse(content)
    return spec


def parse_written(content: object) -> Spec:
    """Return the spec of what was written now: control characters and answers that read alike are faults in it.

    Raises ContentError like `parse_content`, which versions that were cut go through.
    """
    spec = parse_content(content)
    if found := find_unseen(content):
        raise ContentError(found.path, UNSEEN, code=found.code, around=found.around)
    require_apart(cast("Mapping[str, Any]", content))
    return spec


def kind_of(spec: Spec) -> ItemKind[Any]:
    """Return the kind whose methods deal, read, grade and reveal this spec."""
    return KINDS[spec.kind]
