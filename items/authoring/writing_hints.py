"""Hints for authors: what makes a question easy to guess, hard to read, or of little use.

Hints never prevent publishing: they are rules of thumb for writers of tests (Haladyna, Downing & Rodriguez, "A review
of multiple-choice item-writing guidelines", Applied Measurement in Education 15, 2002). Pure: content in the
plain form of `quizzes.content`, finished or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from items.phrases import Phrase, gettext_noop

LONGER = 1.3
# Between short answers, a difference of a few letters does not reveal the right one.
LONG_ENOUGH = 25
FEWEST = 3
HARDEST_GRADE = 12
WORDS_TO_JUDGE = 20
TAG = re.compile(r"<[^>]*>")
STRESSED = re.compile(r"<(b|i|em|strong)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
ABOVE = re.compile(
    r"\b(all|none|both|neither|any) of (the )?(above|these|them|those)\b", re.IGNORECASE
)
NEGATIVE = re.compile(r"\b(not|never|except|\w+n['’]t)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
WORD = re.compile(r"[^\W\d_]+")
VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class WritingHint:
    """One hint; `code` is stable, `phrase` is the sentence for the author."""

    code: str
    phrase: Phrase


def find_hints(
    content: Mapping[str, Any], *, principle: bool, missing_reasons: int
) -> tuple[WritingHint, ...]:
    """Return the hints on an item's content, the most important first.

    `principle` tells whether the item belongs to a principle; `missing_reasons` is what
    `contents.count_missing_reasons` finds in the author's form.
    """
    options = _options(content)
    return (
        *_on_key(options),
        *_on_options(content, options),
        *_on_reasons(missing_reasons),
        *_on_stem(str(content.get("stem") or "")),
        *_on_principle(content, principle=principle),
    )


def estimate_school_grade(text: str) -> float | None:
    """Return the school grade that can read an English text, None for one too short to tell.

    Flesch & Kincaid (1975): 0.39 · words ÷ sentences + 11.8 · syllables ÷ words − 15.59.
    """
    words = WORD.findall(text.lower())
    if len(words) < WORDS_TO_JUDGE:
        return None
    sentences = max(1, len(re.findall(r"[.!?]+", text)))
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _on_key(options: Sequence[Mapping[str, Any]]) -> Iterator[WritingHint]:
    right = [len(_text(row)) for row in options if row.get("correct")]
    wrong = [len(_text(row)) for row in options if not row.get("correct")]
    if len(right) == 1 and wrong and right[0] > max(LONG_ENOUGH, LONGER * max(wrong)):
        words = gettext_noop(
            "The right answer is the longest by far, so people guess it. Make it shorter, or the others longer."
        )
        yield WritingHint("long_key", Phrase(words))


def _on_options(
    content: Mapping[str, Any], options: Sequence[Mapping[str, Any]]
) -> Iterator[WritingHint]:
    above = next((_text(row) for row in options if ABOVE.search(_text(row))), None)
    if above:
        words = gettext_noop(
            "“%(answer)s” asks for logic, not for the subject. Name what you mean."
        )
        yield WritingHint("all_of_above", Phrase(words, {"answer": above}))
    seen: set[str] = set()
    for row in options:
        plain = " ".join(re.findall(r"\w+", _text(row).casefold()))
        if plain and plain in seen:
            words = gettext_noop("“%(answer)s” says the same as another answer.")
            yield WritingHint("same_words", Phrase(words, {"answer": _text(row)}))
        seen.add(plain)
    if 0 < len(options) < FEWEST and content.get("kind") in ("single", "multiple"):
        words = gettext_noop(
            "With fewer than three answers, guessing is easy. Add one that people believe."
        )
        yield WritingHint("few_options", Phrase(words))


def _on_reasons(missing: int) -> Iterator[WritingHint]:
    if missing:
        words = gettext_noop(
            "Reasons that are missing: %(count)s. People learn from them, for right answers too."
        )
        yield WritingHint("no_reason", Phrase(words, {"count": missing}))


def _on_stem(stem: str) -> Iterator[WritingHint]:
    plain = unescape(TAG.sub(" ", STRESSED.sub(_shouted, stem)))
    asking = [part for part in SENTENCE.findall(plain) if part.rstrip().endswith("?")] or [plain]
    found = next(
        (word for part in asking for word in NEGATIVE.findall(part) if not word.isupper()), None
    )
    if found:
        words = gettext_noop(
            "People read over “%(word)s”. Ask for what is right, or print the word in bold."
        )
        yield WritingHint("negative_stem", Phrase(words, {"word": found}))
    level = estimate_school_grade(unescape(TAG.sub(" ", stem)))
    if level is not None and level > HARDEST_GRADE:
        words = gettext_noop(
            "The question is hard to read (school grade %(grade)s). Use shorter sentences."
        )
        yield WritingHint("hard_to_read", Phrase(words, {"grade": round(level)}))


def _on_principle(content: Mapping[str, Any], *, principle: bool) -> Iterator[WritingHint]:
    if not principle and content.get("kind") not in ("survey", "description"):
        words = gettext_noop("It has no principle, so only a draw from any principle finds it.")
        yield WritingHint("no_principle", Phrase(words))


def _options(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = content.get("options")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(row: Mapping[str, Any]) -> str:
    return str(row.get("text") or "").strip()


def _shouted(found: re.Match[str]) -> str:
    return found[2].upper()


def _syllables(word: str) -> int:
    count = len(VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith("le") and count > 1
    return max(1, count - silent)
