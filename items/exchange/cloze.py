"""Moodle's embedded answers ("Cloze"): gaps inside running text, ``{1:MULTICHOICE:=right~wrong}``.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type. Dropdowns and text boxes only.
A comment in the HTML separates the question from the text with the gaps.
"""

from __future__ import annotations

import html
import re

from items.exchange.markup import LONGEST, clean_html, html_to_text, text_to_html
from items.exchange.records import LeftOutError
from items.exchange.shapes import ExchangeGap, GapsShape
from items.kinds.spec import MOST_CHARACTERS, ContentError
from items.phrases import gettext_noop

HERE = "\x01"
BORDER = "<!-- text with gaps -->"
STEM = gettext_noop("Fill each gap.")
FIELD = re.compile(r"\{([0-9]*):([A-Z_]+):((?:\\.|[^}\\]){0,5000})\}", re.DOTALL)
CHOICE = frozenset(
    [
        "MULTICHOICE",
        "MC",
        "MULTICHOICE_H",
        "MCH",
        "MULTICHOICE_V",
        "MCV",
        "MULTICHOICE_S",
        "MCS",
        "MULTICHOICE_HS",
        "MCHS",
        "MULTICHOICE_VS",
        "MCVS",
    ]
)
TYPED = frozenset(["SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"])
WEIGHT = re.compile(r"=|%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
LEADING = re.compile(r"[=%]")
BLOCK = re.compile(r"<(p|ul|ol)>.*?</\1>", re.DOTALL)


def write_cloze(shape: GapsShape, lost: list[str]) -> str:
    """Return the text with its gaps as HTML for the end of a question."""
    text = HERE.join(shape.segments)
    body = text_to_html(text)
    if html_to_text(body) != text:
        lost.append("text: double spaces and empty lines")
    body = body.replace("{", "&#123;")
    for number, gap in enumerate(shape.gaps, start=1):
        body = body.replace(HERE, _field(gap, number, lost), 1)
    return BORDER + body


def read_cloze(source: str, notes: list[str]) -> tuple[str, GapsShape]:
    """Return the question and its gaps. Raises LeftOutError where a gap is neither choice nor words."""
    gaps: list[ExchangeGap] = []

    def take(found: re.Match[str]) -> str:
        gaps.append(_gap(found[2], html.unescape(found[3]), notes))
        return HERE

    if len(source) > LONGEST:
        raise ContentError(
            "stem", gettext_noop("Shorten this to %(most)s characters."), most=MOST_CHARACTERS
        )
    # The text before the border is the question; braces in it are plain text.
    before, border, after = source.partition(BORDER)
    cleaned, dropped = clean_html(FIELD.sub(take, after if border else source))
    notes += [f"{name} is not kept in the question" for name in dropped]
    stem = clean_html(before)[0] if border else ""
    if not border:
        stem, cleaned = _parted(cleaned)
    if not stem:
        stem = text_to_html(STEM)
        notes.append("the question has no words of its own")
    return stem, GapsShape(tuple(html_to_text(cleaned).split(HERE)), tuple(gaps))


def _parted(cleaned: str) -> tuple[str, str]:
    """Return the paragraphs before the first gap, and the rest."""
    for block in BLOCK.finditer(cleaned):
        if HERE in block[0]:
            return cleaned[: block.start()], cleaned[block.start() :]
    return cleaned, ""


def _field(gap: ExchangeGap, number: int, lost: list[str]) -> str:
    rows = []
    for place, text in enumerate(gap.options or gap.accept):
        right = not gap.options or place == gap.answer
        reason = gap.reason if right and (gap.options or place == 0) else ""
        sign = "=" if right else "%0%" if LEADING.match(text) else ""
        rows.append(f"{sign}{_escaped(text, number, lost)}")
        if reason:
            rows[-1] += f"#{_escaped(reason, number, lost)}"
    return f"{{1:{'MULTICHOICE' if gap.options else 'SHORTANSWER'}:{'~'.join(rows)}}}"


def _escaped(text: str, number: int, lost: list[str]) -> str:
    words = " ".join(text.split())
    if words != text:
        lost.append(f"gap {number}: line breaks and double spaces")
    return re.sub(r"([\\}#~])", r"\\\1", html.escape(words, quote=False))


def _gap(kind: str, body: str, notes: list[str]) -> ExchangeGap:
    if kind not in CHOICE | TYPED:
        raise LeftOutError(f"gaps of the type {kind[:40]}")
    rows = [_row(piece) for piece in _pieces(body, "~")]
    reasons = dict.fromkeys(reason for _text, _right, reason in rows if reason)
    if len(reasons) > 1:
        notes.append("the reasons of a gap are joined")
    reason = "\n".join(reasons)
    right = [place for place, (_text, fits, _reason) in enumerate(rows) if fits]
    if kind in TYPED:
        return ExchangeGap(accept=tuple(rows[place][0] for place in right), reason=reason)
    if len(right) != 1:
        raise LeftOutError("a gap without exactly one right answer")
    return ExchangeGap(tuple(text for text, _fits, _reason in rows), right[0], reason=reason)


def _row(piece: str) -> tuple[str, bool, str]:
    words, *reason = _pieces(piece, "#")
    weight = WEIGHT.match(words)
    right = weight is not None and (weight[0] == "=" or weight[1] == "100")
    text = words[weight.end() :] if weight else words
    return _shown(text), right, _shown("#".join(reason))


def _pieces(text: str, sign: str) -> list[str]:
    found = [""]
    for piece in re.findall(r"\\.|[^\\]|\\$", text, re.DOTALL):
        if piece == sign:
            found.append("")
        else:
            found[-1] += piece
    return found


def _shown(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL).strip()
