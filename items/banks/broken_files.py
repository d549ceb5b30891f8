"""Why a JSON or TOML file cannot be read, in plain words: what stands there, on which line, and what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from items.phrases import gettext_noop

AT_LINE = re.compile(r"at line (\d+)")
LONG_NUMBER = re.compile(r"\d{1000,}")
TOO_LONG = gettext_noop("This number has too many digits. Write a shorter one.")
TWICE = gettext_noop("Something stands twice here, under one name. Keep one of them.")
# What the readers of Python say, by how it begins, and what that means for whoever wrote the file.
JSON_WORDS: Mapping[str, str] = {
    "Expecting value": gettext_noop(
        "A value is missing here, or is not written as JSON asks: put text into straight quotation marks (\"), and"
        " no comma after the last one."
    ),
    "Expecting property name": gettext_noop(
        "A name is missing here, or is not in straight quotation marks (\"); no comma comes after the last pair."
    ),
    "Illegal trailing comma": gettext_noop("Take out the comma before this bracket."),
    "Expecting ','": gettext_noop("A comma is missing before this place, or a bracket is not closed."),
    "Expecting ':'": gettext_noop("A colon (:) is missing between a name and its value."),
    "Unterminated string": gettext_noop("This text has no closing quotation mark. Add it."),
    "Invalid control": gettext_noop("A text goes on over a line break or tab. Write \\n or \\t for it."),
    "Invalid \\": gettext_noop("This backslash means nothing here. Write two of them for one."),
    "Extra data": gettext_noop("The file goes on after its end. Take out what follows, or close it later."),
    "Exceeds the limit": TOO_LONG,
}  # fmt: skip
TOML_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("Cannot", "Duplicate"), TWICE),
    "Expected '='": gettext_noop("An equals sign (=) is missing between a name and its value."),
    "Expected ']": gettext_noop("The brackets round a heading are not closed. Close as many as are opened."),
    "Expected newline": gettext_noop("Something follows the value. Begin a new line for it."),
    "Invalid date": gettext_noop("There is no such day or time. Write it as 2026-03-31."),
    "Invalid initial": gettext_noop("A name is missing here, or begins with a sign that no name has."),
    "Invalid statement": gettext_noop("This is no line of TOML. Write: name = value."),
    "Invalid value": gettext_noop(
        "This is no value. Put text into quotation marks; write true, false or a number without."
    ),
    "Invalid hex": gettext_noop("This backslash means nothing here. Write two of them for one."),
    "Escaped": gettext_noop("This backslash means nothing here. Write two of them for one."),
    "Unescaped": gettext_noop("This backslash means nothing here. Write two of them for one."),
    "Unclosed": gettext_noop("A bracket is opened here and not closed. Close it."),
    "Unterminated": gettext_noop("This text has no closing quotation mark. Add it."),
    "Illegal": gettext_noop(
        "Here stands a sign that cannot, such as a line break in a text. Write \\n, or take it out."
    ),
    "Exceeds the limit": TOO_LONG,
}  # fmt: skip
OTHERWISE = gettext_noop(
    "From here on this is not how %(format)s is written. Export a bank and compare the two files."
)


def explain_unreadable(text: str, fault: ValueError, *, toml: bool = False) -> tuple[str, int]:
    """What to do about a file that Python's reader refuses, and the line, from 1."""
    said = getattr(fault, "msg", "") or str(fault)
    known = TOML_WORDS if toml else JSON_WORDS
    words = next((words for start, words in known.items() if said.startswith(start)), OTHERWISE)
    return _(words) % {"format": "TOML" if toml else "JSON"}, _find_line(text, fault)


def _find_line(text: str, fault: ValueError) -> int:
    if isinstance(fault, json.JSONDecodeError):
        return fault.lineno
    if told := AT_LINE.search(str(fault)):
        return int(told[1])
    # Of a number that is too long Python tells no place; of all else the end of the file is meant.
    number = LONG_NUMBER.search(text)
    return text.count("\n", 0, number.start() if number else None) + 1


def write_short(value: Any) -> str:
    """A value of the file as it stands there, not as Python writes it: “null”, “true”, “[1, 2]”."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:40]
