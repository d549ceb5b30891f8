"""Plots of quiz statistics as SVG text: no script, no inline style, readable without colour.

Each comes with a table beside it, which says the same; so a plot leaves out what does not fit.
Colours are classes of ``static/css/statistics.css``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from html import escape

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 20, 52
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
RADIUS = 5
BAND_HEIGHT, BAR = 44, 22


@dataclass(frozen=True)
class Dot:
    """One item: `x` and `y` in the units of the axes; `name` is written beside it if it is `marked`."""

    x: float
    y: float
    name: str
    marked: bool = False


@dataclass(frozen=True)
class Axis:
    """What an axis measures, from `low` to `high`, with a line at each of `steps`."""

    label: str
    low: float
    high: float
    steps: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the low end, 1 at the high end."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


def draw_scatter(dots: Sequence[Dot], x: Axis, y: Axis, *, title: str, desc: str) -> str:
    """Each item as a dot, those marked as named squares; nothing is drawn without dots."""
    if not dots:
        return ""
    drawn = [_across(y), _along(x)]
    drawn += [_dot(dot, x, y) for dot in sorted(dots, key=lambda dot: dot.marked)]
    return _picture("".join(drawn), HEIGHT, title=title, desc=desc)


def draw_bars(rows: Sequence[tuple[str, float]], *, title: str, desc: str) -> str:
    """A lying bar per row of (label, share between 0 and 1), its percentage at its end."""
    if not rows:
        return ""
    drawn = []
    for number, (label, share) in enumerate(rows):
        top = number * BAND_HEIGHT
        long = (WIDTH - 70) * min(max(share, 0.0), 1.0)
        drawn.append(
            f'<text x="0" y="{top + 13}">{escape(label)}</text>'
            f'<rect class="bar" x="0" y="{top + 18}" width="{long:.1f}" height="{BAR}" rx="3"/>'
            f'<text class="value" x="{long + 8:.1f}" y="{top + 34}">{share:.0%}</text>'
        )
    return _picture("".join(drawn), len(rows) * BAND_HEIGHT, title=title, desc=desc)


def _across(axis: Axis) -> str:
    lines = []
    for step in axis.steps:
        y = TOP + INNER_HEIGHT * (1 - axis.share(step))
        kind = "zero" if step == 0 else "grid"
        lines.append(
            f'<path class="{kind}" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step:g}</text>'
        )
    middle = TOP + INNER_HEIGHT / 2
    turned = f'transform="rotate(-90 16 {middle:.0f})"'
    lines.append(
        f'<text x="16" y="{middle:.0f}" text-anchor="middle" {turned}>{escape(axis.label)}</text>'
    )
    return "".join(lines)


def _along(axis: Axis) -> str:
    words = [
        f'<text x="{LEFT + INNER_WIDTH * axis.share(step):.1f}" y="{HEIGHT - BOTTOM + 20}"'
        f' text-anchor="middle">{step:g}</text>'
        for step in axis.steps
    ]
    middle = LEFT + INNER_WIDTH / 2
    words.append(
        f'<text x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(axis.label)}</text>'
    )
    return "".join(words)


def _dot(dot: Dot, x: Axis, y: Axis) -> str:
    across, up = LEFT + INNER_WIDTH * x.share(dot.x), TOP + INNER_HEIGHT * (1 - y.share(dot.y))
    name = f"<title>{escape(dot.name)}</title>"
    if not dot.marked:
        return f'<circle class="dot" cx="{across:.1f}" cy="{up:.1f}" r="{RADIUS}">{name}</circle>'
    # A square as well as a colour; the name goes to the side where there is room for it.
    left = across > LEFT + INNER_WIDTH * 0.75
    at = f'x="{across + (-10 if left else 10):.1f}" y="{up + 4:.1f}" text-anchor="{"end" if left else "start"}"'
    corner = f'x="{across - RADIUS:.1f}" y="{up - RADIUS:.1f}" width="{2 * RADIUS}" height="{2 * RADIUS}"'
    return f'<rect class="marked" {corner}>{name}</rect><text class="name" {at}>{escape(dot.name)}</text>'


def _picture(inside: str, height: int, *, title: str, desc: str) -> str:
    name = "plot-" + blake2s(f"{title}\n{desc}".encode(), digest_size=4).hexdigest()
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" direction="ltr" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(desc)}</desc>{inside}</svg>'
    )
