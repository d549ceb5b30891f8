"""Bytes to text and back, with every limit that keeps a hostile file harmless."""

from __future__ import annotations

import codecs
import unicodedata

from courses.writing.unseen import CONTROL
from items.exchange.records import UnreadableFileError

MOST_BYTES = 50_000_000
LONGEST_LINE = 1_000_000
BOMS = (
    # The longer mark first: that of UTF-32 begins like that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
KEPT = "\n\t"
# What is taken away at the ends of a text. `str.strip` would take control characters along, without a word.
SPACES = KEPT + "".join(
    char for char in map(chr, range(0x3001)) if unicodedata.category(char) in ("Zs", "Zl", "Zp")
)
BOM = "\ufeff"


def decode_text(data: bytes) -> str:
    """Return the text of a file, lines parted by ``\\n``.

    UTF-8, or UTF-16 and UTF-32 with a byte order mark. Raises UnreadableFileError with the line of the
    first byte or character that is not text.
    """
    check_size(data)
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise UnreadableFileError(
            f"This line is not {encoding.upper()} text. Save the whole file as UTF-8.", line
        ) from fault
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").replace("\v", " ")
    for number, line_text in enumerate(text.split("\n"), start=1):
        _check(line_text, number)
    return text.replace(BOM, "")


def check_size(data: bytes) -> None:
    """Raise UnreadableFileError when a file is larger than anything a bank of questions can be."""
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(
            f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.", 1
        )


def remove_unstorable(text: str) -> str:
    """Return `text` without the characters that are none. Control characters stay; see `remove_controls`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(BOM, "")
    if text.isascii() and text.replace("\n", " ").replace("\t", " ").isprintable():
        return text.strip(SPACES)
    return "".join(_kept(char) for char in text).strip(SPACES)


def remove_controls(text: str) -> str:
    """Return `text` with a space for every control character."""
    return CONTROL.sub(" ", text)


def _kept(char: str) -> str:
    is_none = unicodedata.category(char) == "Cs" or char in "\ufffe\uffff"
    return "\ufffd" if is_none else char


def _check(line: str, number: int) -> None:
    if len(line) > LONGEST_LINE:
        raise UnreadableFileError(
            "This line is longer than any question can be. Break it up.", number
        )
    if line.isprintable():
        return
    for char in line:
        if char not in KEPT and unicodedata.category(char) == "Cc" and char < "\x80":
            raise UnreadableFileError(
                f"This line holds the character {ord(char):#04x}, not text.", number
            )
