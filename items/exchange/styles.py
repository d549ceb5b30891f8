"""What a style sheet, a class or an attribute of HTML says of words: that nobody sees them, or that they mean more.

Only what is written at an element is known; the sheets of the site that a file comes from are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from colorsys import hls_to_rgb
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

Attributes = Sequence[tuple[str, str | None]]
Colour = tuple[int, int, int]
Ground = Colour | None
WHITE: Colour = (255, 255, 255)
SEE_THROUGH = frozenset({"none", "transparent", "inherit", "initial", "unset"})
# Classes with which the usual sheets (Bootstrap, Moodle, Tailwind, Drupal, WordPress) hide words.
HIDING = frozenset(
    {"d-none", "hidden", "hide", "invisible", "visually-hidden", "visuallyhidden", "sr-only", "accesshide"}
    | {"is-hidden", "display-none", "element-invisible", "element-hidden", "screen-reader-text", "offscreen"}
    | {"visually-hidden-focusable", "sr-only-focusable", "opacity-0", "text-hide", "ng-hide", "noshow"}
)  # fmt: skip
# Their relatives in other sheets: ``qti-visually-hidden``, ``u-hidden``, ``hidden-xs``.
RELATIVES = re.compile(
    r"(?:[^\W_]+[-_]+)*(?:hidden|invisible|sr[-_]?only)(?:[-_](?:xs|sm|md|lg|xl|focusable|accessible))?"
)
NOT_RELATIVES = re.compile(r"(?:not|overflow|backface)[-_].*")
# On a screen of some size they are shown: ``d-none d-md-block``.
SHOWN_WIDE = re.compile(
    r"d-(?:sm|md|lg|xl|xxl|print)-(?!none)\S+|(?:sm|md|lg|xl|2xl):(?:block|inline|flex|grid|table)\S*"
)
NOTHING = r"(?:0+(?:\.0*)?|\.0+)"
# So far out that no screen has it, in pixels, in letters and in parts of the screen.
FAR = r"(?:-\d{4,9}px|[5-9]\d{3}px|\d{5,9}px|-?\d{3,9}(?:\.\d{1,9})?(?:r?em|ex|ch|pt|pc|cm|mm|in|v[wh]))"
# The values by which each property hides the words of its element.
HIDDEN_BY: Mapping[str, re.Pattern[str]] = {
    "display": re.compile("none"),
    "visibility": re.compile("hidden|collapse"),
    "content-visibility": re.compile("hidden"),
    "opacity": re.compile(rf"{NOTHING}%?|0*\.0\d*"),
    "font-size": re.compile(rf"{NOTHING}(?:[a-z]+|%)?|1p[xt]|0*\.\d+p[xt]|0*\.0\d*r?em"),
    "zoom": re.compile(f"{NOTHING}%?"),
    "filter": re.compile(rf".*\bopacity(?:\(\s*|=){NOTHING}%?\s*\).*"),
    "mso-hide": re.compile("all"),
    "clip": re.compile(r"rect\(\s*[01]px.*|rect\(\s*0[\s,].*"),
    "clip-path": re.compile(r"inset\(\s*(?:50|100)%.*|circle\(\s*0.*"),
    "text-indent": re.compile(r"-\d{3,}.*"),
    "transform": re.compile(
        rf".*\bscale(?:3d|[xy])?\(\s*{NOTHING}\s*[,)].*|.*\btranslate(?:3d|[xy])?\([^()]*{FAR}.*"
    ),
    "scale": re.compile(NOTHING),
    "translate": re.compile(rf"{FAR}.*"),
    **dict.fromkeys(
        ("mask", "mask-image"), re.compile(r".*\(\s*transparent\s*,\s*transparent\s*\).*")
    ),
    **dict.fromkeys(("left", "right", "top", "bottom"), re.compile(rf"{FAR}|-\d{{3,}}%")),
    **dict.fromkeys(("margin-left", "margin-top"), re.compile(FAR)),
    **dict.fromkeys(("color", "-webkit-text-fill-color"), re.compile("transparent")),
}
# What makes other words of the words, and is not kept.
CHANGING = {"text-transform": "none", "unicode-bidi": "normal"}
RAISED = {"super": "sup", "sub": "sub", "text-top": "sup", "text-bottom": "sub"}
SCRIPT = re.compile(r"(?:[^\W_]+[-_]+)*(super|sub)script")
LENGTH = re.compile(r"([+-]?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9}))([a-z]+|%)")
# What stands on lines of its own: a shift of it is layout.
WHOLE = frozenset(
    {"p", "div", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "section", "article", "figure", "body"}
)  # fmt: skip
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
WORD = re.compile(r"(?:rgb|hsl)a?\([^()]*\)|[^\s()]+")
SHADE = re.compile(
    r"hsla?\(\s*(\d{1,3})(?:\.\d*)?(?:deg)?[\s,]+(\d{1,3})(?:\.\d*)?%?[\s,]+(\d{1,3})(?:\.\d*)?%?"
    r"(?:[\s,/]+([\d.]+)%?)?\s*\)"
)
ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
SHEET = re.compile(r"<style\b[^>]*>(.*?)(?:</style|\Z)", re.IGNORECASE | re.DOTALL)
# The names of classes and ids in a selector, and of elements.
NAME = re.compile(r"[.#][\w-]+")
PART = re.compile(r"[a-zA-Z][\w-]*")
APART = re.compile(r"[\s>+~]+")
ASIDE = re.compile(r"\[[^\[\]]*\]|:[^\s>+~]*")
# Rules that hide or change words, in one sheet: of more, which words they reach is not looked for.
MOST_FAULTS = 1_000
# Words of this contrast to the ground cannot be read: #eee on white has 1.16.
UNREADABLE = Decimal("1.2")


def read_style(attrs: Attributes) -> dict[str, str]:
    """Return the declarations at an element in small letters, and what older attributes say as declarations."""
    said = {name: value or "" for name, value in attrs}
    found = {new: said[old].strip().casefold() for old, new in OLDER.items() if old in said}
    if not PALE.isdisjoint(said.get("class", "").casefold().split()):
        found["color"] = "white"
    for each in _without_escapes(_without_comments(said.get("style", ""))).split(";"):
        name, colon, value = each.partition(":")
        if colon:
            found[name.strip().casefold()] = value.partition("!")[0].strip().casefold()
    return found


OLDER = {"color": "color", "bgcolor": "background-color"}


def _without_comments(sheet: str) -> str:
    first, *rest = sheet.split("/*")
    return first + "".join(each.partition("*/")[2] for each in rest)


def _without_escapes(sheet: str) -> str:
    def plain(found: re.Match[str]) -> str:
        return chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[2]

    return ESCAPED.sub(plain, sheet) if "\\" in sheet else sheet


class NamedParts(NamedTuple):
    """What selectors can name in some words: elements, and classes (``.a``) and ids (``#b``) of elements."""

    tags: frozenset[str]
    names: frozenset[str]


def find_sheet_fault(source: str) -> str:
    """Return what a style sheet within HTML does to words: which of them, only a browser can tell."""
    faults = (fault for sheet in SHEET.findall(source) for _rule, fault in _find_faults(sheet))
    return next(faults, "")


def find_linked_fault(sheet: str, parts: NamedParts) -> str:
    """Return what a style sheet does to the words it can reach: those in elements that its selectors name."""
    faults = _list_faults(sheet)
    many = len(faults) > MOST_FAULTS
    return next((fault for rule, fault in faults if many or _may_reach(rule, parts)), "")


@lru_cache(maxsize=8)
def _list_faults(sheet: str) -> tuple[tuple[str, str], ...]:
    """Return what is found in a sheet; all items of a package share a few."""
    return tuple(_find_faults(sheet))


def _find_faults(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors of rules that hide or change words, and what they do; none for another sheet."""
    sheet = _without_comments(sheet)
    if "@import" in sheet:
        yield "", "its words come with a style sheet that takes in another"
    for selectors, said in _find_rules(sheet):
        attrs = [("style", said)]
        style = read_style(attrs)
        if is_hidden(attrs, style, find_ground(attrs, style, WHITE)):
            yield selectors, "its words come with a style sheet that hides some of them"
        elif (
            style.get("content", "none").strip(" \"'") not in ("", "none", "normal")
            or find_changes(style)
            or find_meaning("span", attrs, style)
        ):
            yield selectors, "its words come with a style sheet that makes other words of them"


def _find_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the declarations of each rule, also of rules within others."""
    pieces = sheet.split("{")
    for place, (before, inside) in enumerate(pairwise(pieces), start=2):
        said, brace, _rest = inside.partition("}")
        if brace or place == len(pieces):
            yield before.rpartition("}")[2], said


def _may_reach(selectors: str, parts: NamedParts) -> bool:
    """Tell whether one of some selectors can reach an element: what it asks of that element itself is there.

    Whatever it asks beside names counts as met."""
    for each in _without_escapes(selectors).rpartition(";")[2].split(","):
        last = APART.split(ASIDE.sub("", each).strip())[-1]
        names = NAME.findall(last)
        tags = PART.findall(NAME.sub(" ", last))
        if parts.names.issuperset(names) and parts.tags.issuperset(map(str.casefold, tags)):
            return True
    return False


def is_hidden(attrs: Attributes, style: Mapping[str, str], ground: Ground) -> bool:
    """Tell whether nobody sees the words of an element that stands on a ground of this colour."""
    said = {name: value or "" for name, value in attrs}
    names = said.get("class", "").casefold().split()
    if any(map(_hides, names)) and not any(map(SHOWN_WIDE.fullmatch, names)):
        return True
    if "collapse" in names and "show" not in names and "in" not in names:
        return True
    if "hidden" in said or "popover" in said or said.get("size", "").strip() == "0":
        return True
    if _is_see_through(style.get("color", "")):
        return True
    if any(name in style and what.fullmatch(style[name]) for name, what in HIDDEN_BY.items()):
        return True
    return _is_clipped(style) or _is_on_its_ground(style, ground)


def _hides(name: str) -> bool:
    return name in HIDING or bool(RELATIVES.fullmatch(name) and not NOT_RELATIVES.match(name))


def find_ground(attrs: Attributes, style: Mapping[str, str], around: Ground) -> Ground:
    """Return the colour behind the words of an element; None where a picture or a sheet says it."""
    behind = " ".join(style.get(name, "") for name in ("background-color", "background"))
    words = WORD.findall(behind)
    for word in words:
        if (found := read_colour(word)) is not None:
            return found
    clear = all(word in SEE_THROUGH or _is_see_through(word) for word in words)
    names = (dict(attrs).get("class") or "").casefold().split()
    says = "background-image" in style or any(map(GROUNDS.fullmatch, names))
    return None if says or not clear else around


def find_meaning(tag: str, attrs: Attributes, style: Mapping[str, str]) -> list[str]:
    """Return the elements that say what a style says: that words are raised, lowered or struck through."""
    shift = "" if tag in WHOLE else _named_shift(attrs, style) or _measured_shift(style)
    tags = [shift] if shift else []
    struck = (style.get(name, "") for name in ("text-decoration", "text-decoration-line"))
    return [*tags, "s"] if any("line-through" in each for each in struck) else tags


def _named_shift(attrs: Attributes, style: Mapping[str, str]) -> str:
    for name in ("vertical-align", "font-variant-position", "baseline-shift"):
        if style.get(name) in RAISED:
            return RAISED[style[name]]
    found = map(SCRIPT.fullmatch, (dict(attrs).get("class") or "").casefold().split())
    return next((RAISED[each[1]] for each in found if each), "")


def _measured_shift(style: Mapping[str, str]) -> str:
    """Return which way a length moves words off their line; one of a pixel only sets them right."""
    moved = style.get("position") == "relative"
    for name, up in (("vertical-align", 1), ("mso-text-raise", 1), ("top", -1), ("bottom", 1)):
        found = LENGTH.fullmatch(style.get(name, ""))
        if not found or (name in ("top", "bottom") and not moved):
            continue
        size = Decimal(found[1])
        if size and not (found[2] == "px" and abs(size) <= 1):
            return "sup" if size * up > 0 else "sub"
    return ""


def find_changes(style: Mapping[str, str]) -> list[str]:
    """Name the properties that make other words of the words."""
    return [name for name, usual in CHANGING.items() if style.get(name, usual) != usual]


def read_colour(text: str) -> Colour | None:
    """Return a colour that is not see-through; None for one that is not known."""
    if _is_see_through(text):
        return None
    if found := HEX.fullmatch(text):
        digits = found[1] if len(found[1]) > 4 else "".join(sign * 2 for sign in found[1])
        red, green, blue = (int(digits[n : n + 2], 16) for n in (0, 2, 4))
        return (red, green, blue)
    if found := PARTS.fullmatch(text):
        red, green, blue = (min(int(found[n]), 255) for n in (1, 2, 3))
        return (red, green, blue)
    if found := SHADE.fullmatch(text):
        turn, strong, light = (int(found[n]) / size for n, size in ((1, 360), (2, 100), (3, 100)))
        parts = hls_to_rgb(turn, min(light, 1.0), min(strong, 1.0))
        red, green, blue = (round(part * 255) for part in parts)
        return (red, green, blue)
    return NAMED.get(text)


def _is_see_through(text: str) -> bool:
    """Tell whether the fourth part of a colour says that nothing of it is seen."""
    if found := HEX.fullmatch(text):
        return len(found[1]) in (4, 8) and not found[1][3 * len(found[1]) // 4 :].strip("0")
    shown = PARTS.fullmatch(text) or SHADE.fullmatch(text)
    return bool(shown and shown[4]) and not shown[4].strip("0.") if shown else False


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
