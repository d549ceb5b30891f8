"""What a style sheet, a class or an attribute of HTML says of words: that nobody sees them, or that they mean more.

Only what is written at an element is known; the sheets of the site that a file comes from are not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

Attributes = Sequence[tuple[str, str | None]]
Colour = tuple[int, int, int]
Ground = Colour | None
WHITE: Colour = (255, 255, 255)
SEE_THROUGH = frozenset({"none", "transparent", "inherit", "initial", "unset"})
# Classes with which the usual sheets (Bootstrap, Moodle, Tailwind, Drupal, WordPress) hide words.
HIDING = frozenset(
    {"d-none", "hidden", "hide", "invisible", "visually-hidden", "visuallyhidden", "sr-only", "accesshide"}
    | {"is-hidden", "display-none", "element-invisible", "element-hidden", "screen-reader-text", "offscreen"}
    | {"visually-hidden-focusable", "sr-only-focusable", "opacity-0"}
)  # fmt: skip
# On a screen of some size they are shown: ``d-none d-md-block``.
SHOWN_WIDE = re.compile(
    r"d-(?:sm|md|lg|xl|xxl|print)-(?!none)\S+|(?:sm|md|lg|xl|2xl):(?:block|inline|flex|grid|table)\S*"
)
# The values by which each property hides the words of its element.
HIDDEN_BY: Mapping[str, re.Pattern[str]] = {
    "display": re.compile("none"),
    "visibility": re.compile("hidden|collapse"),
    "content-visibility": re.compile("hidden"),
    "opacity": re.compile(r"(?:0+(?:\.0*)?|\.0+)%?"),
    "font-size": re.compile(r"(?:0+(?:\.0*)?|\.0+)(?:[a-z]+|%)?"),
    "mso-hide": re.compile("all"),
    "clip": re.compile(r"rect\(\s*[01]px.*|rect\(\s*0[\s,].*"),
    "clip-path": re.compile(r"inset\(\s*(?:50|100)%.*|circle\(\s*0.*"),
    "text-indent": re.compile(r"-\d{3,}.*"),
    "transform": re.compile(r"scale[xy]?\(\s*0\s*[,)].*"),
    **dict.fromkeys(("left", "right", "top", "margin-left"), re.compile(r"-\d{4,}px")),
    **dict.fromkeys(("color", "-webkit-text-fill-color"), re.compile("transparent")),
}
# What makes other words of the words, and is not kept.
CHANGING = {"text-transform": "none", "unicode-bidi": "normal"}
RAISED = {"super": "sup", "sub": "sub", "text-top": "sup", "text-bottom": "sub"}
HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
PARTS = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)(%?))?\s*\)"
)
NAMED: Mapping[str, Colour] = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "navy": (0, 0, 128),
}
# Classes that say a colour of words, or of the ground: which one, only the sheet knows.
PALE = frozenset({"text-white", "text-light"})
GROUNDS = re.compile(r"bg-\S+|badge\S*|btn\S*|alert\S*|card\S*|table-\S+|text-bg-\S+")
WORD = re.compile(r"rgba?\([^()]*\)|[^\s()]+")
# Words of this contrast to the ground cannot be read: #eee on white has 1.16.
UNREADABLE = Decimal("1.2")


def read_style(attrs: Attributes) -> dict[str, str]:
    """Return the declarations at an element in small letters, and what older attributes say as declarations."""
    said = {name: value or "" for name, value in attrs}
    found = {new: said[old].strip().casefold() for old, new in OLDER.items() if old in said}
    if not PALE.isdisjoint(said.get("class", "").casefold().split()):
        found["color"] = "white"
    for each in _without_comments(said.get("style", "")).split(";"):
        name, colon, value = each.partition(":")
        if colon:
            found[name.strip().casefold()] = value.partition("!")[0].strip().casefold()
    return found


OLDER = {"color": "color", "bgcolor": "background-color"}


def _without_comments(sheet: str) -> str:
    first, *rest = sheet.split("/*")
    return first + "".join(each.partition("*/")[2] for each in rest)


def is_hidden(attrs: Attributes, style: Mapping[str, str], ground: Ground) -> bool:
    """Tell whether nobody sees the words of an element that stands on a ground of this colour."""
    said = {name: value or "" for name, value in attrs}
    names = said.get("class", "").casefold().split()
    if not HIDING.isdisjoint(names) and not any(map(SHOWN_WIDE.fullmatch, names)):
        return True
    if "hidden" in said or "popover" in said:
        return True
    if any(name in style and what.fullmatch(style[name]) for name, what in HIDDEN_BY.items()):
        return True
    return _is_clipped(style) or _is_on_its_ground(style, ground)


def find_ground(attrs: Attributes, style: Mapping[str, str], around: Ground) -> Ground:
    """Return the colour behind the words of an element; None where a picture or a sheet says it."""
    behind = " ".join(style.get(name, "") for name in ("background-color", "background"))
    for word in WORD.findall(behind):
        if (found := read_colour(word)) is not None:
            return found
    names = (dict(attrs).get("class") or "").casefold().split()
    says = behind.split() or "background-image" in style or any(map(GROUNDS.fullmatch, names))
    return None if says and behind.strip() not in SEE_THROUGH else around


def find_meaning(style: Mapping[str, str]) -> list[str]:
    """Return the elements that say what a style says: that words are raised, lowered or struck through."""
    tags = [RAISED[style["vertical-align"]]] if style.get("vertical-align") in RAISED else []
    struck = (style.get(name, "") for name in ("text-decoration", "text-decoration-line"))
    return [*tags, "s"] if any("line-through" in each for each in struck) else tags


def find_changes(style: Mapping[str, str]) -> list[str]:
    """Name the properties that make other words of the words."""
    return [name for name, usual in CHANGING.items() if style.get(name, usual) != usual]


def read_colour(text: str) -> Colour | None:
    """Return a colour that is not see-through; None for one that is not known."""
    if found := HEX.fullmatch(text):
        digits = found[1] if len(found[1]) > 4 else "".join(sign * 2 for sign in found[1])
        red, green, blue = (int(digits[n : n + 2], 16) for n in (0, 2, 4))
        return (red, green, blue)
    if found := PARTS.fullmatch(text):
        red, green, blue = (min(int(found[n]), 255) for n in (1, 2, 3))
        return (red, green, blue)
    return NAMED.get(text)


def _is_clipped(style: Mapping[str, str]) -> bool:
    """Tell whether a box of no size cuts off its words."""
    sizes = (style.get(name, "") for name in ("width", "height", "max-width", "max-height"))
    small = any(re.fullmatch(r"[01](?:px)?|0[a-z%]+", each) for each in sizes)
    return small and style.get("overflow", "").split(" ")[0] in ("hidden", "clip")


def _is_on_its_ground(style: Mapping[str, str], ground: Ground) -> bool:
    colour = read_colour(style.get("color", ""))
    if colour is None or ground is None:
        return False
    low, high = sorted((_light(colour), _light(ground)))
    return (high + Decimal("0.05")) / (low + Decimal("0.05")) < UNREADABLE


def _light(colour: Colour) -> Decimal:
    """Return the relative luminance, https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (each / 255 for each in colour)
    ]
    return Decimal(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
