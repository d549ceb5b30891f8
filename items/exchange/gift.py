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
from items.exchange.arrivals import collect_items, left_out
from items.exchange.departures import question_from_item
from items.exchange.gift_words import escape_gift, mark_escapes, plain_reason
from items.exchange.markup import html_to_text, is_plain_text, looks_like_html
from items.exchange.records import (
    ExchangeItem,
    ExportLoss,
    FileProblem,
    FileReading,
    FileWriting,
    LeftOutError,
    UnreadableFileError,
)
from items.exchange.shapes import ExchangeQuestion, NothingShape, Shape
from items.exchange.text_held import GIFT_RULES
from items.exchange.texts import decode_text
from items.exchange.wording import markdown_words, plain_question, question_html
from items.kinds.spec import ContentError

ID = re.compile(r"\[id:((?:\\.|[^\]\\])+)\]")
TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])+)\]")
HIDDEN = re.compile(r"\\(.)")


def read_gift(data: bytes, name: str) -> FileReading:
    """Return the questions of a GIFT file. Never raises: what cannot be read is a problem with its line."""
    try:
        text = decode_text(data)
    except UnreadableFileError as fault:
        return fault.reading()
    found = list(_questions(text))
    if not any(isinstance(each, ExchangeQuestion) and not _is_bare(each) for each in found):
        # Words without a single answer, name or format are a letter, not GIFT.
        found = [each for each in found if isinstance(each, FileProblem)]
    return collect_items(found, name)


def _is_bare(question: ExchangeQuestion) -> bool:
    """Tell whether a block is nothing but words."""
    return isinstance(question.shape, NothingShape) and not (question.name or question.tags)


def write_gift(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return a GIFT file and what it could not hold: hints, gaps, surveys and reasons of single rows."""
    blocks: list[str] = []
    losses: list[ExportLoss] = []
    for item in items:
        question, lost = question_from_item(item)
        losses += lost
        if question is None:
            continue
        try:
            blocks.append(_block(question, losses))
        except LeftOutError as fault:
            losses.append(ExportLoss(question.name, f"left out: {fault}"))
    return FileWriting("\n".join(blocks).encode(), tuple(losses))


def _block(question: ExchangeQuestion, losses: list[ExportLoss]) -> str:
    plain = is_plain_text(question.stem)
    answers, more = gift_answers.write_gift_answers(question, plain=plain)
    losses += [ExportLoss(question.name, what) for what in more]
    if question.hint:
        losses.append(ExportLoss(question.name, "hint"))
    tags = "".join(f" [tag:{_hidden(tag)}]" for tag in question.tags)
    stem = escape_gift(html_to_text(question.stem)) if plain else escape_gift(question.stem)
    head = f"// [id:{_hidden(question.name)}]{tags}\n::{escape_gift(question.name)}::"
    return f"{head}[{'plain' if plain else 'html'}]{stem}{answers}\n"


def _hidden(value: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", value)


def _questions(text: str) -> Iterator[ExchangeQuestion | FileProblem]:
    for line, lines in _blocks(text):
        comments = "\n".join(each for each in lines if each.lstrip().startswith("//"))
        kept = ["" if each.lstrip().startswith("//") else each for each in lines]
        whole = "\n".join(kept)
        first = line + next((n for n, each in enumerate(kept) if each.strip()), 0)
        if not whole.strip():
            continue
        if whole.lstrip().startswith("$CATEGORY:"):
            below = len(whole.strip().split("\n")) > 1
            sign = "$CATEGORY: with lines below" if below else "$CATEGORY:"
            yield FileProblem("", first, f"left out: {GIFT_RULES[sign].words}", fatal=False)
            continue
        yield from gift_words.find_unknown_escapes(whole, line)
        try:
            yield _question(mark_escapes(whole), comments, line, first)
        except UnreadableFileError as fault:
            yield FileProblem(_title(whole), fault.line, fault.message)
        except (LeftOutError, ContentError) as fault:
            place = getattr(fault, "line", 0) or first
            yield FileProblem(_title(whole), place, left_out(fault), fatal=False)


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


def _question(text: str, comments: str, line: int, first: int) -> ExchangeQuestion:
    """`text` begins on `line` of the file, with empty lines where comments stood."""
    title, rest, line = _titled(text, line)
    before, answers, after, start = gift_words.split_at_braces(rest, line)
    if "####" in after:
        raise LeftOutError(GIFT_RULES["#### behind }"].words)
    notes: list[str] = []
    form, stem = _stem(f"{before}_____{after}" if after.strip() else before, notes)
    shape: Shape = NothingShape()
    if answers is None:
        feedback = ""
    else:
        body, _marks, general = answers.rpartition("####")
        body = body if _marks else answers
        feedback = plain_reason(general, form, notes) if _marks else ""
        shape = gift_answers.read_gift_answers(body, form, start, notes)
    found = ID.search(comments)
    return ExchangeQuestion(
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
        raise UnreadableFileError(GIFT_RULES["::name"].words, line)
    return (
        gift_words.unmark_escapes(text[2:end]).strip(),
        text[end + 2 :],
        line + text.count("\n", 0, end),
    )


def _stem(text: str, notes: list[str]) -> tuple[str, str]:
    """Return the form of a question's words, and the words as cleaned HTML."""
    form, words = gift_words.split_format(text, "")
    gift_words.note_strange_start(text, notes)
    if form == "html" or (form in ("", "moodle") and looks_like_html(words)):
        return form or "html", question_html(words, notes)
    if form == "markdown":
        notes.append(GIFT_RULES["[markdown]"].words)
        words = markdown_words(words, notes)
    return form or "moodle", plain_question(words, notes)
