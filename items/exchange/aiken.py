"""Aiken: one right answer and nothing else, https://docs.moodle.org/en/Aiken_format.

A question, its choices on lines beginning ``A.`` or ``A)``, and ``ANSWER: A``. No names, reasons,
explanations or settings; the questions of a file are named after the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from items.exchange.arrivals import reading_of
from items.exchange.departures import question_of
from items.exchange.markup import html_of, is_plain, text_of
from items.exchange.records import LeftOut, Loss, Problem, Reading, ReadItem, Unreadable, Writing
from items.exchange.shapes import Choices, Option, Question
from items.exchange.texts import decoded

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHOICE = re.compile(r"\s*([A-Z])[.)][ \t]+(.*\S)\s*")
ANSWER = re.compile(r"\s*ANSWER:\s*(.*?)\s*")


def read(data: bytes, name: str) -> Reading:
    """Return the questions of an Aiken file. Never raises: what cannot be read is a problem with its line."""
    try:
        text = decoded(data)
    except Unreadable as fault:
        return fault.reading()
    return reading_of(_questions(text), name)


def write(items: Sequence[ReadItem]) -> Writing:
    """Return an Aiken file of the single-choice items, and a loss for everything else."""
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
    shape = question.shape
    if not isinstance(shape, Choices) or shape.many or not any(o.right for o in shape.options):
        raise LeftOut("Aiken has only questions with one right answer")
    if len(shape.options) > len(LETTERS):
        raise LeftOut("Aiken has only 26 letters for answers")
    words = text_of(question.stem)
    stem, *texts = (" ".join(text.split()) for text in (words, *(o.text for o in shape.options)))
    if CHOICE.fullmatch(stem) or ANSWER.fullmatch(stem):
        raise LeftOut("the question would be read as an answer")
    if any(CHOICE.fullmatch(f"A. {text}") is None for text in texts):
        raise LeftOut("an answer without words")
    losses += [Loss(question.name, what) for what in _lost(question, shape)]
    if not is_plain(question.stem) or stem != words:
        losses.append(Loss(question.name, "question: its layout"))
    if texts != [option.text for option in shape.options]:
        losses.append(Loss(question.name, "answers: line breaks and double spaces"))
    rows = [f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False)]
    right = next(n for n, option in enumerate(shape.options) if option.right)
    return "\n".join([stem, *rows, f"ANSWER: {LETTERS[right]}", ""])


def _lost(question: Question, shape: Choices) -> Iterator[str]:
    yield f"code {question.name}"
    for place, option in enumerate(shape.options):
        if option.reason:
            yield f"reason of answer {LETTERS[place]}"
    for name in ("feedback", "hint"):
        if getattr(question, name):
            yield "explanation" if name == "feedback" else name
    yield from (f"setting {tag}" for tag in question.tags)


def _questions(text: str) -> Iterator[Question | Problem]:
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
                yield Problem("", number, f"The answer {choice[1]} stands out of its turn.")
            choices.append(choice[2])
        elif choices:
            yield Problem("", number, "An answer or a line ANSWER: is missing before this line.")
            stem, choices, begun = [line.strip()], [], number
        else:
            stem.append(line.strip())
    if stem or choices:
        yield Problem("", begun, "The question on this line has no line ANSWER: at its end.")


def _question(
    stem: list[str], choices: list[str], letter: str, begun: int, line: int
) -> Question | Problem:
    known = LETTERS[: len(choices)]
    if not stem:
        return Problem("", line, "A line ANSWER: stands here without a question.")
    if len(letter) != 1 or letter not in known:
        return Problem("", line, f"ANSWER: names “{letter[:20]}”, which is none of the answers.")
    options = tuple(
        Option(text, Decimal(place == known.index(letter))) for place, text in enumerate(choices)
    )
    return Question("", html_of(" ".join(stem)), Choices(options, many=False), line=begun)
