"""How the parts of a told answer look: the tone and the icon of each row, and the tags beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from items.kinds.kind import RevealPart

# What a part comes to: right by the person, right but not by the person, wrong, or nothing to tell.
RIGHT, KEY, WRONG, OPEN = "right", "key", "wrong", "open"
# By manner and by what the part comes to: tone and icon. In the first manners people choose parts, in the others
# they answer each part.
CHOSEN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "choice": {
        RIGHT: ("go", "check"),
        KEY: ("go", "check"),
        WRONG: ("stop", "x"),
        OPEN: ("", "minus"),
    },
    "fault": {
        RIGHT: ("go", "circle-alert"),
        KEY: ("wait", "circle-alert"),
        WRONG: ("stop", "x"),
        OPEN: ("", "minus"),
    },
}
ANSWERED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "row": {
        RIGHT: ("go", "check"),
        KEY: ("", "minus"),
        WRONG: ("stop", "x"),
        OPEN: ("", "minus"),
    },
    "step": {
        RIGHT: ("go", "check"),
        KEY: ("", "check"),
        WRONG: ("stop", "x"),
        OPEN: ("", "minus"),
    },
    "criterion": {
        RIGHT: ("go", "check"),
        KEY: ("", "check"),
        WRONG: ("wait", "minus"),
        OPEN: ("", "minus"),
    },
}
TAGS: Mapping[bool | None, str] = {True: "go", False: "stop", None: "none"}


@dataclass(frozen=True, slots=True)
class PartLook:
    """`tone` and `icon` are the row's; `tag` is the tone of the tag beside what the person gave."""

    tone: str
    icon: str
    tag: str
    shows_choice: bool
    shows_better: bool


def look_of(part: RevealPart, manner: str, *, key_only: bool) -> PartLook:
    """The look of a part; `key_only`: nobody has answered, the key stands alone."""
    if manner in CHOSEN:
        tone, icon = CHOSEN[manner][_judge_choice(part, key_only=key_only)]
    else:
        tone, icon = ANSWERED[manner][_judge_answer(part, key_only=key_only)]
    # A row that nobody judged is shown beside its key too: it may have been left empty.
    falls_short = not part.right if manner == "row" else part.right is False
    return PartLook(
        tone,
        icon,
        TAGS[part.right],
        shows_choice=part.chosen and not key_only,
        shows_better=falls_short and part.better is not None,
    )


def _judge_choice(part: RevealPart, *, key_only: bool) -> str:
    """What an option comes to. A wrong one that was not chosen is no mistake."""
    if part.right:
        return RIGHT if part.chosen and not key_only else KEY
    return WRONG if part.chosen and part.right is False else OPEN


def _judge_answer(part: RevealPart, *, key_only: bool) -> str:
    """What the answer to a row comes to."""
    if key_only:
        return KEY if part.right else OPEN
    if part.right:
        return RIGHT
    return WRONG if part.right is False else OPEN
