"""Aiken: one right answer and nothing else, https://docs.moodle.org/en/Aiken_format.

A question, its choices on lines beginning ``A.`` or ``A)``, and ``ANSWER: A``. No names, reasons,
explanations or settings; the questions of a file are named after the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from items.exchange.arrivals import collect_items
from items.exchange.departures import question_from_item
from items.exchange.markup import html_to_text, is_plain_text, text_to_html
from items.exchange.records import (
    ExchangeItem,
    ExportLoss,
    FileProblem,
    FileReading,
    FileWriting,
    LeftOutError,
    UnreadableFileError,
)
from items.exchange.shapes import ChoicesShape, ExchangeOption, ExchangeQuestion
from items.exchange.texts import decode_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHOICE = re.compile(r"\s*([A-Z])[.)][ \t]+(.*\S)\s*")
ANSWER = re.compile(r"\s*ANSWER:\s*(.*?)\s*")


def read_aiken(data: bytes, name: str) -> FileReading:
    """Return the questions of an Aiken file. Never raises: what cannot be read is a problem with its line."""
    try:
        text = decode_text(data)
    except UnreadableFileError as fault:
        return fault.reading()
    return collect_items(_questions(text), name)


def write_aiken(items: Sequence[ExchangeItem]) -> FileWriting:
    """Return an Aiken file of the single-choice items, and a loss for everything else."""
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
    shape = question.shape
    if not isinstance(shape, ChoicesShape) or shape.many or not any(o.right for o in shape.options):
        raise LeftOutError("Aiken has only questions with one right answer")
    if len(shape.options) > len(LETTERS):
        raise LeftOutError("Aiken has only 26 letters for answers")
    words = html_to_text(question.stem)
    stem, *texts = (" ".join(text.split()) for text in (words, *(o.text for o in shape.options)))
    if CHOICE.fullmatch(stem) or ANSWER.fullmatch(stem):
        raise LeftOutError("the question would be read as an answer")
    if any(CHOICE.fullmatch(f"A. {text}") is None for text in texts):
        raise LeftOutError("an answer without words")
    losses += [ExportLoss(question.name, what) for what in _lost(question, shape)]
    if not is_plain_text(question.stem) or stem != words:
        losses.append(ExportLoss(question.name, "question: its layout"))
    if texts != [option.text for option in shape.options]:
        losses.append(ExportLoss(question.name, "answers: line breaks and double spaces"))
    rows = [f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False)]
    right = next(n for n, option in enumerate(shape.options) if option.right)
    return "\n".join([stem, *rows, f"ANSWER: {LETTERS[right]}", ""])


def _lost(question: ExchangeQuestion, shape: ChoicesShape) -> Iterator[str]:
    yield f"code {question.name}"
    for place, option in enumerate(shape.options):
        if option.reason:
            yield f"reason of answer {LETTERS[place]}"
    for name in ("feedback", "hint"):
        if getattr(question, name):
            yield "explanation" if name == "feedback" else name
    yield from (f"setting {tag}" for tag in question.tags)


def _questions(text: str) -> Iterator[ExchangeQuestion | FileProblem]:
    stem: list[str] = []
    choices: list[str] = []
    begun = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        begun = begun or number
        answer, choice = ANSWER.fullmatch(line), CHOICE.fullmatch(line)
        if answer:
            yield _question(stem, choices, answer[1], begun, number)
            stem, choices, begun = [], [], 0
        elif choice and stem:
            if len(choices) >= len(LETTERS) or choice[1] != LETTERS[len(choices)]:
                yield FileProblem("", number, f"The answer {choice[1]} stands out of its turn.")
            choices.append(choice[2])
        elif choices:
            yield FileProblem(
                "", number, "An answer or a line ANSWER: is missing before this line."
            )
            stem, choices, begun = [line.strip()], [], number
        else:
            stem.append(line.strip())
    if stem or choices:
        yield FileProblem("", begun, "The question on this line has no line ANSWER: at its end.")


def _question(
    stem: list[str], choices: list[str], letter: str, begun: int, line: int
) -> ExchangeQuestion | FileProblem:
    known = LETTERS[: len(choices)]
    if not stem:
        return FileProblem("", line, "A line ANSWER: stands here without a question.")
    if len(letter) != 1 or letter not in known:
        return FileProblem(
            "", line, f"ANSWER: names “{letter[:20]}”, which is none of the answers."
        )
    options = tuple(
        ExchangeOption(text, Decimal(place == known.index(letter)))
        for place, text in enumerate(choices)
    )
    return ExchangeQuestion(
        "", text_to_html(" ".join(stem)), ChoicesShape(options, many=False), line=begun
    )
