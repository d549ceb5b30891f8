"""Aiken: one right answer and nothing else, https://docs.moodle.org/en/Aiken_format.

A question, its choices on lines beginning ``A.`` or ``A)``, and ``ANSWER: A``. No names, reasons,
explanations or settings; the questions of a file are named after the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
from items.exchange.text_held import AIKEN_RULES
from items.exchange.texts import decode_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHOICE = re.compile(r"\s*([A-Z])[.)]\s+(.*\S)\s*", re.IGNORECASE)
SEVERAL = re.compile(r"[A-Z](?:(?:\s*[,;/&+]\s*|\s+AND\s+|\s+)[A-Z])+")
STRANGE = re.compile(r"\s*([A-Z]{3,20}:)\s")
ANSWER = re.compile(r"\s*ANSWER\s*:\s*(.*?)\s*", re.IGNORECASE)


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
        raise LeftOutError("one of its answers has no words")
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
    block = _Block()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        answer, choice = ANSWER.fullmatch(line), CHOICE.fullmatch(line)
        if answer:
            yield block.question(answer[1], number)
            block = _Block()
        elif choice and block.stem and block.takes(choice[1]):
            block.choices.append(choice[2])
        elif block.choices and not choice:
            yield _odd(number, AIKEN_RULES["words after the answers"].words)
            block = _Block([line.strip()], begun=number)
        elif choice and block.choices:
            block.reject(
                number, f"the answer {choice[1]} {AIKEN_RULES['an answer out of its turn'].words}"
            )
            block.choices.append(choice[2])
        else:
            block.begun = block.begun or number
            block.stem.append(line.strip())
    if block.stem:
        yield _odd(block.begun, AIKEN_RULES["no line ANSWER:"].words)


@dataclass
class _Block:
    """One question being read: its words, its answers, the line on which it begins, and what is wrong with it."""

    stem: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    begun: int = 0
    odd: FileProblem | None = None

    def reject(self, line: int, why: str) -> None:
        """Keep the first reason for which the question is left out."""
        self.odd = self.odd or _odd(line, why)

    def takes(self, letter: str) -> bool:
        """Tell whether an answer with this letter is the next one; small letters go on with small letters."""
        place = len(self.choices)
        return place < len(LETTERS) and letter.upper() == LETTERS[place]

    def question(self, key: str, line: int) -> ExchangeQuestion | FileProblem:
        """Return the question whose line ANSWER: names `key`."""
        letter = key.upper().rstrip(".)")
        if not self.stem:
            return _odd(line, AIKEN_RULES["ANSWER: alone"].words)
        if not self.choices:
            self.reject(self.begun, AIKEN_RULES["no line A."].words)
        if SEVERAL.fullmatch(letter):
            self.reject(self.begun, f"{AIKEN_RULES['ANSWER: A, C'].words}: {key[:20]}")
        known = LETTERS[: len(self.choices)]
        if len(letter) != 1 or letter not in known:
            self.reject(line, f"ANSWER: names “{key[:20]}”, {AIKEN_RULES['ANSWER: Q'].words}")
        if self.odd:
            return self.odd
        options = tuple(
            ExchangeOption(text, Decimal(place == known.index(letter)))
            for place, text in enumerate(self.choices)
        )
        stem = text_to_html(" ".join(self.stem))
        notes = tuple(
            f"{found[1]} {AIKEN_RULES['ANOTHER: words'].words}"
            for found in map(STRANGE.match, self.stem)
            if found
        )
        shape = ChoicesShape(options, many=False)
        return ExchangeQuestion("", stem, shape, line=self.begun, notes=notes)


def _odd(line: int, why: str) -> FileProblem:
    return FileProblem("", line, f"left out: {why}", fatal=False)
