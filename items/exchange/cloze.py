"""Moodle's embedded answers ("Cloze"): gaps inside running text, ``{1:MULTICHOICE:=right~wrong}``.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type. Dropdowns, text boxes and numbers, with their
weights, half answers, capitals and tolerances.
A comment in the HTML separates the question from the text with the gaps.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from items.exchange.arrivals import parse_exact
from items.exchange.departures import write_percent
from items.exchange.markup import LONGEST, html_to_text, text_to_html
from items.exchange.records import LeftOutError
from items.exchange.shapes import ExchangeGap, GapsShape
from items.exchange.wording import answer_words, question_html, reason_words
from items.kinds.gap import CAPITALS, NUMBER, WORDS
from items.kinds.spec import MOST_CHARACTERS, ContentError
from items.phrases import gettext_noop

HERE = "\x01"
BORDER = "<!-- text with gaps -->"
STEM = gettext_noop("Fill each gap.")
FIELD = re.compile(r"\{([0-9]*):([A-Z_]+):((?:\\.|[^}\\]){0,5000})\}", re.DOTALL)
# What begins as a gap and is none: too long, never closed, or in another spelling.
UNREAD = re.compile(r"\{[0-9]*:([A-Za-z_]+):")
CHOICE = frozenset(
    ["MULTICHOICE", "MC", "MULTICHOICE_H", "MCH", "MULTICHOICE_V", "MCV", "MULTICHOICE_S", "MCS"]
    + ["MULTICHOICE_HS", "MCHS", "MULTICHOICE_VS", "MCVS"]
)
COMPARED = {
    **dict.fromkeys(["SHORTANSWER", "SA", "MW"], WORDS),
    **dict.fromkeys(["SHORTANSWER_C", "SAC", "MWC"], CAPITALS),
    **dict.fromkeys(["NUMERICAL", "NM"], NUMBER),
}
NAMES = {WORDS: "SHORTANSWER", CAPITALS: "SHORTANSWER_C", NUMBER: "NUMERICAL"}
HUNDRED, ONE, ZERO = Decimal(100), Decimal(1), Decimal(0)
WEIGHT = re.compile(r"=?%(-?[0-9]{1,3}(?:\.[0-9]*)?)%|=")
ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
STAR = re.compile(r"(?<!\\)\*")
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
        weight = Decimal(found[1] or 1)
        body = ENTITY.sub(_character, found[3])
        gaps.append(_gap(found[2], weight, body, notes, len(gaps) + 1))
        return HERE

    if len(source) > LONGEST:
        raise ContentError(
            "stem", gettext_noop("Shorten this to %(most)s characters."), most=MOST_CHARACTERS
        )
    # The text before the border is the question; braces in it are plain text.
    before, border, after = source.partition(BORDER)
    replaced = FIELD.sub(take, after if border else source)
    if unread := UNREAD.search(replaced):
        raise LeftOutError(
            f"a gap of the type {unread[1][:40]} is spelt otherwise, not closed, or too long"
        )
    cleaned = question_html(replaced, notes)
    stem = question_html(before, notes) if border else ""
    if not border:
        stem, cleaned = _parted(cleaned)
    if not stem:
        stem = text_to_html(STEM)
        notes.append("the question has no words of its own")
    return stem, GapsShape(tuple(html_to_text(cleaned).split(HERE)), tuple(gaps))


def _character(found: re.Match[str]) -> str:
    """Return the character of an entity; those that would be markup stay entities."""
    return html.escape(html.unescape(found[0]), quote=False)


def _parted(cleaned: str) -> tuple[str, str]:
    """Return the paragraphs before the first gap, and the rest."""
    for block in BLOCK.finditer(cleaned):
        if HERE in block[0]:
            return cleaned[: block.start()], cleaned[block.start() :]
    return cleaned, ""


def _field(gap: ExchangeGap, number: int, lost: list[str]) -> str:
    rows = []
    partly = dict(gap.partly)
    texts = gap.options or (*gap.accept, *partly)
    for place, text in enumerate(texts):
        right = place == gap.answer if gap.options else place < len(gap.accept)
        reason = gap.reason if right and (gap.options or place == 0) else ""
        marked = LEADING.match(text)
        sign = "=" if right else f"%{write_percent(partly[text], 5)}%" if text in partly else ""
        if marked and (right or not sign):
            sign = "%100%" if right else "%0%"
        size = f":{gap.tolerance:f}" if gap.compare == NUMBER and not gap.options else ""
        rows.append(f"{sign}{_escaped(text, number, lost)}{size}")
        if reason:
            rows[-1] += f"#{_escaped(reason, number, lost)}"
    if gap.weight != gap.weight.to_integral():
        lost.append(f"gap {number}: how much it counts")
    weight = max(ONE, gap.weight.to_integral())
    name = "MULTICHOICE" if gap.options else NAMES[gap.compare]
    return f"{{{weight:f}:{name}:{'~'.join(rows)}}}"


def _escaped(text: str, number: int, lost: list[str]) -> str:
    words = " ".join(text.split())
    if words != text:
        lost.append(f"gap {number}: line breaks and double spaces")
    return re.sub(r"([\\}#~*])", r"\\\1", html.escape(words, quote=False))


class _Row(NamedTuple):
    text: str
    credit: Decimal
    reason: str


def _gap(kind: str, weight: Decimal, body: str, notes: list[str], number: int) -> ExchangeGap:
    if kind not in CHOICE and kind not in COMPARED:
        raise LeftOutError(f"gap {number} is of the type {kind[:40]}")
    rows = [_row(piece, notes) for piece in _pieces(body, "~")]
    if any(row.credit < 0 for row in rows):
        notes.append(f"gap {number}: an answer that takes points takes nothing here")
    right = [row.reason for row in rows if row.reason and row.credit == ONE]
    reasons = dict.fromkeys(right)
    if len(reasons) > 1:
        notes.append(f"the reasons of gap {number} are joined")
    notes += [
        f"gap {number}: the reason of “{row.text[:40]}” is not kept: {row.reason[:60]}"
        for row in rows
        if row.reason and row.reason not in reasons
    ]
    gap = ExchangeGap(reason="\n".join(reasons), weight=weight)
    if not weight:
        raise LeftOutError(f"gap {number} is worth nothing")
    return (
        _listed(gap, rows, number) if kind in CHOICE else _typed(gap, rows, COMPARED[kind], number)
    )


def _listed(gap: ExchangeGap, rows: list[_Row], number: int) -> ExchangeGap:
    right = [place for place, row in enumerate(rows) if row.credit == ONE]
    if len(right) != 1:
        raise LeftOutError(f"gap {number} has not exactly one right answer")
    texts = tuple(_plain_star(row.text) for row in rows)
    partly = ((_plain_star(row.text), row.credit) for row in rows if ZERO < row.credit < ONE)
    return replace(gap, options=texts, answer=right[0], partly=tuple(partly))


def _typed(gap: ExchangeGap, rows: list[_Row], compare: str, number: int) -> ExchangeGap:
    # A lone star takes any words: with no credit it only gives the reason for wrong ones.
    told = [row for row in rows if not (row.text == "*" and row.credit <= 0)]
    if compare != NUMBER and any(STAR.search(row.text) for row in told):
        raise LeftOutError(f"gap {number} takes any words for *")
    sizes = {ZERO}
    if compare == NUMBER:
        told, sizes = _numbers([row for row in told if row.credit > 0])
    if len(sizes) > 1:
        raise LeftOutError(f"the numbers of gap {number} have different tolerances")
    right = tuple(_plain_star(row.text) for row in told if row.credit == ONE)
    if not right:
        raise LeftOutError(f"gap {number} has no answer that earns everything")
    partly = ((_plain_star(row.text), row.credit) for row in told if ZERO < row.credit < ONE)
    return replace(gap, accept=right, partly=tuple(partly), compare=compare, tolerance=sizes.pop())


def _numbers(rows: list[_Row]) -> tuple[list[_Row], set[Decimal]]:
    """Return the rows with their numbers alone, and the tolerances they have."""
    found, sizes = [], set()
    for row in rows:
        number, _colon, tolerance = row.text.partition(":")
        found.append(row._replace(text=f"{parse_exact(number, 'gaps'):f}"))
        sizes.add(parse_exact(tolerance, "tolerance") if tolerance.strip() else ZERO)
    return found, sizes or {ZERO}


def _row(piece: str, notes: list[str]) -> _Row:
    words, *reason = _pieces(piece, "#")
    weight = WEIGHT.match(words)
    text = words[weight.end() :] if weight else words
    credit = ZERO if weight is None else Decimal(weight[1]) / HUNDRED if weight[1] else ONE
    return _Row(
        answer_words(_shown(text), notes).strip(),
        credit,
        reason_words(_plain_star(_shown("#".join(reason))), notes),
    )


def _plain_star(text: str) -> str:
    return text.replace("\\*", "*")


def _pieces(text: str, sign: str) -> list[str]:
    found = [""]
    for piece in re.findall(r"\\.|[^\\]|\\$", text, re.DOTALL):
        if piece == sign:
            found.append("")
        else:
            found[-1] += piece
    return found


def _shown(text: str) -> str:
    return re.sub(r"\\([^*])", r"\1", text, flags=re.DOTALL).strip()
