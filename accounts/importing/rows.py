"""One row of HR's file as values, and the change it makes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from accounts.importing import cells
from accounts.importing.known_people import KnownPerson


@dataclass(slots=True)
class PeopleRow:
    """One row as values. `said` holds only the columns that the file has; `merged` the values after the import."""

    number: int
    hr_id: str
    said: dict[str, cells.CellValue]
    person: KnownPerson | None
    merged: dict[str, Any] = field(default_factory=dict)

    def said_day(self, name: str) -> date | None:
        """The day in the cell; None without one."""
        day = self.said.get(name)
        return day if isinstance(day, date) else None


@dataclass(slots=True)
class PersonChange:
    """The change that one row makes. `known` is the digest of the stored person, or "" for a new person.

    `zones` are those in which the days of its events begin and end: of the region that the row says, then of those
    where the person is or was.
    """

    row: int
    hr_id: str
    name: str
    act: str
    known: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return _plain(asdict(self))


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: dates and instants become ISO text, in nested lists and dicts too."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
