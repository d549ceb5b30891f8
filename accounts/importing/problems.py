"""A problem with HR's file, with its row and column."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PeopleFileProblem:
    """One problem. `row` counts as a spreadsheet does, the header being row 1; None means the whole file."""

    row: int | None
    column: str | None
    text: str

    def __str__(self) -> str:
        if self.row is None and self.column is None:
            return self.text
        if self.row is None:
            return _("Column %(column)s: %(text)s") % {"column": self.column, "text": self.text}
        if self.column is None:
            return _("Row %(row)d: %(text)s") % {"row": self.row, "text": self.text}
        return _("Row %(row)d, column %(column)s: %(text)s") % {
            "row": self.row,
            "column": self.column,
            "text": self.text,
        }
