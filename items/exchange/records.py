"""Results of reading and writing files: items, problems, losses, and the errors of codecs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"[A-Z0-9-]{1,50}")


@dataclass(frozen=True)
class ExchangeItem:
    """One item, whichever format it came from; `content` is what `quizzes.content.parse_content` takes.

    `line` is where it begins in its file, from 1, or 0 when it comes from no file. `notes`
    say what was changed to make it fit.
    """

    code: str
    kind: str
    content: Mapping[str, Any]
    principle: str | None = None
    difficulty: int = 2
    critical: bool = False
    retired: bool = False
    line: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileProblem:
    """Something a file holds that cannot be used: a `fatal` one stops the whole import,
    any other leaves one item or one part of it out."""

    item: str
    line: int
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        return f"{where}: {self.item or '-'}: {self.message}"


@dataclass(frozen=True)
class ExportLoss:
    """Something an item holds that the format has no place for."""

    item: str
    what: str

    def __str__(self) -> str:
        return f"{self.item}: {self.what}"


@dataclass(frozen=True)
class FileReading:
    """What a file holds. With a fatal problem, `items` must not be imported."""

    items: tuple[ExchangeItem, ...]
    problems: tuple[FileProblem, ...] = ()

    @property
    def fatal(self) -> bool:
        """Tell whether nothing of the file may be imported."""
        return any(problem.fatal for problem in self.problems)


@dataclass(frozen=True)
class FileWriting:
    """An exported file, and what its format could not hold."""

    data: bytes
    losses: tuple[ExportLoss, ...] = ()


@dataclass(frozen=True)
class ExchangeFormat:
    """One exchange format: `read(data, file name)` and `write(items)`, and its usual file ending."""

    name: str
    title: str
    suffix: str
    read: Callable[[bytes, str], FileReading]
    write: Callable[[Sequence[ExchangeItem]], FileWriting] | None
    holds_retired: bool = False


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read: `message` says why, `line` (from 1) where, 0 if unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.message = message
        self.line = line
        super().__init__(message)

    def reading(self) -> FileReading:
        """Return a reading without items, whose one problem is this error."""
        return FileReading((), (FileProblem("", self.line, self.message),))


class LeftOutError(ValueError):
    """One question cannot be converted, because the other side has no such thing; it is left out.

    `line` is where the reason stands, 0 for the line of the question."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)
