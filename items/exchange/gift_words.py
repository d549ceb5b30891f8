"""The characters of GIFT: escapes, text formats, and where the answers of a question stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from items.exchange.markup import looks_like_html
from items.exchange.records import FileProblem, LeftOutError, UnreadableFileError
from items.exchange.text_held import GIFT_RULES
from items.exchange.wording import answer_words, markdown_words, reason_words

SPECIAL = "\\:#={}~"
# During parsing a control character stands for each escaped character; no accepted file holds one.
MARKS = {char: chr(place) for place, char in enumerate(SPECIAL + "n", start=1)}
SHOWN = {ord(mark): "\n" if char == "n" else char for char, mark in MARKS.items()}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
MOST_DOUBTS = 20
FORM = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
# What looks like a text format or a line that says something to a system, and is on no list.
STRANGE = {
    "[another word]": re.compile(r"\s*(\[(?!(?:html|moodle|plain|markdown)\])[a-z_]{2,20}\])"),
    "$ANOTHER:": re.compile(r"\s*(\$[A-Z_]{2,20}:)"),
}


def escape_gift(text: str) -> str:
    """Return text with the special characters of GIFT escaped."""
    return re.sub(r"([\\:#={}~])", r"\\\1", text).replace("\n", "\\n")


def mark_escapes(text: str) -> str:
    """Return `text` with each escape as one control character; an unknown escape stays as it is."""
    return ESCAPE.sub(lambda found: MARKS.get(found[1], found[0]), text)


def unmark_escapes(text: str) -> str:
    """Return marked text with each control character replaced by the character it stands for."""
    return text.translate(SHOWN)


def find_unknown_escapes(text: str, line: int) -> Iterator[FileProblem]:
    """Return a problem for every backslash that escapes nothing; `text` begins on `line`."""
    told = place = 0
    for found in ESCAPE.finditer(text + "\n"):
        # Moodle's short answers know \\* as a star that stands for itself.
        if found[1] in MARKS or found[1] == "*":
            continue
        line += text.count("\n", place, found.start())
        place, told = found.start(), told + 1
        if told > MOST_DOUBTS:
            return
        name = "the end of the line" if found[1] == "\n" else found[1]
        words = GIFT_RULES["\\ before another sign"].words
        yield FileProblem("", line, f"\\ before {name} {words}.", fatal=False)


def split_format(text: str, default: str) -> tuple[str, str]:
    """Return the text format of marked words (`default` if they name none) and the words themselves."""
    found = FORM.match(text)
    if found:
        return found[1], _trimmed(text[found.end() :])
    return default, _trimmed(text)


def note_strange_start(text: str, notes: list[str]) -> None:
    """Name what stands at the start of some words as if it said something to a system."""
    for place, pattern in STRANGE.items():
        if found := pattern.match(text):
            notes.append(f"{found[1]} {GIFT_RULES[place].words}")


def plain_answer(text: str, default: str, notes: list[str]) -> str:
    """Return the marked words of an answer as plain text; a note names what was dropped. Raises LeftOutError."""
    form, words = split_format(text, default)
    note_strange_start(text, notes)
    if form == "markdown":
        return markdown_words(words, notes)
    return answer_words(words, notes) if _is_html(form, words) else words


def plain_reason(text: str, default: str, notes: list[str]) -> str:
    """Return the marked words of a reason as plain text; a note names what was dropped."""
    form, words = split_format(text, default)
    note_strange_start(text, notes)
    if form == "markdown":
        return markdown_words(words, notes)
    return reason_words(words, notes) if _is_html(form, words) else words


def _is_html(form: str, words: str) -> bool:
    return form == "html" or (form in ("", "moodle") and looks_like_html(words))


def write_words(text: str, *, plain: bool) -> str:
    """Return plain text escaped for an answer; `plain` tells whether the question's own format is plain."""
    # A line that begins with // would be a comment.
    if plain and not FORM.match(text) and not text.startswith("//"):
        return escape_gift(text)
    return f"[plain]{escape_gift(text)}" if text else ""


def split_at_braces(text: str, line: int) -> tuple[str, str | None, str, int]:
    """Return the words before the answers, the answers (None if there are none), the words after
    them, and the line on which the answers begin.

    Raises UnreadableFileError at a brace without its other half, and LeftOutError at a second pair."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return text, None, "", line
    if start < 0 or 0 <= end < start:
        raise UnreadableFileError(GIFT_RULES["} alone"].words, line + text.count("\n", 0, end))
    opened = line + text.count("\n", 0, start)
    if end < 0:
        raise UnreadableFileError(GIFT_RULES["{ alone"].words, opened)
    for sign in "{}":
        more = text.find(sign, (start if sign == "{" else end) + 1)
        if more >= 0:
            where = line + text.count("\n", 0, more)
            raise LeftOutError(GIFT_RULES["a second {…}"].words.replace("{", sign), where)
    return text[:start], text[start + 1 : end], text[end + 1 :], opened


def _trimmed(text: str) -> str:
    # A line break of the file is a space; one that is written \n is a line break.
    return unmark_escapes(re.sub(r"[ \t]*\n[ \t]*", " ", text)).strip()
