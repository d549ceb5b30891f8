"""One row of HR's file as values."""

from __future__ import annotations

from dataclasses import dataclass, field
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
