"""The words of questions, answers and reasons from HTML: what is lost on the way is named or keeps a question out."""

from __future__ import annotations

import re
from html import escape

from items.exchange.markup import (
    LONGEST,
    clean_html,
    html_to_text,
    looks_like_html,
    text_to_html,
)
from items.exchange.readable import SHOWN, holds_tex, say_layout
from items.exchange.records import LeftOutError
from items.exchange.unseen_words import drop_unseen

LOST = frozenset(f"<{tag}>" for tag in SHOWN | {"sup", "sub", "s", "strike", "del"})
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
DESCRIBED = "a picture is kept as the words that describe it"
STRUCK = frozenset({"<s>", "<strike>", "<del>"})
EMPHASIS = ("<b>", "<i>", "<em>", "<strong>")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
COMMENTS = "comments of the file are left out"
LOOKS = re.compile(r"<[a-zA-Z!]")
# What Markdown shows as it is typed, and what stands for it meanwhile.
CODE = re.compile(r"```+[^`]*```+|`+(?:[^`\n]|\n(?!\n))+`+")
ASIDE = re.compile("\x02([0-9]+)\x02")
Notes = list[str]


def question_html(source: str, notes: Notes) -> str:
    """Return the question as cleaned HTML; a note names each thing that is not kept."""
    said = _said(source, notes)
    cleaned, dropped = clean_html(said)
    if struck := STRUCK.intersection(dropped):
        raise LeftOutError(f"the question shows {min(struck)}, words that are struck through")
    notes += [f"{name} is not kept in the question" for name in dropped]
    _note_tex(cleaned, notes)
    return cleaned


def plain_question(text: str, notes: Notes) -> str:
    """Return a question that is plain text as HTML."""
    _note_tex(text, notes)
    return text_to_html(text)


def markdown_words(source: str, notes: Notes) -> str:
    """Return Markdown as it is typed, without the comments and the hidden words of the HTML within it."""
    code: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        code.append(found[0])
        return f"\x02{len(code) - 1}\x02"

    if len(source) > LONGEST or "\x02" in source or not LOOKS.search(source):
        return source
    outside = CODE.sub(put_aside, source)
    said, unseen = drop_unseen(COMMENT.sub("", outside))
    if COMMENT.search(outside):
        notes.append(COMMENTS)
    elif not unseen:
        return source
    notes += unseen
    shown = said.replace("&lt;", "<")  # a sign of which no tag follows
    return ASIDE.sub(lambda found: code[int(found[1])], shown)


def reason_words(source: str, notes: Notes) -> str:
    """Return the words of a reason or an explanation; a note names each thing that is not kept."""
    # Who reads a reason has answered: what opens on request there gives nothing away.
    said = _said(source, notes, unfold=True)
    _cleaned, dropped = clean_html(said)
    notes += [f"{name} is not kept in a reason" for name in dropped]
    return html_to_text(said)


def answer_words(source: str, notes: Notes) -> str:
    """Return the words of an answer. Raises LeftOutError where it shows something that is not words."""
    said = _said(source, notes)
    cleaned, dropped = clean_html(said)
    lost = [name for name in dropped if name in LOST]
    if lost:
        raise LeftOutError(f"an answer shows {', '.join(lost)}, which is not words")
    if cleaned and PICTURE.search(source) and not html_to_text(say_layout(PICTURE.sub("", source))):
        raise LeftOutError("an answer is nothing but a picture")
    notes += [f"{name} is not kept in an answer" for name in dropped]
    if any(tag in cleaned for tag in EMPHASIS):
        notes.append("bold and italic words of an answer are kept as plain words")
    _note_tex(cleaned, notes)
    return html_to_text(cleaned)


def shown_words(text: str, notes: Notes) -> str:
    """Return the words of an answer of which a file does not say whether they are HTML. Raises LeftOutError."""
    return answer_words(text, notes) if looks_like_html(text) else text


def write_shown(text: str, lost: list[str]) -> str:
    """Return plain text for a place whose words `shown_words` reads, and add to `lost` what is lost there.

    It is HTML where it would be read as such."""
    return write_as_html(text, lost, "markup") if looks_like_html(text) else text


def write_as_html(text: str, lost: list[str], sign: str) -> str:
    """Return plain text, in which a sign would be misread, as HTML; spaces that HTML does not keep are lost."""
    kept = html_to_text(_inline(text))
    if kept != text:
        lost.append(f"double spaces beside {sign}")
    return _inline(kept)


def _inline(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in text.split("\n"))


def _said(source: str, notes: Notes, *, unfold: bool = False) -> str:
    if len(source) > LONGEST:
        return source  # cleaning refuses it
    source, unseen = drop_unseen(source, unfold=unfold)
    notes += unseen
    said = say_layout(source)
    if len(PICTURE.findall(said)) < len(PICTURE.findall(source)):
        notes.append(DESCRIBED)
    return said


def _note_tex(text: str, notes: Notes) -> None:
    if holds_tex(text):
        notes.append("a formula in TeX is shown as it is typed")
