"""Seeded pictures: a conversation of bubbles, bars, arcs and rings on a 60-unit grid.

The same seed always draws the same picture, on every machine and in every release, so a principle
keeps its picture and each certificate, seeded by its code, has its own. Pure: text in and out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

Variant = Literal["light", "dark", "mono"]

CELL = 60
COLOURS: dict[Variant, tuple[str, ...]] = {
    "light": ("#3730c4", "#a6291f", "#00665e", "#ffc53d", "#8a1f73"),
    "dark": ("#ffc53d", "#8f8aff", "#5fe0d2", "#ff8e80", "#ffffff"),
    "mono": ("currentcolor",),
}

_WORD = 0xFFFFFFFF
_BLANK_FROM = 0.82
_STROKES = {"fill": "", "line": "5", "bars": "6"}


def _numbers(seed: str) -> Iterator[float]:
    """Endless numbers in [0, 1) from the seed: FNV-1a to mix it, then a multiply-xorshift step."""
    state = 2166136261
    for character in seed:
        state = (state ^ ord(character)) * 16777619 & _WORD
    while True:
        # Without the added odd constant a state of zero would stay zero.
        state = ((state ^ (state >> 15)) * 2246822507 + 0x9E3779B9) & _WORD
        state ^= state >> 13
        yield state / (_WORD + 1)


def _bubble(x: int, y: int) -> str:
    return (
        f"M{x + 4} {y + 24}a20 20 0 0 1 20-20h12a20 20 0 0 1 20 20v12a20 20 0 0 1-20 20h-28"
        "a4 4 0 0 1-4-4z"
    )


def _dot(x: int, y: int) -> str:
    return f"M{x + 30} {y + 23}a7 7 0 1 1 0 14a7 7 0 1 1 0-14"


def _ring(x: int, y: int, radius: int) -> str:
    across = 2 * radius
    arc = f"a{radius} {radius} 0 1 1 0"
    return f"M{x + 30} {y + 30 - radius}{arc} {across}{arc}-{across}"


def _arcs(x: int, y: int) -> str:
    return (
        f"M{x + 6} {y + 54}a48 48 0 0 1 48-48M{x + 24} {y + 54}a30 30 0 0 1 30-30"
        f"M{x + 42} {y + 54}a12 12 0 0 1 12-12"
    )


def _bars(x: int, y: int, second: int, third: int) -> str:
    return (
        f"M{x + 12} {y + 48}v-14M{x + 24} {y + 48}v-{second}M{x + 36} {y + 48}v-{third}"
        f"M{x + 48} {y + 48}v-30"
    )


def _glyph(kind: float, x: int, y: int, numbers: Iterator[float]) -> tuple[str, str] | None:
    """The path and the way it is inked for one cell, or nothing for a cell that stays empty."""
    if kind < 0.24:
        return "fill", _bubble(x, y)
    if kind < 0.4:
        return "line", _ring(x, y, 6 + int(next(numbers) * 3) * 7)
    if kind < 0.58:
        return "line", _arcs(x, y)
    if kind < 0.72:
        return "bars", _bars(x, y, 16 + int(next(numbers) * 20), 10 + int(next(numbers) * 26))
    if kind < _BLANK_FROM:
        return "fill", _dot(x, y)
    return None


def _cells(seed: str, width: int, height: int, colours: int) -> dict[tuple[int, str], list[str]]:
    """Paths of the whole picture, gathered by colour and ink so that the SVG stays small."""
    numbers = _numbers(seed)
    inked: dict[tuple[int, str], list[str]] = defaultdict(list)
    after_blank = False
    for y in range(0, height, CELL):
        for x in range(0, width, CELL):
            # Two empty cells in a row look like a mistake in a one-row band.
            kind = next(numbers) * (_BLANK_FROM if after_blank else 1)
            colour = int(next(numbers) * colours)
            glyph = _glyph(kind, x, y, numbers)
            after_blank = glyph is None
            if glyph:
                inked[colour, glyph[0]].append(glyph[1])
    return inked


def _path(ink: str, drawn: list[str]) -> str:
    line = _STROKES[ink]
    paint = (
        f'fill="none" stroke="currentcolor" stroke-width="{line}" stroke-linecap="round"'
        if line
        else 'fill="currentcolor"'
    )
    return f'<path {paint} d="{"".join(drawn)}"/>'


def draw_pattern(
    seed: str,
    *,
    width: int = 480,
    height: int = 360,
    variant: Variant = "light",
    class_name: str = "",
) -> str:
    """An ornamental SVG for the seed, `width` by `height` user units, hidden from screen readers.

    `variant` picks the inks: `light` and `dark` for those backgrounds, `mono` for the colour of the
    text around. `class_name` is written as it comes: escape it first if a person typed it.
    """
    colours = COLOURS[variant]
    inked = _cells(seed, width, height, len(colours))
    groups = []
    for number, colour in enumerate(colours):
        paths = "".join(_path(ink, drawn) for (at, ink), drawn in inked.items() if at == number)
        if paths:
            groups.append(f'<g class="ink-{number + 1}" color="{colour}">{paths}</g>')
    classes = f"pattern {variant} {class_name}".strip()
    return (
        f'<svg class="{classes}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' preserveAspectRatio="xMinYMid slice" aria-hidden="true" focusable="false">'
        f"{''.join(groups)}</svg>"
    )
