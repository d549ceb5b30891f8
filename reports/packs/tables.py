"""What a pack is made of: parts with tables, tries and texts, each with the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from ledger.facts import proved_model


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

    def add(self, rows: Iterable[Model], table: PackRows) -> None:
        """The table, and the rows that it shows."""
        self.facts += rows
        self.tables.append(table)


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


def tell_as_known(rows: Iterable[Any], known_at: datetime) -> list[Any]:
    """The rows recorded by then, without the ends that were recorded later. They are never saved."""
    found = [row for row in rows if row.recorded_at <= known_at]
    for row in found:
        if row.end_recorded_at and row.end_recorded_at > known_at:
            row.ended_at = row.end_recorded_at = None
            for name in ("end_actor", "end_reason"):
                if hasattr(row, name):
                    setattr(row, name, "")
    return found


def find_entries_of(row: Model, subject: str) -> Q:
    """Finds the ledger entries of a subject that tell of this row, and none of what else they tell of the subject."""
    return Q(subject=subject, facts__contains=f"{proved_model(type(row)).label} {row.pk} ")
