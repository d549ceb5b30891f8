"""GIFT, Moodle's text format: https://docs.moodle.org/en/GIFT_format.

Read as Moodle reads it (``question/format/gift/format.php``): questions are parted by blank lines, the
first ``{`` and ``}`` that are not escaped hold the answers, ``\\~ \\= \\# \\{ \\} \\: \\\\ \\n`` are escapes.
The code and our settings travel in a comment, as Moodle 3.6 and later write them:
``// [id:P1-01] [tag:principle:P1]``. Ordering uses the form of Moodle's ordering question, ``{>4 ALL …}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from items.exchange import gift_answers, gift_words
from items.exchange.arrivals import reading_of
from items.exchange.departures import question_of
from items.exchange.gift_words import escaped, marked, said
from items.exchange.markup import clean, html_of, is_plain, looks_like_html, text_of
from items.exchange.records import LeftOut, Loss, Problem, Reading, ReadItem, Unreadable, Writing
from items.exchange.shapes import Nothing, Question, Shape
from items.exchange.texts import decoded
from items.kinds.spec import ContentError

ID = re.compile(r"\[id:((?:\\.|[^\]\\])+)\]")
TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])+)\]")
HIDDEN = re.compile(r"\\(.)")


def read(data: bytes, name: str) -> Reading:
    """Return the questions of a GIFT file. Never raises: what cannot be read is a problem with its line."""
    try:
        text = decoded(data)
    except Unreadable as fault:
        return fault.reading()
    return reading_of(_questions(text), name)


def write(items: Sequence[ReadItem]) -> Writing:
    """Return a GIFT file and what it could not hold: hints, gaps, surveys and reasons of single rows."""
    blocks: list[str] = []
    losses: list[Loss] = []
    for item in items:
        question, lost = question_of(item)
        losses += lost
        if question is None:
            continue
        try:
            blocks.append(_block(question, losses))
        except LeftOut as fault:
            losses.append(Loss(question.name, f"left out: {fault}"))
    return Writing("\n".join(blocks).encode(), tuple(losses))


def _block(question: Question, losses: list[Loss]) -> str:
    plain = is_plain(question.stem)
    answers, more = gift_answers.written(question, plain=plain)
    losses += [Loss(question.name, what) for what in more]
    if question.hint:
        losses.append(Loss(question.name, "hint"))
    tags = "".join(f" [tag:{_hidden(tag)}]" for tag in question.tags)
    stem = escaped(text_of(question.stem)) if plain else escaped(question.stem)
    head = f"// [id:{_hidden(question.name)}]{tags}\n::{escaped(question.name)}::"
    return f"{head}[{'plain' if plain else 'html'}]{stem}{answers}\n"


def _hidden(value: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", value)


def _questions(text: str) -> Iterator[Question | Problem]:
    for line, lines in _blocks(text):
        comments = "\n".join(each for each in lines if each.lstrip().startswith("//"))
        kept = ["" if each.lstrip().startswith("//") else each for each in lines]
        whole = "\n".join(kept)
        first = line + next((n for n, each in enumerate(kept) if each.strip()), 0)
        if not whole.strip():
            continue
        if whole.lstrip().startswith("$CATEGORY:"):
            yield Problem("", first, "left out: categories have no place here", fatal=False)
            continue
        yield from gift_words.doubts(whole, line)
        try:
            yield _question(marked(whole), comments, line, first)
        except LeftOut as fault:
            yield Problem(_title(whole), first, f"left out: {fault}", fatal=False)
        except Unreadable as fault:
            yield Problem(_title(whole), fault.line, fault.message)
        except ContentError as fault:
            yield Problem(_title(whole), first, str(fault))


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return what stands between blank lines, with the number of its first line."""
    lines: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            lines.append(line)
        elif lines:
            yield number - len(lines), lines
            lines = []


def _title(whole: str) -> str:
    found = re.match(r"\s*::(.{1,60}?)::", whole)
    return found[1] if found else ""


def _question(text: str, comments: str, line: int, first: int) -> Question:
    """`text` begins on `line` of the file, with empty lines where comments stood."""
    title, rest, line = _titled(text, line)
    before, answers, after, start = gift_words.parts(rest, line)
    notes: list[str] = []
    form, stem = _stem(f"{before}_____{after}" if after.strip() else before, notes)
    shape: Shape = Nothing()
    if answers is None:
        feedback = ""
    else:
        body, _marks, general = answers.rpartition("####")
        body = body if _marks else answers
        feedback = said(general, form, notes) if _marks else ""
        shape = gift_answers.read(body, form, start, notes)
    found = ID.search(comments)
    return Question(
        name=HIDDEN.sub(r"\1", found[1]) if found else title,
        stem=stem,
        shape=shape,
        feedback=feedback,
        tags=tuple(HIDDEN.sub(r"\1", tag) for tag in TAG.findall(comments)),
        line=first,
        notes=tuple(notes),
    )


def _titled(text: str, line: int) -> tuple[str, str, int]:
    """Return the title, the rest, and the line on which the rest begins."""
    lead = len(text) - len(text.lstrip())
    line += text.count("\n", 0, lead)
    text = text[lead:]
    if not text.startswith("::"):
        return "", text, line
    end = text.find("::", 2)
    if end < 0:
        raise Unreadable("The name that begins with :: does not end with ::.", line)
    return gift_words.shown(text[2:end]).strip(), text[end + 2 :], line + text.count("\n", 0, end)


def _stem(text: str, notes: list[str]) -> tuple[str, str]:
    """Return the form of a question's words, and the words as cleaned HTML."""
    form, words = gift_words.formed(text, "")
    if form == "html" or (form in ("", "moodle") and looks_like_html(words)):
        cleaned, dropped = clean(words)
        notes += [f"{name} is not kept in the question" for name in dropped]
        return form or "html", cleaned
    if form == "markdown":
        notes.append("Markdown is kept as typed")
    return form or "plain", html_of(words)
