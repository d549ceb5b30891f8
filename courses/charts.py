"""Bar charts as SVG text: no script, no inline style, readable without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2s
from html import escape
from math import ceil, floor, log10

BarRow = tuple[str, float]
NumberWording = Callable[[float], str]

WIDTH, HEIGHT = 720, 260
TOP, BOTTOM, MARGIN = 28, 228, 56
MOST_VALUES_SHOWN = 14
MOST_LABELS_SHOWN = 14


def grid_values(highest: float) -> list[float]:
    """The values of the grid lines, from 0 to a round number at or above `highest`, 3 to 6."""
    if highest <= 0:
        return [0, 1]
    size = 10 ** floor(log10(highest))
    unit = next(size * part for part in (0.25, 0.5, 1, 2) if highest <= 5 * size * part)
    if highest == int(highest):  # a count has no halves
        unit = ceil(unit)
    return [unit * line for line in range(ceil(highest / unit) + 1)]


def _grid(lines: Sequence[float], words: NumberWording, *, mirrored: bool) -> str:
    edge, anchor = (WIDTH - MARGIN + 10, "start") if mirrored else (MARGIN - 10, "end")
    first, last = (10, WIDTH - MARGIN) if mirrored else (MARGIN, WIDTH - 10)
    drawn = []
    for value in lines:
        y = BOTTOM - (BOTTOM - TOP) * value / lines[-1]
        drawn.append(
            f'<path class="grid" d="M{first} {y:.1f}H{last}"/>'
            f'<text x="{edge}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(words(value))}</text>'
        )
    return "".join(drawn)


def _bar(row: BarRow, x: float, thick: float, tall: float, shown: tuple[str, str]) -> str:
    middle, y = x + thick / 2, BOTTOM - tall
    label, value = (escape(text) for text in shown)
    corner = min(4, tall / 2, thick / 4)
    box = f'x="{x:.1f}" y="{y:.1f}" width="{thick:.1f}" height="{tall:.1f}" rx="{corner:.1f}"'
    drawn = f'<rect class="bar" {box}><title>{escape(row[0])}</title></rect>'
    if value:
        at = f'x="{middle:.1f}" y="{y - 7:.1f}"'
        drawn += f'<text class="value" {at} text-anchor="middle">{value}</text>'
    if label:
        drawn += f'<text x="{middle:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{label}</text>'
    return drawn


def _bars(rows: Sequence[BarRow], top: float, words: NumberWording, *, mirrored: bool) -> str:
    pitch = (WIDTH - MARGIN - 10) / len(rows)
    thick = min(pitch * 0.68, 72)
    every = ceil(len(rows) / MOST_LABELS_SHOWN)
    drawn = []
    for number, row in enumerate(rows):
        start = MARGIN + number * pitch + (pitch - thick) / 2
        x = WIDTH - start - thick if mirrored else start
        tall = (BOTTOM - TOP) * max(row[1], 0) / top
        label = row[0] if number % every == 0 else ""
        value = words(row[1]) if len(rows) <= MOST_VALUES_SHOWN else ""
        drawn.append(_bar(row, x, thick, tall, (label, value)))
    return "".join(drawn)


def draw_bar_chart(
    rows: Sequence[BarRow],
    *,
    title: str,
    desc: str,
    words: NumberWording = str,
    mirrored: bool = False,
) -> str:
    """A bar chart of (label, value) rows; values below 0 are drawn as 0.

    `title` names the chart and `desc` says what it shows, both for people who cannot see it.
    `words` writes a number in the reader's language; `mirrored` draws from right to left.
    Nothing is drawn without rows.
    """
    if not rows:
        return ""
    name = "chart-" + blake2s(f"{title}\n{desc}".encode(), digest_size=4).hexdigest()
    lines = grid_values(max(value for _, value in rows))
    marks = _grid(lines, words, mirrored=mirrored) + _bars(
        rows, lines[-1], words, mirrored=mirrored
    )
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" direction="ltr" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(desc)}</desc>{marks}</svg>'
    )
