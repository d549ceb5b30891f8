"""Tags such as ``principle:P1``: what Moodle and QTI have no field for, in a form people can read.

======================  ==============================================================
``principle:P1``        the principle an item is drawn under
``difficulty:3``        1 easy, 2 medium (left out), 3 hard
``critical``            a wrong answer alone fails the attempt
``kind:ranking``        our kind, where the format writes a near relative of it
``credit:exact``        how part marks are counted
``penalty:0.2``         fraction taken per wrong tick
``points:2``            the most one can earn (1 is left out)
``shuffle:no``          options keep their order (``yes`` where no is the custom)
``unit:%``              the unit of a number
``case:yes``            capitals matter
``several:yes``         a survey lets people choose several answers
``words:20-80``         free text: the least and the most words asked for (0 for none)
``weights:3/1``         how much each gap counts
======================  ==============================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from items.exchange.records import ExchangeItem

NAMES = frozenset(
    ("principle", "difficulty", "kind", "credit", "penalty", "points")
    + ("shuffle", "unit", "case", "several", "words", "weights")
)
CRITICAL = "critical"
LIMITS = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
# The settings that each kind has; those of `EVERY` question aside.
EVERY = frozenset({"principle", "difficulty", CRITICAL})
HELD = {
    "single": {"shuffle"},
    "multiple": {"credit", "penalty", "shuffle"},
    "spot": {"kind", "credit", "penalty"},
    "survey": {"kind", "several", "shuffle"},
    "confidence": {"kind", "credit"},
    "number": {"unit"},
    "short_text": {"case"},
    "categorise": {"kind"},
    "rate_post": {"kind", "credit"},
    "ordering": {"credit"},
    "ranking": {"kind", "credit"},
    "gap": {"weights"},
    "free_text": {"words"},
}
FORMS = {
    **dict.fromkeys(("shuffle", "case", "several"), re.compile("yes|no")),
    "words": LIMITS,
}


def item_tags(item: ExchangeItem) -> tuple[str, ...]:
    """Return the tags for an item's principle, difficulty and critical flag."""
    return (
        *((f"principle:{item.principle}",) if item.principle else ()),
        *((f"difficulty:{item.difficulty}",) if item.difficulty != 2 else ()),
        *((CRITICAL,) if item.critical else ()),
    )


def list_unheld(settings: Mapping[str, str], kind: str, gaps: int) -> Iterator[str]:
    """Yield the settings that change nothing in a question of this `kind`, which has so many `gaps`."""
    for name, value in settings.items():
        held = name in EVERY or name in HELD.get(kind, ())
        fits = name not in FORMS or FORMS[name].fullmatch(value) is not None
        if name == "penalty":
            fits = "credit" in settings
        elif name == "weights":
            fits = value.count("/") + 1 == gaps
        if not (held and fits):
            yield f"{name}:{value}"


def read_tags(tags: Iterable[str]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the settings that tags hold, by name, and the tags that are not settings."""
    known: dict[str, str] = {}
    strange: list[str] = []
    for tag in tags:
        name, colon, value = tag.partition(":")
        name = name.strip().casefold()
        if name == CRITICAL and not colon:
            known[CRITICAL] = "yes"
        elif not (colon and name in NAMES and value.strip()):
            strange.append(tag)
        elif known.setdefault(name, value.strip()) != value.strip():
            strange.append(tag)  # the first of a name counts
    return known, tuple(strange)
