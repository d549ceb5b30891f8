"""What HTML says by its layout, as words: raised and lowered signs, formulas, and what a picture shows.

Our questions and answers have no element for them. ``10<sup>3</sup>`` becomes 10³ and ``10<sub>3</sub>`` 10₃,
a formula in MathML is written on one line, a picture with a description becomes that description. What cannot be
said in words stays an element, so that cleaning names it, and an answer with it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from html.parser import HTMLParser

from items.kinds.spec import ContentError
from items.phrases import gettext_noop

RAISED = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
FRACTIONS = {
    unicodedata.normalize("NFKC", sign).replace("⁄", "/"): sign for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
}
# Elements that show what is not words.
SHOWN = frozenset(
    {"img", "object", "audio", "video", "svg", "embed", "canvas", "iframe", "math", "applet"}
    | {"picture", "map", "input", "select", "textarea", "button", "table", "hr", "ruby"}
)
SPECIAL = re.compile(r"<(?:sup|sub|math|img)\b", re.IGNORECASE)
SIMPLE = re.compile(r"[\w.]*|\([^()]*\)")
TEX = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"))
DEEPEST = 50
WORDS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
ROWS = frozenset({"math", "mrow", "mstyle", "mpadded", "merror"})
Tree = tuple[str, list["Tree | str"]]


def say_layout(source: str) -> str:
    """Return HTML in which raised and lowered signs, formulas and described pictures are words."""
    if not SPECIAL.search(source):
        return source
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.text()


def holds_tex(text: str) -> bool:
    """Tell whether a text holds a formula in TeX, which is shown as it is typed."""
    return any(_stands_between(text, begin, end) for begin, end in TEX)


def _stands_between(text: str, begin: str, end: str) -> bool:
    # Looked for once from the left: a pattern would try every beginning again.
    start = text.find(begin)
    return start >= 0 and text.find(end, start + len(begin) + 1) >= 0


def raise_signs(text: str) -> str:
    """Return words as they are written above the line: raised signs where there are some, else ``^(…)``."""
    return _shifted(text, RAISED, "^")


def lower_signs(text: str) -> str:
    """Return words as they are written below the line."""
    return _shifted(text, LOWERED, "_")


def _shifted(text: str, signs: dict[int, int], otherwise: str) -> str:
    words = " ".join(text.split())
    if all(ord(char) in signs for char in words):
        return words.translate(signs)
    return f"{otherwise}{words}" if len(words) == 1 else f"{otherwise}({words})"


def write_formula(tree: Tree | str) -> str | None:
    """Return a formula in MathML on one line, None where a line cannot hold it."""
    if isinstance(tree, str):
        return " ".join(tree.split())
    tag, children = tree
    if tag in WORDS:
        return "".join(each for each in children if isinstance(each, str)).strip()
    parts = [write_formula(each) for each in children if not isinstance(each, str) or each.strip()]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _written(tag, known)


def _written(tag: str, parts: list[str]) -> str | None:
    if tag in ROWS:
        return "".join(parts)
    if tag == "semantics":
        return parts[0] if parts else ""
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    if tag == "mfenced":
        return f"({', '.join(parts)})"
    if tag in ("annotation", "annotation-xml", "mspace"):
        return " " if tag == "mspace" else ""
    return _pair(tag, parts)


def _pair(tag: str, parts: list[str]) -> str | None:
    if tag == "mfrac" and len(parts) == 2:
        over, under = (part if SIMPLE.fullmatch(part) else f"({part})" for part in parts)
        return FRACTIONS.get(f"{over}/{under}", f"{over}/{under}")
    if tag == "msup" and len(parts) == 2:
        return f"{parts[0]}{raise_signs(parts[1])}"
    if tag == "msub" and len(parts) == 2:
        return f"{parts[0]}{lower_signs(parts[1])}"
    if tag == "msubsup" and len(parts) == 3:
        return f"{parts[0]}{lower_signs(parts[1])}{raise_signs(parts[2])}"
    return None


class _Reader(HTMLParser):
    """Passes HTML on, and says what stands in raised, lowered, picture and formula elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[list[str]] = [[]]
        self._shifted: list[str] = []
        self._formula: list[Tree] = []
        self._is_deep = False

    def text(self) -> str:
        """Return the HTML; an element that never ended ends here."""
        while self._shifted:
            self._shift(self._shifted[-1])
        return "".join(self._out[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._formula or tag == "math":
            self._is_deep |= len(self._formula) >= DEEPEST
            if not self._is_deep:
                self._formula.append((tag, []))
        elif tag in ("sup", "sub"):
            if len(self._shifted) >= DEEPEST:
                raise ContentError(
                    "stem",
                    gettext_noop("Nest the markup at most %(most)s levels deep."),
                    most=DEEPEST,
                )
            self._shifted.append(tag)
            self._out.append([])
        elif tag == "img" and (told := (dict(attrs).get("alt") or "").strip()):
            self._out[-1].append(escape(f"({told})", quote=False))
        else:
            self._out[-1].append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._formula or tag in ("sup", "sub"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._formula:
            self._end_formula(tag)
        elif tag in ("sup", "sub"):
            if tag in self._shifted:
                self._shift(tag)
        else:
            self._out[-1].append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._formula:
            self._formula[-1][1].append(data)
        else:
            self._out[-1].append(escape(data, quote=False))

    def _shift(self, tag: str) -> None:
        while self._shifted:
            last, inner = self._shifted.pop(), "".join(self._out.pop())
            words = raise_signs if last == "sup" else lower_signs
            # What is raised may hold markup; only words can be raised.
            said = inner if "<" in inner else escape(words(_plain(inner)), quote=False)
            self._out[-1].append(
                said if said != inner or not inner else f"<{last}>{inner}</{last}>"
            )
            if last == tag:
                return

    def _end_formula(self, tag: str) -> None:
        if tag not in (each[0] for each in self._formula):
            return
        while True:
            done = self._formula.pop()
            if self._formula:
                self._formula[-1][1].append(done)
            if done[0] == tag:
                break
        if not self._formula:
            words = None if self._is_deep else write_formula(done)
            self._is_deep = False
            said = "<math></math>" if words is None else escape(words, quote=False)
            self._out[-1].append(said)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
