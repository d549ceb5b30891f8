"""How the parts of a told answer look: tone, icon and tags by what the person did and what is right."""

from __future__ import annotations

import pytest

from items.kinds.kind import RevealPart
from items.phrases import verbatim
from quizzes.screens.part_looks import look_of


@pytest.mark.parametrize(
    ("manner", "chosen", "right", "key_only", "tone", "icon"),
    [
        ("choice", True, True, False, "go", "check"),
        ("choice", False, True, False, "go", "check"),
        ("choice", True, False, False, "stop", "x"),
        ("choice", False, False, False, "", "minus"),
        ("choice", True, None, False, "", "minus"),
        ("fault", True, True, False, "go", "circle-alert"),
        ("fault", False, True, False, "wait", "circle-alert"),
        ("fault", True, True, True, "wait", "circle-alert"),
        ("fault", True, False, False, "stop", "x"),
        ("row", True, False, False, "stop", "x"),
        ("row", True, True, True, "", "minus"),
        ("step", False, False, False, "stop", "x"),
        ("step", True, True, True, "", "check"),
        ("step", True, False, True, "", "minus"),
        ("criterion", False, False, False, "wait", "minus"),
        ("criterion", False, None, False, "", "minus"),
    ],
)
def test_a_part_has_tone_and_icon_by_what_it_comes_to(
    manner: str, chosen: bool, right: bool | None, key_only: bool, tone: str, icon: str
) -> None:
    look = look_of(RevealPart("a", "Text", chosen, right), manner, key_only=key_only)
    assert (look.tone, look.icon) == (tone, icon)


def test_a_choice_is_marked_as_the_persons_unless_the_key_stands_alone() -> None:
    part = RevealPart("a", "Text", chosen=True, right=True)
    shown = [look_of(part, "choice", key_only=key_only).shows_choice for key_only in (False, True)]
    assert shown == [True, False]


@pytest.mark.parametrize(
    ("manner", "right", "shows"),
    [
        ("row", False, True),
        ("row", None, True),
        ("row", True, False),
        ("criterion", False, True),
        ("criterion", None, False),
    ],
)
def test_the_better_answer_stands_beside_one_that_falls_short(
    manner: str, right: bool | None, shows: bool
) -> None:
    part = RevealPart("a", "Text", chosen=True, right=right, better=verbatim("Better"))
    assert look_of(part, manner, key_only=False).shows_better is shows
