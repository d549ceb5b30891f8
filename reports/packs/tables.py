"""What a pack is made of: parts with tables, tries and texts, each with the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PackRows:
    """A table with a heading; without rows it says so."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of the pack. `about`: what it is, for the list of files."""

    name: str
    content: bytes
    about: str


@dataclass(slots=True)
class PackPart:
    """One part of the index: tables, the rows they show, what the ledger tells of, and files of its own.

    `subjects` are those that it is about alone; of those in `shared`, which are about many, what names its people;
    `told_in` finds entries that tell of much else.
    """

    title: str
    lines: list[str] = field(default_factory=list)
    tables: list[PackRows] = field(default_factory=list)
    facts: list[Model] = field(default_factory=list)
    subjects: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    told_in: list[Q] = field(default_factory=list)
    files: list[PackFile] = field(default_factory=list)


def tell_instant(moment: datetime | None) -> str:
    """An instant for a record that is read anywhere: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else "–"


def tell_text(value: Any) -> str:
    """A value in a cell: instants in UTC, nothing as a dash."""
    if isinstance(value, datetime):
        return tell_instant(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def fill_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> PackRows:
    """A table of whatever values."""
    return PackRows(title, headings, [[tell_text(value) for value in row] for row in rows])
