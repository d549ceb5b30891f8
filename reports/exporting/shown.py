"""The people list as a file: the columns that are shown, in their order, with the words that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from reports.exporting.profiles import PROFILES, ColumnText, ExportProfile, StatusCells
from reports.exports import ExportTable
from reports.listing import columns
from reports.listing.people import PeopleQuestion, read_all_rows

SCHEMA = "people-list/1"
ABOUT = _("The columns of the list in their order, with the same words; days as year-month-day.")
# The profile, and the ready one that is written alike.
SHOWN = {
    "shown": ("people", _("As shown, as CSV")),
    "shown-xlsx": ("xlsx", _("As shown, as XLSX")),
}


def describe_shown(name: str, chosen: Sequence[str]) -> ExportProfile:
    """The profile of the file with these columns of the list."""
    like, label = SHOWN[name]
    return replace(
        PROFILES[like],
        name=name,
        label=label,
        description=ABOUT,
        columns=tuple((_label(one), ColumnText(one)) for one in chosen),
        types=(),
        schema=SCHEMA,
    )


def shown_table(question: PeopleQuestion) -> ExportTable:
    """Everybody of the list, in its order."""
    return ExportTable(
        as_of=question.asked.at,
        known_at=question.asked.known_at,
        count_rows=lambda: question.find_people().order_by().count(),
        read_rows=lambda: _read_rows(question),
    )


def _read_rows(question: PeopleQuestion) -> Iterator[StatusCells]:
    chosen = question.filters.shown
    for row in read_all_rows(question):
        cells = columns.write_cells(row, chosen)
        yield {"hr_id": row.hr_id} | dict(zip(chosen, cells, strict=True))


def _label(name: str) -> str:
    return str(columns.COLUMNS_BY_NAME[name].label)
