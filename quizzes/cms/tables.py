"""Tables that are shown beside a plot and downloaded as CSV, from the same numbers."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.spreadsheets import escape_formula

Cell = str | int | float | None

TEXT, WORDS, COUNT = "text", "words", "count"
SHARE, PERCENT, NUMBER = "share", "percent", "number"
NOTHING = "–"
DIGITS = 9


@dataclass(frozen=True)
class StatisticsColumn:
    """A heading and what its cells are: a `SHARE` is 0-1, a `PERCENT` 0-100, a `NUMBER` has two decimals,
    `WORDS` are sentences.
    """

    heading: str
    unit: str = TEXT

    @property
    def number(self) -> bool:
        """Whether its cells are numbers, which stand at the end of their column."""
        return self.unit not in (TEXT, WORDS)

    @property
    def wide(self) -> bool:
        """Whether its cells are sentences."""
        return self.unit == WORDS


@dataclass(frozen=True)
class StatisticsTable:
    """`name` is what its file is called; `links` leads from a row's first cell somewhere."""

    name: str
    caption: str
    columns: Sequence[StatisticsColumn]
    rows: Sequence[Sequence[Cell]]
    links: Mapping[int, str] = field(default_factory=dict)

    def shown(self) -> list[dict[str, object]]:
        """Return the rows as a page shows them, each with its link."""
        return [
            {
                "link": self.links.get(number, ""),
                "cells": [
                    {"words": format_cell(cell, column.unit), "column": column}
                    for cell, column in zip(row, self.columns, strict=True)
                ],
            }
            for number, row in enumerate(self.rows)
        ]


def format_cell(value: Cell, unit: str = TEXT) -> str:
    """A cell in words, "–" where it is not defined."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str) or unit in (TEXT, WORDS, COUNT):
        return str(value)
    if unit == SHARE:
        return _("%(number)s%%") % {"number": number_format(round(100 * value))}
    if unit == PERCENT:
        return number_format(value, 1)
    return number_format(value, 2)


def format_interval(interval: tuple[float, float] | None, unit: str) -> str:
    """An interval in words: "52% to 71%"."""
    if interval is None:
        return NOTHING
    low, high = (format_cell(value, unit) for value in interval)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def download_table(table: StatisticsTable) -> HttpResponse:
    """The table as a CSV file for spreadsheets: byte order mark, full texts, formulas made harmless."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.heading for column in table.columns])
    writer.writerows([[_safe(cell) for cell in row] for row in table.rows])
    response = HttpResponse(
        f"\ufeff{out.getvalue()}".encode(), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.csv"'
    return response


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, float):
        return round(cell, DIGITS)
    if isinstance(cell, str):
        return escape_formula(cell)
    return "" if cell is None else cell
